using ParquetPool.Errors;
using ParquetPool.Storage;

namespace ParquetPool.Outputs;

/// <summary>An output never is an input of the run, nor contains one, nor lies among them.</summary>
public static class OutputRule
{
    /// <exception cref="UsageException">An output and an input are the same, or one lies in the other, when links are followed.</exception>
    public static void Require(IReadOnlyList<Place> outputs, IReadOnlyList<Place> inputs)
    {
        foreach (var output in outputs)
        {
            foreach (var input in inputs.Where(input => StorageAddress.IsRemote(input.Path) == StorageAddress.IsRemote(output.Path)))
            {
                if ((StorageAddress.IsRemote(output.Path) ? RemotePlaces.Conflict(output.Path, input.Path) : LocalPlaces.Conflict(output.Path, input.Path)) is { } conflict)
                {
                    throw new UsageException($"{output} {conflict} {input}, which is read: choose a place of its own for what is written");
                }
            }
        }
    }

    /// <exception cref="UsageException">Two options name one file or folder to write to.</exception>
    public static void RequireOwn(IReadOnlyList<Place> outputs)
    {
        var (places, roles) = (outputs.Where(output => !StorageAddress.IsRemote(output.Path)).ToList(), new Dictionary<string, Place>(StringComparer.Ordinal));
        foreach (var (place, real) in places.SelectMany(place => RealPath.Of(place.Path).Select(real => (place, real))))
        {
            if (roles.TryGetValue(real, out var other) && other.Role != place.Role)
            {
                throw new UsageException($"{place} is {other}, which is written too: choose a place of its own for each");
            }
            roles[real] = place;
        }
    }

    /// <summary>What is to be a folder is none of another kind, so that a run does not end where it writes.</summary>
    /// <param name="folders">The roles of those places that are folders themselves; above any place there are only folders.</param>
    /// <exception cref="IOException">A file is in the way.</exception>
    public static void RequireFolders(IReadOnlyList<Place> outputs, IReadOnlyCollection<string> folders)
    {
        foreach (var place in outputs.Where(output => !StorageAddress.IsRemote(output.Path)))
        {
            var full = Path.GetFullPath(place.Path.TrimEnd('/') is { Length: > 0 } path ? path : place.Path);
            for (var at = folders.Contains(place.Role) ? full : Path.GetDirectoryName(full); at is not null; at = Path.GetDirectoryName(at))
            {
                if (File.Exists(at))
                {
                    throw new IOException($"{place} cannot be written: {at} is a file, expected a folder; choose a folder that may be written");
                }
            }
        }
    }

    /// <summary>The same for the shards and the model that a record names.</summary>
    /// <exception cref="UsageException">The output and one of them are the same, or one lies in the other.</exception>
    public static void Require(Place output, IEnumerable<string> read) => Require([output], [.. read.Distinct(StringComparer.Ordinal).Select(path => new Place("the file", path))]);

    /// <summary>A name that a glob might give a file of a folder.</summary>
    internal static string ProbeOf(string glob) => glob.Split('/')[^1] is var last && last is "" or "**" ? "x.parquet" : last.Replace("*", "x", StringComparison.Ordinal).Replace('?', 'x');
}

/// <summary>A file or a folder of a run, here or in an object store.</summary>
/// <param name="Role">What names it, such as <c>--pool</c>.</param>
/// <param name="Path">Of an input also a glob.</param>
public sealed record Place(string Role, string Path)
{
    public override string ToString() => $"{Role} {Path}";
}
