using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Engine;
using ParquetPool.Scorer.Audits;
using ParquetPool.Scorer.Findings;
using ParquetPool.ShardRows;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Tests.Audits;

/// <summary>A temporary folder with two splits to audit.</summary>
internal sealed class AuditFolder : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("audit-tests-").FullName;

    public string Train => PathOf("train");

    public string Test => PathOf("test");

    public string Out => PathOf("out");

    public AuditOptions Options => new([Train], [Test], Out) { Search = new() { Threads = 2 } };

    public string PathOf(string name) => Path.Combine(root, name);

    /// <summary>Writes a shard; a label of null leaves the column out.</summary>
    public void Write(string split, string shard, IReadOnlyList<(string? Id, float[] Vector, string? Label)> rows, string column = "features", bool labels = true)
    {
        var width = rows[0].Vector.Length;
        ShardColumn[] columns = [new("id", ShardType.Text), new(column, ShardType.FloatList, width)];
        using var writer = new ShardWriter(Path.Combine(root, split, shard + ".parquet"), labels ? [.. columns, new("label", ShardType.Text)] : columns);
        Array[] values = [rows.Select(r => r.Id!).ToArray(), rows.SelectMany(r => r.Vector).ToArray()];
        writer.Write(rows.Count, labels ? [.. values, rows.Select(r => r.Label!).ToArray()] : values);
        writer.Complete();
    }

    public static Task<AuditSummary> RunAsync(AuditOptions options, CancellationToken stopping = default) =>
        RunAsync(options, new ProgressDisplay(ProgressMode.Quiet, TextWriter.Null, TimeProvider.System), stopping);

    /// <summary>Audits and shows its progress.</summary>
    public static Task<AuditSummary> RunAsync(AuditOptions options, ProgressDisplay progress, CancellationToken stopping) =>
        AuditRun.ExecuteAsync(options, new CommandContext(NullLogger.Instance, TimeProvider.System, progress, stopping));

    /// <summary>The pairs of <c>pairs.csv</c>, column by name, after a check that <c>pairs.parquet</c> lists the same.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> Pairs()
    {
        var lines = File.ReadAllLines(Path.Combine(Out, "pairs.csv"));
        var names = lines[0].Split(',');
        var pairs = lines.Skip(1).Select(l => names.Zip(l.Split(',')).ToDictionary(p => p.First, p => p.Second)).ToList();
        Rows("pairs.parquet", "test_id", "train_id").Should().Equal(pairs.Select(p => (p["test_id"], p["train_id"])));
        return pairs;
    }

    /// <summary>Two text columns of an output file.</summary>
    public IReadOnlyList<(string, string)> Rows(string file, string first, string second)
    {
        var schema = new RowSchema([], second);
        using var reader = new ShardReader(new Shard(file, Path.Combine(Out, file), new RowColumns(first)), schema);
        var batch = new RowBatch(schema, 1024);
        var rows = new List<(string, string)>();
        while (reader.Read(batch, CancellationToken.None))
        {
            rows.AddRange(batch.Ids.Zip(batch.Labels).Take(batch.Count).Select(r => (r.First, r.Second!)));
        }
        return rows;
    }

    public void Dispose() => Directory.Delete(root, recursive: true);
}
