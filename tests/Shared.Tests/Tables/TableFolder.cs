using ParquetPool.Engine;
using ParquetPool.Shards;
using ParquetPool.Shared.Tests.Shards;

namespace ParquetPool.Shared.Tests.Tables;

/// <summary>A table's folder in a test, its log written by hand.</summary>
internal sealed class TableFolder(TestFolder folder, string name = "table")
{
    public const string Protocol = """{"protocol":{"minReaderVersion":1,"minWriterVersion":2}}""";
    public const string Metadata = """{"metaData":{"id":"t","format":{"provider":"parquet","options":{}},"schemaString":"{}","partitionColumns":[],"configuration":{}}}""";

    public string Root { get; } = folder.File(name);

    /// <summary>Writes a data file of two rows, whose ids begin with <paramref name="ids"/>.</summary>
    public TableFolder File(string path, string ids)
    {
        ParquetFiles.FromSql(Made(path), $"SELECT '{ids}' || i AS id, [i, 2]::FLOAT[] AS features FROM range(2) AS t(i)");
        return this;
    }

    /// <summary>Writes the lines of a commit.</summary>
    public TableFolder Commit(int version, params string[] lines) => Text($"_delta_log/{version:D20}.json", lines);

    public TableFolder Text(string path, params string[] lines)
    {
        System.IO.File.WriteAllLines(Made(path), lines);
        return this;
    }

    /// <summary>Writes a checkpoint, or a part of one, whose rows are a SELECT's.</summary>
    public TableFolder Checkpoint(string name, string select)
    {
        ParquetFiles.FromSql(Made($"_delta_log/{name}"), select);
        return this;
    }

    /// <summary>Ids of all rows of what the patterns name below the table, the table itself for none.</summary>
    public IEnumerable<string> Ids(params string[] patterns) =>
        ShardSet.Resolve(patterns.DefaultIfEmpty("").Select(pattern => Path.Combine(Root, pattern))).SelectMany(shard => ParquetFiles.ReadAll(shard, new RowSchema([]))).Select(row => row.Id).Order(StringComparer.Ordinal);

    public static string Add(string path, string more = "\"partitionValues\":{}") => $$$"""{"add":{"path":"{{{path}}}",{{{more}}},"size":1,"modificationTime":0,"dataChange":true}}""";

    public static string Remove(string path, string more = "\"deletionTimestamp\":0") => $$$"""{"remove":{"path":"{{{path}}}",{{{more}}},"dataChange":true}}""";

    private string Made(string path)
    {
        var file = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        return file;
    }
}
