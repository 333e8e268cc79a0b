using System.IO.Compression;
using ParquetPool.Errors;

namespace ParquetPool.Trainer.Arrays;

/// <summary>Several NumPy arrays in one file (<c>numpy.savez</c>, compressed or not).</summary>
internal static class NpzFile
{
    private const string Suffix = ".npy";

    /// <param name="vectors">The name of the array of vectors; null for the only one of two or more dimensions.</param>
    /// <exception cref="DataException">The file is missing, no such file, or an array is not what it must be.</exception>
    public static ArraySource Open(string path, string? vectors)
    {
        var zip = OpenZip(path);
        try
        {
            var arrays = zip.Entries.Where(entry => entry.FullName.EndsWith(Suffix, StringComparison.Ordinal)).GroupBy(entry => entry.FullName[..^Suffix.Length]).ToDictionary(of => of.Key, of => Describe(of.First(), path));
            var shapes = arrays.ToDictionary(array => array.Key, array => array.Value.Dims);
            var chosen = ArraySource.Choose(path, vectors, shapes);
            var place = $"{path}: {chosen}";
            var header = NpyHeader.Of(arrays[chosen], place);
            return new(path, header.Numbers(Start(zip, chosen, path), place), header.Rows, header.Width, Values(ArraySource.IdNames), Values(ArraySource.LabelNames), zip);

            ArrayValues? Values(IReadOnlyList<string> names) =>
                ArraySource.Beside(path, names, chosen, shapes) is { } name ? ArrayValues.Of(Start(zip, name, path), $"{path}: {name}", arrays[name].Descr) : null;
        }
        catch (InvalidDataException damaged)
        {
            zip.Dispose();
            throw Damaged(path, damaged);
        }
        catch
        {
            zip.Dispose();
            throw;
        }
    }

    private static ZipArchive OpenZip(string path)
    {
        if (!File.Exists(path))
        {
            throw new DataException($"{path}: no such file: check the path");
        }
        var file = File.OpenRead(path);
        try
        {
            return new(file);
        }
        catch (InvalidDataException damaged)
        {
            file.Dispose();
            throw Damaged(path, damaged);
        }
    }

    private static NpyArray Describe(ZipArchiveEntry entry, string path)
    {
        using var stream = entry.Open();
        return NpyArray.Read(stream, $"{path}: {entry.FullName}");
    }

    /// <summary>An array from its first element on; several may be read by turns.</summary>
    private static Stream Start(ZipArchive zip, string name, string path)
    {
        var stream = zip.GetEntry(name + Suffix)!.Open();
        NpyArray.Read(stream, path);
        return stream;
    }

    private static DataException Damaged(string path, InvalidDataException damaged) =>
        new($"{path}: not a whole file of NumPy arrays ({damaged.Message.TrimEnd('.')}): save it again with numpy.savez", damaged);
}
