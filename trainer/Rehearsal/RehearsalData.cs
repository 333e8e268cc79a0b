using ParquetPool.Commands;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Scorer.Selection;
using ParquetPool.Shards;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Rehearsal;

/// <summary>Pool and test rows, in memory, and what a network is made for.</summary>
/// <param name="Standardisation">Of the pool's features: they need no labels.</param>
internal sealed record RehearsalData(IReadOnlyList<VectorColumn> Columns, Oracle Pool, Oracle Test, Standardisation Standardisation)
{
    private const int StandardisingRows = 10_000;

    /// <summary>Rows left out because they are at fault or have no label.</summary>
    public int Rejected => Pool.Rows.Count - Pool.Usable + Test.Rows.Count - Test.Usable;

    /// <summary>How a network is trained, with the images that the pool remembers.</summary>
    public static TrainOptions Remembering(TrainOptions training, ShardSet pool, IReadOnlyList<string> features) =>
        training.Network.NeedsImage ? training with { Network = RememberedImage.In(training.Network, pool, TrainPlan.ColumnsOf(pool, features)) } : training;

    /// <summary>Reads both.</summary>
    /// <exception cref="UsageException">The network needs an image and the feature columns hold none, or a column is named twice.</exception>
    /// <exception cref="DataException">A shard cannot be read, or see <see cref="Oracle.Of"/>.</exception>
    public static async Task<RehearsalData> ReadAsync(ShardSet pool, ShardSet test, string labelColumn, IReadOnlyList<string> features, NetworkSpec network, CommandContext context)
    {
        var columns = TrainPlan.ColumnsOf(pool, features, optional: network.Tower is not null);
        var schema = new RowSchema(columns, LabelColumn: labelColumn);
        var image = NetworkBuilder.Image(network, columns);
        var (ofPool, ofTest) = Oracle.Of(await ReadAsync("reading the pool", pool), await ReadAsync("reading the test rows", test));
        var standardisation = Standardisation.Of([.. ofPool.Drawn(0, StandardisingRows).Select(ofPool.Rows.FeaturesOf)], image is [_, var h, var w] ? h * w : 1);
        return new RehearsalData(columns, ofPool, ofTest, standardisation);

        Task<ResidentPool> ReadAsync(string what, ShardSet shards) =>
            context.Progress.RunAsync(what, shards.CountRows(), "rows", advance => Task.Run(() => ResidentPool.Read(shards, schema, advance, context.Stopping)));
    }

    /// <summary>Trains a network on the labels of some rows, from its first weights on, with early stopping.</summary>
    /// <exception cref="DataException">The training diverged, or no row can be held out.</exception>
    public TrainedNetwork Train(IReadOnlyList<int> rows, TrainOptions options, CancellationToken stopping)
    {
        var (training, holdout) = Holdout.Split(Labelled(rows), TrainRequest.DefaultValidation);
        return TrainRun.Execute(new TrainingSet(Columns, Pool.Classes, training, holdout), options, stopping: stopping, standardisation: Standardisation);
    }

    /// <summary>All of some rows to learn from.</summary>
    public TrainingSet Set(IReadOnlyList<int> rows) => new(Columns, Pool.Classes, Labelled(rows), []);

    // By id: neither the shards nor the order of choice decide anything.
    private LabelledRow[] Labelled(IReadOnlyList<int> rows) => [.. rows.Select(Pool.Ask).OrderBy(r => r.Id, StringComparer.Ordinal)];
}
