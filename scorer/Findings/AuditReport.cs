using System.Text.Json;
using System.Text.Json.Serialization;
using ParquetPool.Engine;
using ParquetPool.Pictures;
using ParquetPool.Scorer.Calibration;
using ParquetPool.Scorer.Records;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Findings;

/// <summary><c>audit.json</c>: written last, so that a reader that sees it sees a whole audit.</summary>
/// <param name="ModelSha256">Null where a column was compared.</param>
/// <param name="Columns">What was read.</param>
/// <param name="Width">Elements of a compared vector.</param>
/// <param name="Splits">The one whose rows are rather kept first.</param>
/// <param name="SplitColumn">The column whose values are the splits; null where something else tells them.</param>
/// <param name="Picture">The column whose numbers are pictures; null where none is known.</param>
/// <param name="Calibration">Null where every pair above a threshold is listed.</param>
internal sealed record AuditReport(
    int SchemaVersion,
    RunVersions Versions,
    IReadOnlyList<string> Columns,
    string? ModelSha256,
    int Width,
    IReadOnlyList<AuditedSplit> Splits,
    string? SplitColumn,
    AuditSummary Summary,
    PictureColumn? Picture = null,
    CalibrationResult? Calibration = null) : ICheckedRecord
{
    public const string FileName = "audit.json";
    public const int CurrentSchemaVersion = 2;

    /// <summary>Whether the splits are rows of the same shards.</summary>
    public bool IsPool => SplitColumn is not null || Splits[0].Name == AuditedSplit.Labelled;

    /// <inheritdoc/>
    public string? Fault() =>
        SchemaVersion is < 1 or > CurrentSchemaVersion ? $"is of version {SchemaVersion}"
        : Width < 1 ? $"says vectors of {Width} numbers"
        : Columns.Count == 0 || Columns.Contains("") ? "names no columns"
        : Splits.Count == 0 || Splits.Any(split => split.Shards.Count == 0) ? "names no shards"
        : Splits.SelectMany(split => split.Shards).Any(shard => shard.Path.Length == 0) ? "names a shard without a path"
        : Summary.Comparisons.Any(of => of.Listed < 0) || Summary.Comparisons.DistinctBy(of => of.Kind).Count() < Summary.Comparisons.Count ? "counts pairs as no audit does"
        : (Calibration?.Curves ?? []).Any(curve => !Summary.Comparisons.Any(of => of.Kind == curve.Kind)) ? "has a curve of pairs that it does not count"
        : (Summary.Threshold ?? 0) is not (>= -1 and <= 1) ? FormattableString.Invariant($"says a threshold of {Summary.Threshold}")
        : Picture is { } picture && !PictureFormat.IsOne(picture.Format) ? $"says a picture of {picture.Format}"
        : Splits.DistinctBy(split => split.Name).Count() < Splits.Count ? "names a split twice"
        : Splits.Select(split => Contract.FileName.Fault(split.Shards.Select(shard => shard.Name), "shard")).FirstOrDefault(fault => fault is not null);

    /// <summary>The bytes of the file.</summary>
    public byte[] ToBytes() => RecordSeal.Close(JsonSerializer.SerializeToUtf8Bytes(this, AuditJson.Default.AuditReport));
}

/// <summary>A split and the shards its rows stand in; the splits of a pool share theirs.</summary>
internal sealed record AuditedSplit(string Name, IReadOnlyList<AuditedShard> Shards)
{
    /// <summary>What the rows with a label file's ids are called.</summary>
    public const string Labelled = "labelled";
}

/// <summary>A shard as it was read.</summary>
/// <param name="Given">What the audit was given for its rows, such as a folder of pictures; null where that was the shard itself.</param>
internal sealed record AuditedShard(string Name, long Bytes, string Path, RowColumns? Columns = null, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Given = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(AuditReport))]
internal sealed partial class AuditJson : JsonSerializerContext;
