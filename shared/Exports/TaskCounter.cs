using System.Globalization;
using ParquetPool.Errors;

namespace ParquetPool.Exports;

/// <summary>Finds a table, or records, whose <c>id</c> counts the rows, as a labelling tool's own number does, while another column of numbers names them.</summary>
internal sealed class TaskCounter(string path, string id, IEnumerable<string> others)
{
    private const int FewestRows = 10;
    private static readonly string[] Names = ["id", "index", "idx", "key", "row", "item", "image", "sample", "ref", "doc", "record"];
    private readonly List<(string Name, HashSet<long> Numbers)> rivals = [.. others.Where(IsName).Select(name => (name, new HashSet<long>()))];
    private long first;
    private long rows;
    private bool counts = true;

    /// <summary>The columns that may name the rows better.</summary>
    public IReadOnlyList<string> Rivals { get; } = [.. others.Where(IsName)];

    /// <summary>Takes note of a row.</summary>
    public void See(Func<string, string?> of)
    {
        if (rivals.Count == 0 || !counts)
        {
            return;
        }
        counts = Number(of(id)) is { } number && (rows > 0 ? number == first + rows : (first = number) is 0 or 1);
        rivals.RemoveAll(rival => Number(of(rival.Name)) is not { } value || !rival.Numbers.Add(value));
        rows++;
    }

    /// <summary>Refuses the table where it is open which column is meant.</summary>
    /// <exception cref="DataException">See the type.</exception>
    public void Require()
    {
        if (counts && rows >= FewestRows && rivals.FirstOrDefault(rival => rival.Numbers.Max() >= first + rows || rival.Numbers.Min() < first) is { Name: { } rival })
        {
            throw new DataException($"{path}: column {id} counts the rows from {first} to {first + rows - 1} in the order of the file, as a labelling tool's own number does, and {rival.Trim()} names each by another number, so it is open which is the row's: call that column row_id");
        }
    }

    private static bool IsName(string column) => Names.Any(word => column.Trim().StartsWith(word, StringComparison.OrdinalIgnoreCase) || column.Trim().EndsWith(word, StringComparison.OrdinalIgnoreCase));

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
