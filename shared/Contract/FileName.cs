using System.Text;

namespace ParquetPool.Contract;

/// <summary>A name read from a file that may become part of a path: it names something in a folder, never a place elsewhere.</summary>
public readonly record struct FileName
{
    private const int MostBytes = 255;

    private FileName(string text) => Text = text;

    public string Text { get; }

    /// <summary>The name; null where it is empty, a dot or two, holds a slash or a NUL, or is longer than any file's.</summary>
    public static FileName? Of(string? text) =>
        string.IsNullOrEmpty(text) || text is "." or ".." || text.AsSpan().ContainsAny('/', '\0') || Encoding.UTF8.GetByteCount(text) > MostBytes ? null : new FileName(text);

    /// <summary>What is wrong with names that must be plain and different; null for nothing.</summary>
    /// <param name="what">They name, such as <c>shard</c>.</param>
    public static string? Fault(IEnumerable<string> names, string what)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (Of(name) is null)
            {
                return $"names a {what} '{name}', which is no plain file name";
            }
            if (!seen.Add(name))
            {
                return $"names {what} {name} twice";
            }
        }
        return null;
    }

    public override string ToString() => Text;
}
