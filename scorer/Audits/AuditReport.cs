using System.Text.Json;
using System.Text.Json.Serialization;
using ParquetPool.Scorer.Calibration;
using ParquetPool.Scorer.Pipeline;
using ParquetPool.Scorer.Reports;

namespace ParquetPool.Scorer.Audits;

/// <summary><c>audit.json</c>: written last, so that a reader that sees it sees a whole audit.</summary>
/// <param name="ModelSha256">Null where a column was compared.</param>
/// <param name="Columns">What was read.</param>
/// <param name="Width">Elements of a compared vector.</param>
/// <param name="Picture">The column whose numbers are pictures; null where none is known.</param>
/// <param name="Calibration">Null where every pair above a threshold is listed.</param>
internal sealed record AuditReport(
    int SchemaVersion,
    RunVersions Versions,
    IReadOnlyList<string> Columns,
    string? ModelSha256,
    int Width,
    IReadOnlyList<AuditedShard> TrainShards,
    IReadOnlyList<AuditedShard> TestShards,
    AuditSummary Summary,
    PictureColumn? Picture = null,
    CalibrationResult? Calibration = null)
{
    public const string FileName = "audit.json";
    public const int CurrentSchemaVersion = 1;

    /// <summary>The bytes of the file.</summary>
    public byte[] ToBytes() => [.. JsonSerializer.SerializeToUtf8Bytes(this, AuditJson.Default.AuditReport), (byte)'\n'];
}

/// <summary>A shard as it was read.</summary>
internal sealed record AuditedShard(string Name, long Bytes, string Path);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(AuditReport))]
internal sealed partial class AuditJson : JsonSerializerContext;
