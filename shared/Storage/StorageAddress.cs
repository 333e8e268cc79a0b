using ParquetPool.Errors;

namespace ParquetPool.Storage;

/// <summary>An object or a prefix in an object store: <c>s3://bucket/key</c> or <c>az://container/key</c>.</summary>
/// <param name="Scheme"><see cref="S3"/> or <see cref="Azure"/>.</param>
/// <param name="Container">The bucket or the container.</param>
/// <param name="Key">Without a leading slash; empty for the container itself.</param>
public sealed record StorageAddress(string Scheme, string Container, string Key)
{
    public const string S3 = "s3";
    public const string Azure = "az";
    private const string Separator = "://";

    /// <summary>Whether the path names an object store and no file.</summary>
    public static bool IsRemote(string path) =>
        path.StartsWith(S3 + Separator, StringComparison.Ordinal) || path.StartsWith(Azure + Separator, StringComparison.Ordinal);

    /// <exception cref="UsageException">The address names no bucket or container.</exception>
    public static StorageAddress Parse(string address)
    {
        var parts = address.Split(Separator, 2);
        var slash = parts[1].IndexOf('/');
        var (container, key) = slash < 0 ? (parts[1], "") : (parts[1][..slash], parts[1][(slash + 1)..]);
        return container.Length > 0 && container.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '$')
            ? new StorageAddress(parts[0], container, key)
            : throw new UsageException($"{address} names no {Kind(parts[0])}, expected {parts[0]}://{Kind(parts[0])}/path");
    }

    /// <summary>The full path of a file; an address is one already.</summary>
    public static string Full(string path) => IsRemote(path) ? path : Path.GetFullPath(path);

    /// <summary>A file in a folder, here or in an object store.</summary>
    public static string Join(string folder, string name) => IsRemote(folder) ? Parse(folder).Below(name).ToString() : Path.Combine(folder, name);

    /// <summary>The folder of a file, by its full path or address.</summary>
    public static string FolderOf(string path) => IsRemote(path) ? path[..path.LastIndexOf('/')] : Path.GetDirectoryName(path)!;

    /// <summary>A path without a slash at its end.</summary>
    public static string Trim(string path) => IsRemote(path) ? path.TrimEnd('/') : Path.TrimEndingDirectorySeparator(path);

    /// <summary>A path with the slashes of addresses and globs, which Windows takes too.</summary>
    public static string WithSlashes(string path) => path.Replace(Path.DirectorySeparatorChar, '/');

    /// <summary>What the address is a place in.</summary>
    public string Root => $"{Scheme}{Separator}{Container}";

    /// <summary>The word for <see cref="Container"/>.</summary>
    public string ContainerKind => Kind(Scheme);

    /// <summary>An object below the address.</summary>
    public StorageAddress Below(string name) => this with { Key = Folder.Key + name };

    /// <summary>The address with a slash at the end of its key, as the prefix of what lies below.</summary>
    public StorageAddress Folder => Key.Length == 0 || Key.EndsWith('/') ? this : this with { Key = Key + "/" };

    public override string ToString() => $"{Root}/{Key}";

    private static string Kind(string scheme) => scheme == S3 ? "bucket" : "container";
}
