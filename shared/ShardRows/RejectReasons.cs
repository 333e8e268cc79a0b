using System.Text.RegularExpressions;
using ParquetPool.Errors;
using ParquetPool.Texts;

namespace ParquetPool.ShardRows;

/// <summary>What is the matter with most rows of a rejects file, so that nobody need open it to see.</summary>
public static partial class RejectReasons
{
    private const int MostKinds = 1000;

    /// <summary>Such as <c>; most often (98 times): vector is null, as of id 17 in part-0, row 3</c>; empty where no row was rejected.</summary>
    /// <param name="rejects">A file with the columns id, shard, row and reason.</param>
    /// <exception cref="DataException">The file cannot be read.</exception>
    public static string Commonest(string rejects)
    {
        var kinds = new Dictionary<string, (long Count, string?[] First)>(StringComparer.Ordinal);
        if (File.Exists(rejects))
        {
            foreach (var row in TextTable.Read(rejects, "id", "shard", "row", "reason"))
            {
                var kind = Kind(row[3] ?? "");
                if (kinds.TryGetValue(kind, out var of))
                {
                    kinds[kind] = (of.Count + 1, of.First);
                }
                else if (kinds.Count < MostKinds)
                {
                    kinds.Add(kind, (1, row));
                }
            }
        }
        return kinds.Values.OrderByDescending(of => of.Count).ThenBy(of => of.First[3], StringComparer.Ordinal).FirstOrDefault() is { First: [var id, var shard, var place, var reason] } most
            ? $"; {(kinds.Count == 1 ? "each" : FormattableString.Invariant($"most often ({most.Count} times)"))}: {reason}, as of {(id is null ? "" : $"id {id} in ")}{shard}, row {place}"
            : "";
    }

    /// <summary>Says where the reasons of rejected rows stand.</summary>
    public static string Counted(long rejected) => FormattableString.Invariant($"{rejected:N0} rows cannot be used; rejects.parquet says why");

    /// <summary>The reason without what is of one row alone: numbers, and where another row stands.</summary>
    private static string Kind(string reason) => Digits().Replace(reason.Split(" in ")[0], "0");

    [GeneratedRegex("[0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex Digits();
}
