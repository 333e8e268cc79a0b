using ParquetPool.Decoding;
using ParquetPool.Errors;
using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.Collections;

/// <summary>All pictures below some paths: folders as ImageFolder has them, tars, zips and Parquet files, with their splits and labels.</summary>
public sealed class PictureCollection
{
    private static readonly string[] Tables = [".csv", ".tsv", ".jsonl", ".xlsx"];
    private readonly List<IPictureSource> sources = [];
    private readonly Dictionary<string, string?> described = new(StringComparer.Ordinal);
    private readonly Dictionary<string, WrittenFiles> written = new(StringComparer.Ordinal);
    private readonly List<UnusedFile> unused;
    private readonly SplitRule splits;
    private readonly FolderLabels labels;
    private readonly bool isDescribed;
    private readonly string? table;

    /// <param name="image">The column of Parquet files that has the pictures; null for the one that can only be it.</param>
    /// <param name="label">The column with the labels; null for <c>label</c>.</param>
    /// <exception cref="DataException">A path is not there, or there is no picture below any.</exception>
    public PictureCollection(IReadOnlyList<string> paths, string? image, string? label)
    {
        // What begins with these is no shard of a pool.
        Name = Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(Path.GetFullPath(paths[0]))).TrimStart('_', '.') is { Length: > 0 } name ? name : "pictures";
        var walk = new PictureWalk(paths);
        unused = [.. walk.Unused];
        var named = paths.Select(Path.GetFullPath).ToHashSet(StringComparer.Ordinal);
        var live = walk.Files.GroupBy(file => named.Contains(Path.GetFullPath(file.Path)), file => file.Path).SelectMany(files => LiveFiles.Of([.. files], files.Key)).ToHashSet(StringComparer.Ordinal);
        foreach (var (path, id) in walk.Files.Where(file => live.Contains(file.Path)))
        {
            if (IsOurs(path) && !named.Contains(Path.GetFullPath(path)))
            {
                Others++;
            }
            else if (MetadataFile.IsNamedSo(path))
            {
                isDescribed = true;
                Describe(path, id, label);
            }
            else if (Source(path, id, isAlone: walk.Files.Count == 1 && paths.Count == 1 && File.Exists(paths[0]), image, label) is { } source)
            {
                sources.Add(source);
            }
            else
            {
                Others++;
                table ??= Tables.Any(kind => path.EndsWith(kind, StringComparison.OrdinalIgnoreCase)) ? path : null;
            }
        }
        List<string> names = [.. sources.ToList().SelectMany(NamesOf)];
        if (names.Count == 0)
        {
            if (unused.Find(file => file.Fault == PictureFault.Damaged) is { } damaged)
            {
                throw new DataException($"{damaged.Path}: {damaged.Reason}");
            }
            throw new DataException($"{string.Join(", ", paths)}: no pictures{(Others > 0 ? $" among {Others} files" : "")}, expected JPEG, PNG, WebP, GIF or BMP, tars or zips of them, or Parquet files with a column of them");
        }
        unused.AddRange(described.Keys.Except(names).Order(StringComparer.Ordinal).Select(missing => new UnusedFile(missing, PictureFault.Unreadable, "a metadata file names it and it is not there")));
        splits = new(names);
        labels = new(names, splits);
        Count = sources.Exists(source => source is TableSource) ? null : names.Count;
    }

    /// <summary>What the first path is called.</summary>
    public string Name { get; }

    /// <summary>Pictures in all; null where only reading tells.</summary>
    public long? Count { get; }

    /// <summary>Files that are no pictures by name and content, and were left out.</summary>
    public int Others { get; private set; }

    /// <summary>What was found and cannot be read.</summary>
    public IReadOnlyList<UnusedFile> Unused => unused;

    /// <summary>The folders that are labels; none where they are not.</summary>
    public IReadOnlyList<string> Classes => isDescribed ? [] : labels.Classes;

    /// <summary>What labels are read of, where it might be something else; null where it is plain.</summary>
    public string? LabelNote => isDescribed ? null
        : table is null ? labels.Note
        : $"{table} is left out: labels are read {(labels.Classes.Count > 0 ? "of the folders' names, and would be " : "")}of a metadata.csv, .jsonl or .parquet with the columns file_name and label";

    /// <summary>How deep the pictures lie, where that keeps folders from being labels.</summary>
    public IReadOnlyList<int> MixedDepths => isDescribed || labels.Depths.Count < 2 ? [] : labels.Depths;

    /// <summary>Every picture with its split, null where no name tells one, and its label.</summary>
    public IEnumerable<(FoundPicture Picture, string? Split)> Read()
    {
        foreach (var source in sources)
        {
            var table = source is TableSource ? source.Names().Single() : null;
            foreach (var picture in Read(source))
            {
                yield return (table is null ? picture with { Label = picture.Label ?? LabelOf(picture.Id) } : picture, splits.Of(table ?? picture.Id)?.Split);
            }
        }
    }

    /// <summary>The names that a source has; one that cannot be read has none and is told.</summary>
    private List<string> NamesOf(IPictureSource source)
    {
        try
        {
            return [.. source.Names()];
        }
        catch (DataException damaged)
        {
            sources.Remove(source);
            unused.Add(new(source.Path, PictureFault.Damaged, Reason(source, damaged)));
            return [];
        }
    }

    /// <summary>The pictures of a source. Where it ends in its damage, that stands in the place of one.</summary>
    private static IEnumerable<FoundPicture> Read(IPictureSource source)
    {
        using var pictures = source.Read().GetEnumerator();
        for (UnusablePictureException? damage = null; damage is null;)
        {
            FoundPicture? found;
            try
            {
                found = pictures.MoveNext() ? pictures.Current : null;
            }
            catch (DataException damaged)
            {
                damage = new(PictureFault.Damaged, Reason(source, damaged));
                found = new(source.Path, source.Path, null, 0, () => throw damage!);
            }
            if (found is null)
            {
                yield break;
            }
            yield return found;
        }
    }

    private static string Reason(IPictureSource source, DataException damaged) => damaged.Message.StartsWith($"{source.Path}: ", StringComparison.Ordinal) ? damaged.Message[(source.Path.Length + 2)..] : damaged.Message;

    /// <summary>Whether the programs wrote a file about a pool, say a page or a ranked file.</summary>
    private bool IsOurs(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (!written.TryGetValue(folder, out var list))
        {
            written[folder] = list = WrittenFiles.Read(folder);
        }
        return list.Owns(Path.GetFileName(path)) || (path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase) && OwnOutputs.Has(path));
    }

    private string? LabelOf(string id) => isDescribed ? described.GetValueOrDefault(id) : labels.Of(id);

    private void Describe(string path, string id, string? label)
    {
        var folder = id[..(id.LastIndexOf('/') + 1)];
        foreach (var (name, value) in MetadataFile.Read(path, label))
        {
            var (picture, its) = (Below(folder, name), value is null or "" or "-1" ? null : value);
            described[picture] = !described.TryGetValue(picture, out var known) || known == its ? its
                : throw new DataException($"{path}: {name} has the labels {known ?? "none"} and {its ?? "none"}, expected one: delete a row");
        }
    }

    /// <summary>The id of a file by its path from a folder.</summary>
    private static string Below(string folder, string name)
    {
        List<string> steps = [.. folder.Split('/', StringSplitOptions.RemoveEmptyEntries)];
        foreach (var step in name.Replace('\\', '/').Split('/').Where(step => step is not ("" or ".")))
        {
            if (step == ".." && steps.Count > 0 && steps[^1] != "..")
            {
                steps.RemoveAt(steps.Count - 1);
            }
            else
            {
                steps.Add(step);
            }
        }
        return string.Join('/', steps);
    }

    /// <summary>What a file is by its name, or by its first bytes; null where it has nothing to do with pictures.</summary>
    private static IPictureSource? Source(string path, string id, bool isAlone, string? image, string? label) =>
        ArchiveSource.IsNamedSo(path) ? new ArchiveSource(path, isAlone ? "" : id + "/")
        : path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase) ? new TableSource(path, id[..^".parquet".Length], image, label)
        : PictureFileKind.IsNamedSo(path) || IsPictureInside(path) ? new FileSource(path, id)
        : null;

    private static bool IsPictureInside(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            Span<byte> head = stackalloc byte[PictureFileKind.HeadBytes];
            return PictureFileKind.Of(head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)]).IsDecoded;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException && DeviceFault.Behind(refused) is null)
        {
            return false;
        }
    }
}
