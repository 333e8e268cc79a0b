using System.Text.Json;
using ParquetPool.Contract;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Pipeline;

/// <summary>Records as indented JSON, each written whole.</summary>
internal static class JsonFile
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public static void Write<T>(string path, T record) =>
        WholeFile.Write(path, file => file.Write([.. JsonSerializer.SerializeToUtf8Bytes(record, Indented), (byte)'\n']));

    /// <summary>The record; null where there is none or the file holds something else.</summary>
    public static T? Read<T>(string path)
        where T : class
    {
        try
        {
            return StoredFiles.Exists(path) ? JsonSerializer.Deserialize<T>(StoredFiles.ReadAllBytes(path), Indented) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
