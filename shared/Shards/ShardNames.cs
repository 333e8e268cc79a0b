using ParquetPool.Engine;
using ParquetPool.Errors;

namespace ParquetPool.Shards;

/// <summary>Names shards after their files.</summary>
internal static class ShardNames
{
    private const string Extension = ".parquet";

    /// <summary>The file name where it is alone in the set, otherwise the path below the namesakes' common folder.</summary>
    /// <exception cref="DataException">Two shards end up with one name.</exception>
    public static IEnumerable<Shard> Name(IEnumerable<string> paths)
    {
        var shards = paths.GroupBy(path => Trim(Path.GetFileName(path)), StringComparer.Ordinal).SelectMany(NameGroup).ToList();
        return shards.GroupBy(shard => shard.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } clash
            ? throw new DataException($"{string.Join(" and ", clash.Select(shard => shard.Path))} would both be called {clash.Key}: rename one")
            : shards;
    }

    private static IEnumerable<Shard> NameGroup(IGrouping<string, string> group)
    {
        if (group.Count() == 1)
        {
            return [new(group.Key, group.Single())];
        }

        var folder = CommonFolder([.. group]);
        return group.Select(path => new Shard(Trim(path[folder.Length..]).Replace("/", "__", StringComparison.Ordinal), path));
    }

    private static string Trim(string path) => path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) ? path[..^Extension.Length] : path;

    /// <summary>The longest folder that all paths start with, with its slash.</summary>
    private static string CommonFolder(IReadOnlyList<string> paths)
    {
        var common = paths[0];
        foreach (var path in paths)
        {
            var same = common.AsSpan().CommonPrefixLength(path);
            common = common[..same];
        }

        return common[..(common.LastIndexOf('/') + 1)];
    }
}
