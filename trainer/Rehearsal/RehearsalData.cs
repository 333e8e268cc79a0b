using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Scorer.Models;
using ParquetPool.Scorer.Selection;
using ParquetPool.ShardRows;
using ParquetPool.Shards;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.SemiSupervised;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Rehearsal;

/// <summary>Pool and test rows, in memory, and what a network is made for.</summary>
/// <param name="Standardisation">Of the pool's features: they need no labels.</param>
internal sealed record RehearsalData(IReadOnlyList<VectorColumn> Columns, Oracle Pool, Oracle Test, Standardisation Standardisation)
{
    private const int StandardisingRows = 10_000;

    /// <summary>Rows left out because they are at fault or have no label.</summary>
    public int Rejected => Pool.Rows.Count - Pool.Usable + Test.Rows.Count - Test.Usable;

    /// <summary>The model whose embedding tells rows apart before there are labels, and what feeds it; null for the numbers of the first column.</summary>
    public (ModelPackage Package, IReadOnlyList<FeatureInput> Inputs)? Given { get; init; }

    /// <summary>How a network is trained, with the images and the vocabulary that the pool remembers.</summary>
    public static TrainOptions Remembering(TrainOptions training, ShardSet pool, IReadOnlyList<string> features) =>
        training.Network.NeedsImage || training.Network.Tokens > 0 ? training with { Network = RememberedImport.In(training.Network, pool, TrainColumns.Of(pool, TrainColumns.Encoded(pool, features, training.Network))) } : training;

    /// <summary>Reads both.</summary>
    /// <exception cref="UsageException">The network needs an image and the feature columns hold none, or a column is named twice.</exception>
    /// <exception cref="DataException">A shard cannot be read, or see <see cref="Oracle.Of"/>.</exception>
    public static async Task<RehearsalData> ReadAsync(ShardSet pool, ShardSet test, string labelColumn, bool newClasses, IReadOnlyList<string> features, TrainOptions training, CommandContext context)
    {
        var network = training.Network;
        features = training.From is null ? TrainColumns.Encoded(pool, features, network) : features;
        var columns = training.From is { } from ? TrainColumns.Of(from, pool, features) : TrainColumns.Of(pool, features, optional: network.Tower is not null);
        ColumnOrigin.RequireAlike(pool, test, columns);
        PoolScale.TellOfDifferences((pool, test), ("the pool", "the test rows"), columns, byCosine: false);
        ColumnOrigin.Require(training.Begun?.Manifest?.Inputs ?? [], training.Begun?.Path ?? "", pool, columns);
        var schema = new RowSchema(columns, LabelColumn: labelColumn);
        var image = training.From is null ? NetworkBuilder.Image(network, columns) : null;
        var (ofPool, ofTest) = Oracle.Of(
            await ReadAsync("reading the pool", pool), await ReadAsync("reading the test rows", test), labelColumn, PoolFacts.Of(pool).Classes, newClasses, context.Progress.Say);
        if (InBoth(ofPool.Rows, ofTest.Rows) is > 0 and var both)
        {
            context.Progress.Say($"{both} of {ofTest.Rows.Count} test rows are rows of the pool, by id and numbers, so accuracy is measured on what is learnt from: give other rows to --test");
        }
        var standardisation = Standardisation.Of([.. ofPool.Drawn(0, StandardisingRows).Select(ofPool.Rows.FeaturesOf)], image is [_, var h, var w] ? h * w : 1);
        if (training.From?.Classes is { } classes && !classes.SequenceEqual(ofPool.Classes))
        {
            throw new DataException($"--head keep: the model knows the classes {string.Join(", ", classes.Take(8))}, the pool has {string.Join(", ", ofPool.Classes.Take(8))}, expected the same in the same order: give --head new");
        }
        return new RehearsalData(columns, ofPool, ofTest, standardisation)
        {
            Given = training.From is { Package: var package } ? (package, FeatureInput.Bind(package, pool, [.. columns.Select(c => c.Name)])) : null,
        };

        Task<ResidentPool> ReadAsync(string what, ShardSet shards) =>
            context.Progress.RunAsync(what, shards.CountRows(), "rows", advance => Task.Run(() => ResidentPool.Read(shards, schema, advance, context.Stopping)));
    }

    /// <summary>Test rows that the pool has too.</summary>
    private static int InBoth(ResidentPool pool, ResidentPool test)
    {
        var tests = Enumerable.Range(0, test.Count).GroupBy(test.IdOf, StringComparer.Ordinal).ToDictionary(rows => rows.Key, rows => rows.First(), StringComparer.Ordinal);
        return Enumerable.Range(0, pool.Count).Count(row => tests.TryGetValue(pool.IdOf(row), out var same) && pool.FeaturesOf(row).AsSpan().SequenceEqual(test.FeaturesOf(same)));
    }

    /// <summary>Trains a network on the labels of some rows, from its first weights on, with early stopping.</summary>
    /// <exception cref="DataException">The training diverged, or no row can be held out.</exception>
    public TrainedNetwork Train(IReadOnlyList<int> rows, TrainOptions options, CancellationToken stopping) =>
        TrainRun.Execute(Split(rows), options, stopping: stopping, standardisation: Standardisation);

    /// <summary>Trains a network on the labels of some rows and on the other rows of the pool without theirs.</summary>
    /// <exception cref="DataException">As <see cref="Train(IReadOnlyList{int}, TrainOptions, CancellationToken)"/>; or too few rows are left.</exception>
    public TrainedNetwork Train(IReadOnlyList<int> rows, TrainOptions options, LearningMethod method, CancellationToken stopping)
    {
        if (method == LearningMethod.Supervised)
        {
            return Train(rows, options, stopping);
        }
        var learning = new SemiSupervisedOptions { Method = method };
        return SemiSupervisedRun.Execute(Split(rows), Others(rows, learning.MostRows, options), options, learning, standardisation: Standardisation, stopping: stopping);
    }

    /// <summary>Rows that are not bought, of class -1; none that would be held out.</summary>
    private UnlabelledRows Others(IReadOnlyList<int> bought, int most, TrainOptions options)
    {
        var labelled = bought.ToHashSet();
        var others = Enumerable.Range(0, Pool.Rows.Count).Where(row => Pool.Rows.FaultsOf(row) == RowFaults.None && !labelled.Contains(row))
            .Select(row => (Row: row, Id: Pool.Rows.IdOf(row))).Where(r => Holdout.Place(r.Id) >= TrainRequest.DefaultValidation)
            .OrderBy(r => UnlabelledRows.Turn(options.Seed, r.Id)).Take(most).OrderBy(r => r.Id, StringComparer.Ordinal)
            .Select(r => new LabelledRow(r.Id, Pool.Rows.FeaturesOf(r.Row), -1)).ToList();
        return others.Count >= options.Steps.BatchRows
            ? new UnlabelledRows(others, Pool.Rows.Count, bought.Count, 0, 0)
            : throw new DataException($"{others.Count} rows are left to learn from without labels, expected {options.Steps.BatchRows} or more, as a step takes: lower --batch-rows or --rounds, or leave --learn out");
    }

    /// <summary>The rows to label first, by a strategy that covers the pool.</summary>
    public IReadOnlyList<int> First(string strategy, int count, ulong seed, int threads, CancellationToken stopping) =>
        new ResidentQuery(Pool.Rows, [.. Pool.ClassOf.Select(c => c >= 0)], Given?.Inputs ?? [], threads)
            .ChooseFirst(Given?.Package, Given is null ? Columns[0] : null, new SelectOptions([], count, strategy, "") { Seed = seed }, stopping);

    /// <summary>Some rows to learn from, those left out that are held out.</summary>
    /// <exception cref="DataException">No row can be held out.</exception>
    public TrainingSet Split(IReadOnlyList<int> rows)
    {
        var (training, holdout) = Holdout.Split(Labelled(rows), TrainRequest.DefaultValidation);
        return new TrainingSet(Columns, Pool.Classes, training, holdout);
    }

    /// <summary>All of some rows to learn from.</summary>
    public TrainingSet Set(IReadOnlyList<int> rows) => new(Columns, Pool.Classes, Labelled(rows), []);

    // By id: neither the shards nor the order of choice decide anything.
    private LabelledRow[] Labelled(IReadOnlyList<int> rows) => [.. rows.Select(Pool.Ask).OrderBy(r => r.Id, StringComparer.Ordinal)];
}
