using System.Text.Json;
using ParquetPool.Columns;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Storage;

namespace ParquetPool.Trainer.Voting;

/// <summary>The folder that <c>trainer consensus</c> writes. Each file appears whole, by one rename; <c>consensus.json</c> comes last.</summary>
internal sealed class ConsensusFiles(string root)
{
    public const string RecordName = "consensus.json";

    /// <summary>What is written beside labels.</summary>
    public static IReadOnlyList<string> Beside => ["annotators.parquet", "annotators.csv", "relabel.parquet", "relabel.csv"];

    /// <summary>All that is written.</summary>
    public static readonly IReadOnlyList<string> Names = ["labels.parquet", "labels.csv", .. Beside, RecordName];

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private static readonly Provenance Origin = new("trainer consensus");

    public string Labels => StorageAddress.Join(root, "labels.csv");

    public string Annotators => StorageAddress.Join(root, "annotators.csv");

    public string Relabel => StorageAddress.Join(root, "relabel.csv");

    private string Record => Path.Combine(root, RecordName);

    /// <summary>Takes back the word of an earlier run.</summary>
    public void Open() => File.Delete(Record);

    /// <summary>Writes the labels of the rows that have one, in the order of their ids.</summary>
    public void Write(VoteTable table, IEnumerable<FoundLabel> rows) => RowFiles.Write(
        Path.ChangeExtension(Labels, ".parquet"),
        [new("id", ShardType.Text), new("label", ShardType.Text), new("probability", ShardType.Double), new("expected_disagreement", ShardType.Double), new("votes", ShardType.Int32), .. table.Grades is null ? Array.Empty<ShardColumn>() : [new ShardColumn("mean", ShardType.Double)]],
        rows.Where(r => r.Class >= 0),
        chunk =>
        [
            Array.ConvertAll(chunk, r => table.Ids[r.Row]), Array.ConvertAll(chunk, r => table.Classes[r.Class]), Array.ConvertAll(chunk, r => r.Probability),
            Array.ConvertAll(chunk, r => r.Disagreement), Array.ConvertAll(chunk, r => r.Votes), .. table.Grades is null ? Array.Empty<Array>() : [Array.ConvertAll(chunk, r => r.Mean)],
        ],
        Origin);

    /// <summary>Writes what annotators are like, and the rows worth a second opinion.</summary>
    public void Write(WeighedVotes votes, IReadOnlyList<SecondOpinion> opinions)
    {
        Write(votes.Table, votes.Found.Annotators(), Path.ChangeExtension(Annotators, ".parquet"));
        Write(votes.Table, opinions, votes.Labels, Path.ChangeExtension(Relabel, ".parquet"));
    }

    /// <summary>Looks whether <see cref="WriteBeside"/> may replace what is there, before a training that would be in vain.</summary>
    /// <exception cref="UsageException">A file is somebody else's.</exception>
    public static void RequireOurs(string folder)
    {
        if (!StorageAddress.IsRemote(folder))
        {
            WrittenFiles.RequireOurs(folder, Beside);
        }
    }

    /// <summary>Writes the same into a folder of other files, which is claimed for them.</summary>
    /// <exception cref="UsageException">A file there is somebody else's.</exception>
    public static void WriteBeside(string folder, WeighedVotes votes, CancellationToken stopping)
    {
        var written = StorageAddress.IsRemote(folder) ? null : WrittenFiles.Claim(folder, Beside);
        new ConsensusFiles(folder).Write(votes, SecondOpinions.Of(votes.Model, ConsensusOptions.DefaultTop, stopping));
        written?.Complete();
    }

    /// <summary>In the order of the names.</summary>
    private static void Write(VoteTable table, IEnumerable<FoundAnnotator> annotators, string path) => RowFiles.Write(
        path,
        [
            new("annotator", ShardType.Text), new("labels", ShardType.Int32), new("agreement", ShardType.Double), new("accuracy", ShardType.Double),
            .. table.Classes.Select(name => new ShardColumn($"bias_{name}", ShardType.Double)),
        ],
        annotators,
        chunk =>
        [
            Array.ConvertAll(chunk, a => table.Annotators[a.Annotator]), Array.ConvertAll(chunk, a => a.Votes), Array.ConvertAll(chunk, a => a.Agreement), Array.ConvertAll(chunk, a => a.Accuracy),
            .. Enumerable.Range(0, table.Classes.Count).Select(c => Array.ConvertAll(chunk, a => a.Bias[c])),
        ],
        Origin);

    /// <summary>The most telling first.</summary>
    /// <param name="labels">[row]</param>
    private static void Write(VoteTable table, IReadOnlyList<SecondOpinion> opinions, IReadOnlyList<FoundLabel> labels, string path) => RowFiles.Write(
        path,
        [
            new("order", ShardType.Int32), new("id", ShardType.Text), new("label", ShardType.Text), new("probability", ShardType.Double), new("expected_disagreement", ShardType.Double),
            new("votes", ShardType.Int32), new("information", ShardType.Double), new("ask", ShardType.Text),
        ],
        opinions.Index().Select(o => (Order: o.Index + 1, Opinion: o.Item, Label: labels[o.Item.Row])),
        chunk =>
        [
            Array.ConvertAll(chunk, r => r.Order), Array.ConvertAll(chunk, r => table.Ids[r.Opinion.Row]), Array.ConvertAll(chunk, r => r.Label.Class < 0 ? null : table.Classes[r.Label.Class]),
            Array.ConvertAll(chunk, r => r.Label.Probability), Array.ConvertAll(chunk, r => r.Label.Disagreement), Array.ConvertAll(chunk, r => r.Label.Votes),
            Array.ConvertAll(chunk, r => r.Opinion.Information), Array.ConvertAll(chunk, r => string.Join("; ", r.Opinion.Ask.Select(a => table.Annotators[a]))),
        ],
        Origin);

    /// <summary>Writes the record, after everything else.</summary>
    public void Write(ConsensusRecord record) => WholeFile.Write(Record, RecordSeal.Close(JsonSerializer.SerializeToUtf8Bytes(record, Json)));
}
