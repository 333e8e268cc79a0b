using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ParquetPool.Errors;

namespace ParquetPool.Encoders;

/// <summary>Reads an <c>encoder.json</c>, as people write it.</summary>
internal static class SpecFile
{
    /// <param name="missing">What to do where there is no such file.</param>
    /// <param name="expected">What the file may hold.</param>
    /// <exception cref="DataException">The file is missing or cannot be read, is no JSON, or has something else in it.</exception>
    public static T? Read<T>(string path, JsonTypeInfo<T> type, string missing, string expected)
    {
        try
        {
            ReadOnlySpan<byte> bytes = File.ReadAllBytes(path);
            return JsonSerializer.Deserialize(bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes, type);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataException($"{path} is not there: {missing}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path} cannot be read ({e.Message.TrimEnd('.')}): {missing}", e);
        }
        catch (JsonException e)
        {
            throw new DataException($"{path}: {Why(e)}: expected {expected}, each optional", e);
        }
    }

    /// <summary>The names of what a file that was read says.</summary>
    public static IReadOnlySet<string> Names(string path)
    {
        ReadOnlyMemory<byte> bytes = File.ReadAllBytes(path);
        using var json = JsonDocument.Parse(bytes.Span.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        return json.RootElement.EnumerateObject().Select(said => said.Name).ToHashSet();
    }

    /// <summary>What the library says of types of this program is no use to people.</summary>
    private static string Why(JsonException fault) => fault.Message.StartsWith("The JSON ", StringComparison.Ordinal)
        ? fault.Path?.TrimStart('$', '.') is { Length: > 0 } name ? $"'{name}' is not known, or not of its kind" : "no object"
        : fault.Message.Split(" Path:")[0].TrimEnd('.');
}
