using System.IO.Enumeration;
using System.Text;
using System.Text.RegularExpressions;
using ParquetPool.Errors;
using ParquetPool.Storage;
using ParquetPool.Tables;

namespace ParquetPool.Shards;

/// <summary>Turns files, folders and globs into full paths or addresses.</summary>
internal static class ShardPatterns
{
    private const string OfShardsAlone = "*.pq";

    /// <summary>Full paths, each once, in no particular order.</summary>
    /// <param name="kinds">What of a folder counts, such as <c>*.parquet</c>, in whatever case.</param>
    /// <exception cref="DataException">A pattern matches no file, or a table's log cannot be gone by.</exception>
    public static IReadOnlyCollection<string> Expand(IEnumerable<string> patterns, params string[] kinds) => Expand(patterns, new TableFiles(), kinds);

    /// <summary>As <see cref="Expand(IEnumerable{string}, string[])"/>.</summary>
    /// <param name="tables">Knows afterwards what tables' logs say of the files.</param>
    public static IReadOnlyCollection<string> Expand(IEnumerable<string> patterns, TableFiles tables, params string[] kinds)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pattern in patterns)
        {
            var found = Now(pattern, tables, kinds);
            if (found.Count == 0)
            {
                throw new DataException(StorageAddress.IsRemote(pattern)
                    ? $"{pattern}: no such object, and no {string.Join(" or ", kinds)} below: name an object, a prefix or a quoted glob such as 's3://bucket/pool/**/*.parquet'"
                    : Directory.Exists(pattern)
                    ? $"{pattern}: no {string.Join(" or ", kinds)} file in this folder or below{(kinds.Contains(OfShardsAlone) ? ", and no picture" : "")}: name a folder that holds some"
                    : $"{pattern}: no such file: name a file, a folder or a quoted glob such as 'pool/**/*.parquet'");
            }

            paths.UnionWith(found);
        }

        return paths;
    }

    /// <summary>Full paths or addresses of what a pattern names; may be none.</summary>
    public static IReadOnlyList<string> Now(string pattern, params string[] kinds) => Now(pattern, new TableFiles(), kinds);

    /// <summary>The files that a pattern names; may be none.</summary>
    /// <param name="tables">Leaves out files that are no rows of a table; null to leave out none.</param>
    public static IEnumerable<string> Matches(string pattern, string[] kinds, TableFiles? tables)
    {
        if (File.Exists(pattern))
        {
            return tables?.Live([pattern], Path.GetDirectoryName(Path.GetFullPath(pattern))!) ?? [pattern];
        }

        if (Directory.Exists(pattern))
        {
            bool IsData(string below) => HiddenNames.Allow(below) && IsOf(kinds, below);
            var files = FolderFiles.Below(pattern).Where(path => IsData(Path.GetRelativePath(pattern, path)));
            return tables?.Live([.. files], pattern, IsData) ?? files;
        }

        if (RootOf(pattern) is not { } root)
        {
            return [];
        }

        var below = Split(pattern).Glob;
        var glob = Translate(below);
        var isDeep = below.Contains('/') || pattern.EndsWith("**", StringComparison.Ordinal);
        bool Takes(string path) => !path.EndsWith(".tmp", StringComparison.Ordinal) && glob.IsMatch(StorageAddress.WithSlashes(path)) && HiddenNames.Allow(path, below);
        var matches = (isDeep ? FolderFiles.Below(root) : Directory.EnumerateFiles(root)).Where(path => Takes(Path.GetRelativePath(root, path)));
        return tables?.Live([.. matches], root, Takes) ?? matches;
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

    private static IReadOnlyList<string> Now(string pattern, TableFiles tables, string[] kinds) =>
        StorageAddress.IsRemote(pattern) ? RemoteMatches(pattern, kinds, tables) : [.. Matches(pattern, kinds, tables).Select(path => StorageAddress.WithSlashes(Path.GetFullPath(path)))];

    private static IReadOnlyList<string> RemoteMatches(string pattern, string[] kinds, TableFiles tables)
    {
        var address = StorageAddress.Parse(pattern);
        var parts = address.Key.Split('/');
        if (!address.Key.Contains('*') && !address.Key.Contains('?'))
        {
            return StoredFiles.Exists(pattern) ? tables.Live([pattern], StorageAddress.FolderOf(pattern)) : Below(address, below => HiddenNames.Allow(below) && IsOf(kinds, below), tables);
        }

        var root = (address with { Key = string.Join('/', parts.TakeWhile(part => !part.Contains('*') && !part.Contains('?'))) }).Folder;
        var below = address.Key[root.Key.Length..];
        var glob = Translate(below);
        return Below(root, path => glob.IsMatch(path) && HiddenNames.Allow(path, below), tables);
    }

    private static IReadOnlyList<string> Below(StorageAddress place, Func<string, bool> takes, TableFiles tables)
    {
        var listed = StoredFiles.List(place.ToString());
        return tables.Live([.. listed.Where(found => takes(found[place.Folder.ToString().Length..]))], place.ToString(), takes, listed);
    }

    private static bool IsOf(string[] kinds, string path) => kinds.Any(kind => FileSystemName.MatchesSimpleExpression(kind, Path.GetFileName(path), ignoreCase: true));

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
