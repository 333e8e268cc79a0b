using System.Text.Json;
using ParquetPool.Errors;

namespace ParquetPool.Tables;

/// <summary>What a Delta table comes to by its log's actions, one after another.</summary>
internal sealed class DeltaReplay(string root)
{
    private const int FeaturesVersion = 3;
    private const string Plain = "in Spark: spark.read.format('delta').load(…).write.parquet(…)";

    /// <summary>Features that change nothing of how files are read, or are looked for where they would.</summary>
    private static readonly HashSet<string> Understood = new(["timestampNtz", "vacuumProtocolCheck", "v2Checkpoint", "columnMapping", "deletionVectors", "typeWidening", "typeWidening-preview"], StringComparer.Ordinal);

    private readonly Dictionary<(string Path, string Vector), IReadOnlyDictionary<string, string?>> live = [];
    private readonly List<string> sidecars = [];
    private List<string> unknown = [];
    private string mapping = "none";
    private bool isWidened, isEmpty = true;

    /// <summary>Applies what stands in one line of a commit or one row of a checkpoint.</summary>
    public void Apply(JsonElement action)
    {
        if (LogLines.Member(action, "add") is { } add && LogLines.Text(add, "path") is { } added)
        {
            (live[(added, Vector(add))], isEmpty) = (Texts(LogLines.Member(add, "partitionValues")), false);
        }
        if (LogLines.Member(action, "remove") is { } remove && LogLines.Text(remove, "path") is { } removed)
        {
            live.Remove((removed, Vector(remove)));
        }
        if (LogLines.Member(action, "protocol") is { } protocol && LogLines.Member(protocol, "minReaderVersion") is { ValueKind: JsonValueKind.Number } least)
        {
            var version = least.GetDouble();
            unknown = version > FeaturesVersion ? [$"reader version {version}"] : version < FeaturesVersion ? [] : [.. Names(LogLines.Member(protocol, "readerFeatures")).Where(name => !Understood.Contains(name))];
            isEmpty = false;
        }
        if (LogLines.Member(action, "metaData") is { } metadata)
        {
            mapping = LogLines.Member(metadata, "configuration") is { } settings && LogLines.Text(settings, "delta.columnMapping.mode") is { } mode ? mode : "none";
            isWidened = LogLines.Text(metadata, "schemaString")?.Contains("\"delta.typeChanges\"", StringComparison.Ordinal) == true;
        }
        if (LogLines.Member(action, "sidecar") is { } sidecar && LogLines.Text(sidecar, "path") is { } part)
        {
            sidecars.Add(part[(part.LastIndexOf('/') + 1)..]);
        }
    }

    /// <summary>Files that hold more rows of the checkpoint that was just read; each is given once.</summary>
    public IReadOnlyList<string> TakeSidecars()
    {
        string[] taken = [.. sidecars];
        sidecars.Clear();
        return taken;
    }

    /// <summary>[path below the table]: the values of its partition columns.</summary>
    /// <exception cref="DataException">The table uses a feature that is not known here, a file has deleted rows, or one lies outside of the table.</exception>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string?>> Files()
    {
        var vectors = live.Count(file => file.Key.Vector.Length > 0);
        var reason = isEmpty ? throw new DataException($"{root}: its Delta log tells of no file and no protocol, so it is damaged: copy the table anew, or give a folder of plain Parquet files")
            : unknown.Count > 0 ? $"{string.Join(", ", unknown)}, which this version does not know: write a plain Parquet copy ({Plain})"
            : mapping is not ("none" or "") ? $"column mapping ({mapping}), by which columns have other names in the files: write a plain Parquet copy ({Plain})"
            : isWidened ? $"type widening, by which columns have other types in older files: write a plain Parquet copy ({Plain})"
            : vectors > 0 ? $"deletion vectors: {vectors} of its {live.Count} files hold rows that are deleted. Rewrite them (REORG TABLE … APPLY (PURGE)) or write a plain Parquet copy ({Plain})"
            : null;
        return reason is null
            ? live.GroupBy(file => Decode(file.Key.Path), StringComparer.Ordinal).ToDictionary(file => file.Key, file => file.Last().Value, StringComparer.Ordinal)
            : throw new DataException($"{root}: this Delta table uses {reason}, and give that folder");
    }

    /// <summary>The path that a percent-encoded one means.</summary>
    private string Decode(string path)
    {
        var decoded = Uri.UnescapeDataString(path);
        return path.Contains(':') || decoded.StartsWith('/') || decoded.Split('/').Contains("..")
            ? throw new DataException($"{root}: its Delta log names {path}, which lies outside of its folder, as in a shallow clone: write a plain Parquet copy ({Plain}) and give that folder")
            : decoded;
    }

    private static string Vector(JsonElement file) =>
        LogLines.Member(file, "deletionVector") is { } vector ? $"{LogLines.Text(vector, "storageType")}{LogLines.Text(vector, "pathOrInlineDv")}@{LogLines.Member(vector, "offset")}" : "";

    private static IEnumerable<string> Names(JsonElement? list) =>
        list is { ValueKind: JsonValueKind.Array } names ? names.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString()!) : [];

    /// <summary>Partition values; an empty one is a missing one.</summary>
    private static Dictionary<string, string?> Texts(JsonElement? values) =>
        values is { ValueKind: JsonValueKind.Object } members
            ? members.EnumerateObject().GroupBy(value => value.Name, StringComparer.Ordinal).Select(value => value.Last()).ToDictionary(value => value.Name, value => value.Value.ValueKind == JsonValueKind.String && value.Value.GetString() is { Length: > 0 } text ? text : null, StringComparer.Ordinal)
            : [];
}
