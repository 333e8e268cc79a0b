using System.Globalization;
using ParquetPool.Columns;
using ParquetPool.Errors;
using ParquetPool.Exports;
using ParquetPool.Shards;
using ParquetPool.Storage;
using ParquetPool.Texts;

namespace ParquetPool.Trainer.Labels;

/// <summary>The files <c>history-NNNNNN.parquet</c> of a folder, here or in an object store.</summary>
/// <remarks>
/// A part that is damaged is set aside, <c>history-NNNNNN.parquet.damaged</c> on this machine, and its number is not given again. As long as it lies there
/// all label files are read again, for nobody can say which of them it was made of; of labels that the history has nothing is added.
/// </remarks>
internal sealed class HistoryParts(string folder)
{
    private const string Prefix = "history-";
    private const string Suffix = ".parquet";
    private const string Damaged = ".damaged";

    /// <summary>The highest number of a part, damaged ones too.</summary>
    public int Count { get; private set; }

    /// <summary>Whether a part is damaged, now or since an earlier reading.</summary>
    public bool IsIncomplete { get; private set; }

    /// <summary>The labels of all parts, in the order they were read.</summary>
    /// <param name="tell">Told of parts that are damaged.</param>
    public IReadOnlyList<GivenLabel> Read(Action<string> tell)
    {
        var found = StorageAddress.IsRemote(folder) ? StoredFiles.List(folder) : Directory.Exists(folder) ? Directory.EnumerateFiles(folder) : [];
        var parts = found.Select(path => (Path: path, Number: NumberOf(Path.GetFileName(path)))).Where(p => p.Number > 0).OrderBy(p => p.Number).ThenBy(p => p.Path, StringComparer.Ordinal).ToList();
        Count = parts.Select(p => p.Number).DefaultIfEmpty(0).Max();
        string[] damaged = [.. parts.Select(p => p.Path).Where(p => p.EndsWith(Damaged, StringComparison.Ordinal))];
        IsIncomplete = damaged.Length > 0;
        Forget(damaged);
        string[] whole = [.. parts.Select(p => p.Path).Where(p => p.EndsWith(Suffix, StringComparison.Ordinal))];
        if (Try(whole) is { } all)
        {
            return all;
        }
        var labels = new List<GivenLabel>();
        foreach (var part in whole)
        {
            try
            {
                labels.AddRange(Labels([part]));
            }
            catch (Exception e) when (e is DataException or FormatException)
            {
                SetAside(part, e.Message, tell);
            }
        }
        return labels;
    }

    /// <summary>Writes the next part.</summary>
    /// <exception cref="IOException">It cannot be written, or another machine wrote it meanwhile.</exception>
    public void Write(GivenLabel[] part)
    {
        var path = StorageAddress.Join(folder, FormattableString.Invariant($"{Prefix}{Count + 1:D6}{Suffix}"));
        if (!StorageAddress.IsRemote(folder))
        {
            TemporaryFile.RemoveFrom(folder, of: Prefix);
        }
        try
        {
            StoredFiles.Write(path, file =>
            {
                using var writer = new ShardWriter(file, HistoryRow.Columns, new Provenance("trainer round"));
                writer.Write(part.Length, HistoryRow.Arrays(part));
                writer.Complete();
            }, isNew: true);
            WrittenFiles.Add(path);
            Count++;
        }
        catch (DataException e)
        {
            throw new IOException($"{path} cannot be added to the history: {e.Message}; let one trainer alone work on a task", e);
        }
    }

    private static List<GivenLabel>? Try(string[] parts)
    {
        try
        {
            return Labels(parts);
        }
        catch (Exception e) when (e is DataException or FormatException)
        {
            return null; // Which one it is, is found out part by part.
        }
    }

    private static List<GivenLabel> Labels(string[] parts) => [.. TextTable.ReadTogether(parts, [.. HistoryRow.Columns.Select(c => c.Name)]).Select(HistoryRow.Parse)];

    private void SetAside(string part, string why, Action<string> tell)
    {
        IsIncomplete = true;
        var isHere = !StorageAddress.IsRemote(part);
        if (isHere)
        {
            using (File.OpenRead(part))
            {
                // What may not be read is not damaged.
            }
            File.Move(part, part + Damaged, overwrite: true);
            Forget(part + Damaged);
        }
        tell($"{part} is damaged ({why.ReplaceLineEndings(" ")}) and set aside{(isHere ? $" as {Path.GetFileName(part)}{Damaged}" : "")}: the label files it was made of are read again where they are still there");
    }

    /// <summary>Takes parts that are set aside from the list of what was written.</summary>
    private static void Forget(params string[] damaged)
    {
        foreach (var part in damaged.Select(path => path[..^Damaged.Length]).Where(part => !StorageAddress.IsRemote(part) && !File.Exists(part) && WrittenFiles.Read(Path.GetDirectoryName(part)!).Owns(Path.GetFileName(part))))
        {
            WrittenFiles.Add(part);
        }
    }

    private static int NumberOf(string name)
    {
        var plain = name.EndsWith(Damaged, StringComparison.Ordinal) ? name[..^Damaged.Length] : name;
        return plain.StartsWith(Prefix, StringComparison.Ordinal) && plain.EndsWith(Suffix, StringComparison.Ordinal)
            && int.TryParse(plain.AsSpan(Prefix.Length, Math.Max(0, plain.Length - Prefix.Length - Suffix.Length)), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }
}
