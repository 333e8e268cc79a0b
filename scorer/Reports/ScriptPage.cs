using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Reports;

/// <summary>A page that is one file: its markup, its style, its one script and what the script shows.</summary>
/// <remarks>
/// Needs no network and allows itself none (a Content-Security-Policy with the hash of its one script). Whatever comes from rows stands in
/// a block of JSON in which every character that HTML knows is escaped, and reaches the page as text. The same content gives the same bytes.
/// </remarks>
internal static class ScriptPage
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <param name="name">Of the resources: <c>name.html</c>, <c>name.css</c> and <c>name.js</c>.</param>
    /// <exception cref="IOException">The page cannot be written.</exception>
    public static void Write<T>(string path, string name, T content)
    {
        var script = Resource($"{name}.js");
        var page = Resource($"{name}.html")
            .Replace("{{script-hash}}", Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script))), StringComparison.Ordinal)
            .Replace("{{style}}", Resource($"{name}.css"), StringComparison.Ordinal)
            .Replace("{{script}}", script, StringComparison.Ordinal)
            .Replace("{{content}}", JsonSerializer.Serialize(content, Json), StringComparison.Ordinal);
        WholeFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(page)));
    }

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(ScriptPage).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
