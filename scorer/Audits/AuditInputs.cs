using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Audits;

/// <summary>The two splits and what makes vectors of their rows, checked against each other.</summary>
internal sealed record AuditInputs(AuditSplit Train, AuditSplit Test, Embedder Embedder, ModelPackage? Model) : IDisposable
{
    private const string DefaultLabelColumn = "label";

    /// <summary>Finds the shards and opens the model.</summary>
    /// <exception cref="UsageException">The options contradict each other or leave the column open.</exception>
    /// <exception cref="DataException">A shard or the model cannot be used.</exception>
    public static AuditInputs Open(AuditOptions options)
    {
        Check(options);
        var test = ShardSet.Resolve(options.Test);
        var train = options.Train.Count > 0 ? ShardSet.Resolve(options.Train) : test.Where(_ => false);
        var first = train.Count > 0 ? train : test;
        if (train.Select(s => s.Path).Intersect(test.Select(s => s.Path)).FirstOrDefault() is { } both)
        {
            throw new UsageException($"{both} is named by --train and by --test, expected different shards: each of its rows would be its own duplicate");
        }
        var (embedder, package) = EmbedderChoice.Open(options, first);
        try
        {
            foreach (var column in embedder.Columns)
            {
                if (test.VectorWidth(column.Name) is var width && width != column.Width)
                {
                    throw new DataException($"column {column.Name} has vectors of {column.Width} numbers in the train split and of {width} in the test split, expected the same: compare splits of one kind");
                }
            }
            return new AuditInputs(
                new AuditSplit("train", train, new RowSchema(embedder.Columns, LabelColumn: LabelColumn(train, options))),
                new AuditSplit("test", test, new RowSchema(embedder.Columns, LabelColumn: LabelColumn(test, options))),
                embedder,
                package);
        }
        catch
        {
            embedder.Dispose();
            throw;
        }
    }

    /// <summary>Whether there is a training split to compare with.</summary>
    public bool HasTrain => Train.Shards.Count > 0;

    /// <summary>The split of the other row of a pair.</summary>
    public AuditSplit OtherSplit(PairKind kind) => kind == PairKind.TestTrain ? Train : Test;

    /// <summary>Whether the labels of a pair are the same; null where one is missing.</summary>
    public bool? LabelsAgree(in AuditPair pair) =>
        Test.LabelOf(pair.TestRow) is { } label && OtherSplit(pair.Kind).LabelOf(pair.OtherRow) is { } other ? label == other : null;

    /// <inheritdoc/>
    public void Dispose() => Embedder.Dispose();

    private static void Check(AuditOptions options)
    {
        if (options.AllPairs && options.Threshold is null)
        {
            throw new UsageException("--all-pairs is given without --threshold, expected both: say from which cosine on pairs are listed, such as --threshold 0.98");
        }
        if (new[] { options.Threshold, options.Precision, options.Recall }.Count(cut => cut is not null) > 1)
        {
            throw new UsageException("some of --threshold, --precision and --recall are given, expected one: each says which pairs are listed");
        }
        if ((options.Precision ?? options.Recall ?? 0.5) is not (> 0 and < 1) and var share)
        {
            throw new UsageException(FormattableString.Invariant($"{(options.Precision is null ? "--recall" : "--precision")} {share} is no share, expected above 0 and below 1, such as 0.9"));
        }
        AtLeastOne("--neighbours", options.Neighbours);
        AtLeastOne("--threads", options.Threads);
        AtLeastOne("--vector-megabytes", options.VectorMegabytes);
        if (options.Threshold is { } threshold && !(threshold is >= -1 and <= 1))
        {
            throw new UsageException(FormattableString.Invariant($"--threshold {threshold} is no cosine, expected -1 to 1: near-duplicates lie close to 1"));
        }
    }

    private static void AtLeastOne(string option, int value)
    {
        if (value < 1)
        {
            throw new UsageException($"{option} {value} is too few, expected 1 or more");
        }
    }

    private static string? LabelColumn(ShardSet shards, AuditOptions options) =>
        shards.Count == 0 ? null : options.LabelColumn ?? (shards.HasColumn(DefaultLabelColumn) ? DefaultLabelColumn : null);
}
