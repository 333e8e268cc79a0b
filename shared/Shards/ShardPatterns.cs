using System.IO.Enumeration;
using System.Text;
using System.Text.RegularExpressions;
using ParquetPool.Commands;
using ParquetPool.Storage;

namespace ParquetPool.Shards;

/// <summary>Turns files, folders and globs into full paths or addresses.</summary>
internal static class ShardPatterns
{
    /// <summary>Full paths, each once, in no particular order.</summary>
    /// <param name="kinds">What of a folder counts, such as <c>*.parquet</c>.</param>
    /// <exception cref="DataException">A pattern matches no file.</exception>
    public static IReadOnlyCollection<string> Expand(IEnumerable<string> patterns, params string[] kinds)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pattern in patterns)
        {
            var found = Now(pattern, kinds);
            if (found.Count == 0)
            {
                throw new DataException(StorageAddress.IsRemote(pattern)
                    ? $"{pattern}: no such object, and no {string.Join(" or ", kinds)} below: name an object, a prefix or a quoted glob such as 's3://bucket/pool/**/*.parquet'"
                    : Directory.Exists(pattern)
                    ? $"{pattern}: no {string.Join(" or ", kinds)} file in this folder or below: name a folder that holds some"
                    : $"{pattern}: no such file: name a file, a folder or a quoted glob such as 'pool/**/*.parquet'");
            }

            paths.UnionWith(found);
        }

        return paths;
    }

    /// <summary>Full paths or addresses of what a pattern names; may be none.</summary>
    public static IReadOnlyList<string> Now(string pattern, params string[] kinds) =>
        StorageAddress.IsRemote(pattern) ? RemoteMatches(pattern, kinds) : [.. Matches(pattern, kinds).Select(path => StorageAddress.WithSlashes(Path.GetFullPath(path)))];

    /// <summary>The files that a pattern names; may be none.</summary>
    public static IEnumerable<string> Matches(string pattern, string[] kinds)
    {
        if (File.Exists(pattern))
        {
            return [pattern];
        }

        if (Directory.Exists(pattern))
        {
            return FolderFiles.Below(pattern).Where(path => HiddenNames.Allow(Path.GetRelativePath(pattern, path)) && kinds.Any(kind => FileSystemName.MatchesSimpleExpression(kind, Path.GetFileName(path), ignoreCase: false)));
        }

        if (RootOf(pattern) is not { } root)
        {
            return [];
        }

        var below = Split(pattern).Glob;
        var glob = Translate(below);
        var isDeep = below.Contains('/') || pattern.EndsWith("**", StringComparison.Ordinal);
        return (isDeep ? FolderFiles.Below(root) : Directory.EnumerateFiles(root))
            .Where(path => !path.EndsWith(".tmp", StringComparison.Ordinal) && glob.IsMatch(StorageAddress.WithSlashes(Path.GetRelativePath(root, path))) && HiddenNames.Allow(Path.GetRelativePath(root, path), below));
    }

    /// <summary>The folder that a glob starts from; null where it names one file or none that could be.</summary>
    public static string? RootOf(string pattern) => Split(pattern) is var (root, glob) && glob.Length > 0 && Directory.Exists(root) ? root : null;

    /// <summary>Whether the part of a glob behind its <see cref="RootOf"/> takes a file there, were it there.</summary>
    public static bool Takes(string pattern, string file) => Translate(Split(pattern).Glob).IsMatch(file);

    private static (string Root, string Glob) Split(string pattern)
    {
        var parts = StorageAddress.WithSlashes(pattern).Split('/');
        var literal = parts.TakeWhile(part => !part.Contains('*') && !part.Contains('?')).Count();
        return (string.Join('/', parts[..literal]) is { Length: > 0 } folder ? folder : literal > 0 ? "/" : ".", string.Join('/', parts[literal..]));
    }

    private static List<string> RemoteMatches(string pattern, string[] kinds)
    {
        var address = StorageAddress.Parse(pattern);
        var parts = address.Key.Split('/');
        if (!address.Key.Contains('*') && !address.Key.Contains('?'))
        {
            return StoredFiles.Exists(pattern) ? [pattern]
                : [.. StoredFiles.List(pattern).Where(found => HiddenNames.Allow(found[Math.Min(found.Length, pattern.Length)..]) && kinds.Any(kind => found.EndsWith(kind[1..], StringComparison.Ordinal)))];
        }

        var root = address with { Key = string.Join('/', parts.TakeWhile(part => !part.Contains('*') && !part.Contains('?'))) };
        var glob = Translate(address.Key[root.Folder.Key.Length..]);
        return [.. StoredFiles.List(root.ToString()).Where(found => glob.IsMatch(found[root.Folder.ToString().Length..]) && HiddenNames.Allow(found[root.Folder.ToString().Length..], address.Key[root.Folder.Key.Length..]))];
    }

    private static Regex Translate(string glob)
    {
        var regex = new StringBuilder("^");
        for (var i = 0; i < glob.Length; i++)
        {
            var rest = glob.AsSpan(i);
            if (rest.StartsWith("**/"))
            {
                regex.Append("(?:.*/)?");
                i += 2;
            }
            else if (rest.StartsWith("**"))
            {
                regex.Append(".*");
                i++;
            }
            else
            {
                regex.Append(glob[i] switch { '*' => "[^/]*", '?' => "[^/]", var c => Regex.Escape($"{c}") });
            }
        }

        return new Regex(regex.Append('$').ToString(), RegexOptions.CultureInvariant);
    }
}
