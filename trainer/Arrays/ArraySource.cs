using ParquetPool.Errors;
using ParquetPool.Trainer.Sources;

namespace ParquetPool.Trainer.Arrays;

/// <summary>Arrays of one file that belong together: vectors, and ids and labels where it has them.</summary>
internal sealed class ArraySource(string path, RowStream vectors, long rows, int width, ArrayValues? ids, ArrayValues? labels, IDisposable? file = null) : IRowSource
{
    /// <summary>What an array of ids may be called.</summary>
    internal static readonly IReadOnlyList<string> IdNames = ["ids", "id"];

    /// <summary>What an array of labels may be called.</summary>
    internal static readonly IReadOnlyList<string> LabelNames = ["labels", "label", "y", "targets", "target"];

    public string Name { get; } = InputFile.Stem(path);

    public int Width => width;

    public long? Rows => rows;

    public bool HasIds => ids is not null;

    public bool HasLabels => labels is not null;

    /// <summary>The array of vectors: the one that is asked for, or the only one of two or more dimensions.</summary>
    /// <exception cref="DataException">There is none, or there are several.</exception>
    public static string Choose(string path, string? asked, IReadOnlyDictionary<string, IReadOnlyList<int>> shapes)
    {
        var found = shapes.Where(array => array.Value.Count >= 2 && !(IsOneARow(array.Value) && IdNames.Concat(LabelNames).Contains(array.Key))).Select(array => array.Key).Order(StringComparer.Ordinal).ToList();
        var all = shapes.Count == 0 ? "none" : string.Join(", ", shapes.OrderBy(array => array.Key, StringComparer.Ordinal).Select(array => $"{array.Key} ({string.Join(", ", array.Value)})"));
        return asked is not null ? shapes.ContainsKey(asked) ? asked : throw new DataException($"{path}: no array {asked}: it has {all}")
            : found is [var only] ? only
            : throw new DataException($"{path}: {(found.Count == 0 ? "no array" : $"{found.Count} arrays")} of two or more dimensions, expected one: it has {all}: name one with --vectors");
    }

    /// <summary>The array of one value a row by one of the names; null where there is none.</summary>
    /// <exception cref="DataException">It has another number of values, or more of them a row.</exception>
    public static string? Beside(string path, IReadOnlyList<string> names, string vectors, IReadOnlyDictionary<string, IReadOnlyList<int>> shapes)
    {
        List<string> found = [.. names.Where(name => name != vectors && shapes.ContainsKey(name))];
        var name = found.Find(name => IsOneARow(shapes[name]));
        return found.Count == 0 ? null
            : name is null ? throw new DataException($"{path}: {found[0]} has shape ({string.Join(", ", shapes[found[0]])}), expected a value a row, ({shapes[vectors][0]}): save it so, or leave it out")
            : shapes[name][0] == shapes[vectors][0] ? name
            : throw new DataException($"{path}: {name} has {shapes[name][0]} values and {vectors} {shapes[vectors][0]} rows, expected as many: save them again");
    }

    /// <summary>Whether an array has a value a row: (rows) or (rows, 1).</summary>
    private static bool IsOneARow(IReadOnlyList<int> dims) => dims.Count >= 1 && dims.Skip(1).All(dim => dim == 1);

    public int Read(SourceRows into)
    {
        var count = vectors.Read(into.Features, into.Capacity);
        for (var row = 0; row < count; row++)
        {
            if (ids is not null)
            {
                into.Ids[row] = ids.Next() is { Length: > 0 } id ? id : throw new DataException($"{path}: an id is empty, expected one a row: save them again");
            }
            if (labels is not null)
            {
                into.Labels[row] = labels.Next() is { Length: > 0 } label ? label : null;
            }
        }
        return count;
    }

    public void Dispose()
    {
        vectors.Dispose();
        ids?.Dispose();
        labels?.Dispose();
        file?.Dispose();
    }
}
