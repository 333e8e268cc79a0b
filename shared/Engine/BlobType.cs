using System.Text.Json.Serialization;

namespace ParquetPool.Engine;

/// <summary>The numbers, one after another and little-endian, that a blob may hold.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BlobType>))]
public enum BlobType
{
    Float32,
    Float64,
    Float16,
    UInt8,
}
