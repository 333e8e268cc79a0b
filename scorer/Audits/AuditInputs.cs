using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Labels;
using ParquetPool.Scorer.Embedders;
using ParquetPool.Scorer.Models;
using ParquetPool.Scorer.Pairs;
using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Audits;

/// <summary>The splits, which of them are compared, and what makes vectors of their rows, checked against each other.</summary>
/// <param name="Splits">The one whose rows are rather kept first: train, test; labelled, pool; of a column's values the most frequent.</param>
/// <param name="Comparisons">In the order in which they are made: a split with those before it, then with itself.</param>
/// <param name="Strays">Rows that belong to no split.</param>
/// <param name="Queries">Of rows whose neighbours are sought; it owns <paramref name="Embedder"/>.</param>
internal sealed record AuditInputs(
    IReadOnlyList<AuditSplit> Splits, IReadOnlyList<ComparedSplits> Comparisons, IReadOnlyList<RejectedRow> Strays, Embedder Embedder, Embedder Queries, ModelPackage? Model) : IDisposable
{
    private const string DefaultLabelColumn = "label";
    private const string DefaultTextColumn = "text";

    /// <summary>Finds the shards and opens the model.</summary>
    /// <exception cref="UsageException">The options contradict each other or leave the column open.</exception>
    /// <exception cref="DataException">A shard or the model cannot be used.</exception>
    public static AuditInputs Open(AuditOptions options, CancellationToken stopping)
    {
        Check(options);
        var sets = new[] { options.Train, options.Test, options.Pool }.Where(patterns => patterns.Count > 0).Select(patterns => ShardSet.Resolve(patterns)).ToList();
        _ = PoolFacts.Of(sets.SelectMany(set => set)); // Shards that contradict each other are no splits of one kind.
        var (embedder, queries, package) = EmbedderChoice.Open(options, sets, stopping);
        try
        {
            var texts = TextColumns(options, sets);
            RowSchema Schema(ShardSet shards) => new(embedder.Columns, LabelColumn: LabelColumn(shards, options), Given: [.. texts, .. embedder.Columns.Select(column => column.Name)]);
            if (options.Pool.Count > 0)
            {
                return OfPool(options, sets[0], Schema(sets[0]), embedder, queries, package, stopping);
            }
            var test = new AuditSplit("test", sets[^1], Schema(sets[^1]));
            if (sets is [_])
            {
                return new AuditInputs([test], [new ComparedSplits(test, test)], [], embedder, queries, package);
            }
            Compare(sets[0], sets[1], embedder);
            PoolScale.TellOfDifferences((sets[0], sets[1]), ("the train split", "the test split"), embedder.Columns, byCosine: package is null);
            var train = new AuditSplit("train", sets[0], Schema(sets[0]));
            return new AuditInputs([train, test], [new ComparedSplits(test, train), new ComparedSplits(test, test)], [], embedder, queries, package);
        }
        catch
        {
            queries.Dispose();
            throw;
        }
    }

    /// <summary>Columns besides the vectors that tell rows apart.</summary>
    public IReadOnlyList<string> Texts => [.. (Splits[0].Schema.Given ?? []).Except(Embedder.Columns.Select(column => column.Name))];

    /// <summary>Rows of all splits, and those that belong to none.</summary>
    public int Rows => Splits.Sum(split => split.Rows) + Strays.Count;

    /// <summary>A split's place among <see cref="Splits"/>.</summary>
    public int Place(AuditSplit split) => Splits.Index().First(of => of.Item == split).Index;

    /// <summary>The rows that were left out, split by split, those of none last.</summary>
    public IEnumerable<RejectedRow> Rejects() => Splits
        .SelectMany(split => split.Rejects.Select(r => new RejectedRow(split.IdOf(r.Row), split.Name, split.PlaceOf(r.Row).Shard.Name, split.PlaceOf(r.Row).Row, r.Reason)))
        .Concat(Strays);

    /// <inheritdoc/>
    public void Dispose() => Queries.Dispose();

    /// <summary>The splits of one set of shards: by a column's values, or by a label file.</summary>
    private static AuditInputs OfPool(
        AuditOptions options, ShardSet pool, RowSchema schema, Embedder embedder, Embedder queries, ModelPackage? package, CancellationToken stopping)
    {
        var strays = new List<RejectedRow>();
        var labels = options.Labelled.Count > 0 ? LabelFile.Read(options.Labelled, new LabelReading { Pool = pool, Stopping = stopping }) : null;
        var splits = (labels is null ? SplitMembers.OfColumn(pool, options.SplitColumn!, strays.Add, stopping) : SplitMembers.OfIds(pool, labels.Keys, stopping))
            .Select(members => new AuditSplit(members.Name, pool, schema, members.Rows, labels)).ToList();
        var comparisons = splits.SelectMany((split, i) => splits.Take(i + 1).Select(other => new ComparedSplits(split, other))).ToList();
        return comparisons.GroupBy(comparison => comparison.Kind).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? throw new DataException($"column {options.SplitColumn} has values of which two pairs read {twice.Key}, expected names that can be told apart: rename a split")
            : new AuditInputs(splits, comparisons, strays, embedder, queries, package);
    }

    private static void Compare(ShardSet train, ShardSet test, Embedder embedder)
    {
        if (train.Select(s => s.Path).Intersect(test.Select(s => s.Path)).FirstOrDefault() is { } both)
        {
            throw new UsageException($"{both} is named by --train and by --test, expected different shards: each of its rows would be its own duplicate");
        }
        foreach (var column in embedder.Columns)
        {
            if (test.Vector(column.Name) is var other && !column.Takes(other))
            {
                throw new DataException($"column {column.Name} has vectors of {column.Kind} in the train split and of {other.Kind} in the test split, expected the same: compare splits of one kind");
            }
        }
    }

    /// <summary>Checks the options as far as no file is needed.</summary>
    /// <exception cref="UsageException">They contradict each other.</exception>
    internal static void Check(AuditOptions options)
    {
        if ((options.SplitColumn is not null, options.Labelled.Count > 0) is var (byColumn, byLabel) && (options.Pool.Count > 0 ? byColumn == byLabel : byColumn || byLabel))
        {
            throw new UsageException("expected --pool with one of --split-column and --labelled: a column names the splits, or a label file those rows that are labelled already");
        }
        if (options.Pairs.AllPairs && options.Pairs.Threshold is null)
        {
            throw new UsageException("--all-pairs is given without --threshold, expected both: say from which cosine on pairs are listed, such as --threshold 0.98");
        }
        if (new[] { options.Pairs.Threshold, options.Pairs.Precision, options.Pairs.Recall }.Count(cut => cut is not null) > 1)
        {
            throw new UsageException("some of --threshold, --precision and --recall are given, expected one: each says which pairs are listed");
        }
        if (options.Vectors.BestView && (options.Vectors.Views is null || options.Pairs.AllPairs))
        {
            throw new UsageException($"--best-view is given {(options.Pairs.AllPairs ? "with --all-pairs" : "without --views")}, expected --views, and nearest rows to be sought: say which views are compared, such as --views shift,flip");
        }
        if (options.Vectors.BestView && options.Search.Approximate is not null)
        {
            throw new UsageException("--best-view and --approximate are both given, expected one: each view of a row has another place among the cells");
        }
        if (options.Pairs.AllPairs && options.Search.Approximate is not null)
        {
            throw new UsageException("--all-pairs and --approximate are both given, expected one: all pairs are found exactly, and fast where few reach the threshold");
        }
        if (options.Pairs is { AllPairs: true, Overlap: > 0 })
        {
            throw new UsageException("--overlap and --all-pairs are both given, expected one: the pictures of each row's nearest rows are laid over its own");
        }
        if (options.Search.Index is not null && (options.Search.Approximate is null || options.Train.Count == 0))
        {
            throw new UsageException("--index is given without --approximate, --train and --test, expected all of them: it keeps the cells of the training split");
        }
        if (options.Search.Index is { } index && AuditOutputs.Names.Append(WrittenFiles.FileName).Any(name => Path.GetFullPath(Path.Combine(options.Out, name)) == Path.GetFullPath(index)))
        {
            throw new UsageException($"--index {index} is a file that the audit writes: choose another name");
        }
        PairOptions.Ranges.Require(options.Pairs);
        SearchOptions.Ranges.Require(options.Search);
    }

    /// <summary>The columns that tell texts apart whose vectors are the same.</summary>
    private static IReadOnlyList<string> TextColumns(AuditOptions options, IReadOnlyList<ShardSet> sets) =>
        options.TextColumns.Count > 0 ? options.TextColumns : sets.All(shards => shards.HasColumn(DefaultTextColumn)) ? [DefaultTextColumn] : [];

    private static string? LabelColumn(ShardSet shards, AuditOptions options) =>
        options.LabelColumn ?? (shards.HasColumn(DefaultLabelColumn) ? DefaultLabelColumn : null);
}
