using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Scorer.Committees;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Audits;

/// <summary>The two splits and what makes vectors of their rows, checked against each other.</summary>
internal sealed record AuditInputs(AuditSplit Train, AuditSplit Test, Embedder Embedder, ModelPackage? Model) : IDisposable
{
    private const string DefaultColumn = "features";
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
        var package = options.Model is { } path ? ModelPackage.Open(path) : null;
        var embedder = package is not null
            ? Embedder.OfModel(package, FeatureInput.Bind(package, first, []))
            : Embedder.OfColumn(Column(options.Column ?? OnlyColumn(first), first));
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
        if (options.Column is not null && options.Model is not null)
        {
            throw new UsageException($"--column {options.Column} and --model {options.Model} are both given, expected one: a column is compared as it is, a model reads the columns it was trained on");
        }
        if (options.AllPairs && options.Threshold is null)
        {
            throw new UsageException("--all-pairs is given without --threshold, expected both: say from which cosine on pairs are listed, such as --threshold 0.98");
        }
        if (options.AllPairs && options.Approximate)
        {
            throw new UsageException("--all-pairs and --approximate are both given, expected one: all pairs are found exactly, and fast where few reach the threshold");
        }
        if (!(options.Recall is > 0 and <= 1))
        {
            throw new UsageException(FormattableString.Invariant($"--recall {options.Recall} is no share of the nearest rows, expected above 0 and at most 1, such as 0.99"));
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

    private static VectorColumn Column(string name, ShardSet shards) => new(name, shards.VectorWidth(name));

    private static string OnlyColumn(ShardSet shards)
    {
        var columns = shards.VectorColumns();
        return columns.Contains(DefaultColumn) ? DefaultColumn
            : columns.Count == 1 ? columns[0]
            : throw new UsageException($"{shards[0].Path} has {columns.Count} vector columns ({string.Join(", ", columns)}), expected one, or one named {DefaultColumn}: name it with --column");
    }

    private static string? LabelColumn(ShardSet shards, AuditOptions options) =>
        shards.Count == 0 ? null : options.LabelColumn ?? (shards.HasColumn(DefaultLabelColumn) ? DefaultLabelColumn : null);
}
