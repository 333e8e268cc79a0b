using System.Text.Json;

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

    /// <summary>Writes under a temporary name, brings the bytes to the disk and renames.</summary>
    public static void Write<T>(string path, T record)
    {
        var temporary = path + ".tmp";
        using (var file = File.Create(temporary))
        {
            file.Write([.. JsonSerializer.SerializeToUtf8Bytes(record, Indented), (byte)'\n']);
            file.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>The record; null where there is none or the file holds something else.</summary>
    public static T? Read<T>(string path)
        where T : class
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), Indented) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
