using System.Text.Json.Serialization;

namespace ParquetPool.Storage;

/// <summary>Choices are names in JSON; a number would pass for one that there is not.</summary>
public sealed class EnumNames<T>() : JsonStringEnumConverter<T>(namingPolicy: null, allowIntegerValues: false)
    where T : struct, Enum;
