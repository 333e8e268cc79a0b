using ParquetPool.Errors;
using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.Exports;

/// <summary>A label file and what put it in its place among the others.</summary>
/// <param name="Rule">Where a file's labels have no time of their own, a later file's stand; this says why it is later.</param>
public readonly record struct OrderedFile(string Path, string Rule);

/// <summary>Which files hold labels, here or in an object store, and in which order they were given.</summary>
/// <remarks>
/// In the order of the patterns; the files of one pattern by the time of their last change; files of one second, and objects, by their names,
/// numbers in them as numbers: 9.json before 10.json. Names that begin with <c>.</c> or <c>_</c> are no labels in a folder.
/// </remarks>
public static class LabelFiles
{
    public const string ByTime = "the file's time";
    public const string ByName = "the file's name";
    public const string ByOrder = "the order given";

    /// <summary>The rule where an annotation has its own time.</summary>
    public const string ByAnnotation = "the annotation's time";

    private static readonly string[] Packable = ["*.csv", "*.tsv", "*.json", "*.jsonl", "*.ndjson"];
    private static readonly string[] Kinds = ["*.parquet", .. Packable, .. Packable.Select(kind => kind + ".gz")];
    private static readonly string[] OtherKinds = ["*.gz", "*.zst", "*.bz2", "*.zip", "*.xlsx", "*.xls", "*.ods", "*.xml", "*.manifest"];
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(1);

    /// <summary>The patterns' files, each once, earliest first.</summary>
    /// <param name="patterns">Files, folders (their CSV, TSV, JSON, JSON Lines files, gzipped or not, and Parquet files) and globs.</param>
    /// <exception cref="DataException">A pattern matches no file.</exception>
    public static IReadOnlyList<OrderedFile> Of(IEnumerable<string> patterns) =>
        Order(patterns, pattern => [.. ShardPatterns.Expand([pattern], Kinds)]);

    /// <summary>As <see cref="Of"/>, and there may be none yet.</summary>
    public static IReadOnlyList<OrderedFile> Now(IEnumerable<string> patterns) => Order(patterns, pattern => ShardPatterns.Now(pattern, Kinds));

    /// <summary>What is to be known of files in the patterns' folders that may hold labels and are not read for their names' sake.</summary>
    public static IEnumerable<string> LeftOut(IEnumerable<string> patterns) =>
        patterns.Where(Directory.Exists).SelectMany(folder => ShardPatterns.Matches(folder, OtherKinds, null).Except(ShardPatterns.Matches(folder, Kinds, null))).Order(StringComparer.Ordinal).ToList() is [var first, ..] all
            ? [$"{all.Count} other files in the label folders are left out, such as {first}: unpack them or save them as CSV, or name them one by one"]
            : [];

    /// <summary>Compares texts with the numbers in them as numbers.</summary>
    public static int CompareNames(string a, string b)
    {
        var (i, j) = (0, 0);
        while (i < a.Length && j < b.Length)
        {
            if (char.IsAsciiDigit(a[i]) && char.IsAsciiDigit(b[j]))
            {
                var (first, second) = (Digits(a, ref i), Digits(b, ref j));
                if ((first.Length != second.Length ? first.Length.CompareTo(second.Length) : string.CompareOrdinal(first, second)) is not 0 and var numbers)
                {
                    return numbers;
                }
            }
            else if (a[i].CompareTo(b[j]) is not 0 and var letters)
            {
                return letters;
            }
            else
            {
                (i, j) = (i + 1, j + 1);
            }
        }
        return (a.Length - i).CompareTo(b.Length - j) is not 0 and var rest ? rest : string.CompareOrdinal(a, b);
    }

    private static List<OrderedFile> Order(IEnumerable<string> patterns, Func<string, IReadOnlyList<string>> expand)
    {
        var (all, seen) = (new List<OrderedFile>(), new HashSet<string>(StringComparer.Ordinal));
        var isFirst = true;
        foreach (var pattern in patterns)
        {
            var files = expand(pattern).Where(path => path == StorageAddress.Full(pattern) || Path.GetFileName(path)[0] is not ('.' or '_')).Where(seen.Add)
                .Select(path => (Path: path, Time: StorageAddress.IsRemote(path) ? default : File.GetLastWriteTimeUtc(path))).OrderBy(f => f.Time).ToList();
            for (var i = 0; i < files.Count;)
            {
                var together = 1;
                while (i + together < files.Count && files[i + together].Time - files[i + together - 1].Time < AtOnce)
                {
                    together++;
                }
                var rule = i == 0 && !isFirst ? ByOrder : together > 1 ? ByName : i == 0 ? ByOrder : ByTime;
                all.AddRange(files.GetRange(i, together).Select(f => f.Path).Order(Comparer<string>.Create(CompareNames)).Select(path => new OrderedFile(path, rule)));
                i += together;
            }
            isFirst = false;
        }
        return all;
    }

    private static string Digits(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }
        return text[start..at].TrimStart('0');
    }
}
