using System.Text.Json;
using ParquetPool.Errors;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Records;

/// <summary>Records as indented JSON, each written whole.</summary>
internal static class JsonFile
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <param name="isPrivate">Whether it is nobody else's to read.</param>
    public static void Write<T>(string path, T record, bool isPrivate = false) =>
        WholeFile.Write(path, file => file.Write([.. JsonSerializer.SerializeToUtf8Bytes(record, Indented), (byte)'\n']), isPrivate);

    /// <summary>Writes what a finished run says of itself, with a checksum of its own.</summary>
    public static void WriteRecord<T>(string path, T record) => WholeFile.Write(path, RecordSeal.Close(JsonSerializer.SerializeToUtf8Bytes(record, Indented)));

    /// <summary>The record; null where there is none or the file holds something else.</summary>
    public static T? Read<T>(string path)
        where T : class => Read<T>(path, out _);

    /// <summary>The record.</summary>
    /// <param name="expected">What should be there, and what to do where it is not.</param>
    /// <exception cref="DataException">There is none, or the file holds something else.</exception>
    public static T Require<T>(string path, string expected)
        where T : class => Read<T>(path, out var fault) ?? throw new DataException($"{path} {fault}, expected {expected}");

    private static T? Read<T>(string path, out string fault)
        where T : class
    {
        fault = "is missing";
        if (!StoredFiles.Exists(path))
        {
            return null;
        }
        fault = "is damaged or not of this version";
        try
        {
            var bytes = StoredFiles.ReadAllBytes(path);
            if (!WrittenFiles.IsRecordWhole(path, bytes))
            {
                fault = "has changed since it was written";
                return null;
            }
            var record = JsonSerializer.Deserialize<T>(bytes, Indented);
            if (record is null || !RecordWalk.IsSound(record))
            {
                return null;
            }
            fault = (record as ICheckedRecord)?.Fault() ?? "";
            return fault.Length == 0 ? record : null;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            return null; // Whatever a constructor or a converter says of values that no writer of ours puts there.
        }
    }
}

/// <summary>A record that knows what it cannot say.</summary>
internal interface ICheckedRecord
{
    /// <summary>What is wrong with it, such as <c>names shard a twice</c>; null for nothing. Lists hold no nulls and texts no NUL when it is asked.</summary>
    string? Fault();
}
