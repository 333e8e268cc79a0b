using ParquetPool.Errors;

namespace ParquetPool.Trainer.Import;

/// <summary>Arrays of one file that belong together: vectors, and ids and labels where it has them.</summary>
/// <remarks>NaN stays NaN.</remarks>
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
        var found = shapes.Where(array => array.Value.Count >= 2).Select(array => array.Key).Order(StringComparer.Ordinal).ToList();
        var all = shapes.Count == 0 ? "none" : string.Join(", ", shapes.OrderBy(array => array.Key, StringComparer.Ordinal).Select(array => $"{array.Key} ({string.Join(", ", array.Value)})"));
        return asked is not null ? shapes.ContainsKey(asked) ? asked : throw new DataException($"{path}: no array {asked}: it has {all}")
            : found is [var only] ? only
            : throw new DataException($"{path}: {(found.Count == 0 ? "no array" : $"{found.Count} arrays")} of two or more dimensions, expected one: it has {all}: name one with --vectors");
    }

    /// <summary>The array of one value a row by one of the names; null where there is none.</summary>
    /// <exception cref="DataException">It has another number of values.</exception>
    public static string? Beside(string path, IReadOnlyList<string> names, string vectors, IReadOnlyDictionary<string, IReadOnlyList<int>> shapes)
    {
        var name = names.FirstOrDefault(name => name != vectors && shapes.TryGetValue(name, out var dims) && dims.Count == 1);
        return name is null || shapes[name][0] == shapes[vectors][0] ? name
            : throw new DataException($"{path}: {name} has {shapes[name][0]} values and {vectors} {shapes[vectors][0]} rows, expected as many: save them again");
    }

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
