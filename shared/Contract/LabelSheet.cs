using System.Globalization;
using ParquetPool.Commands;
using ParquetPool.Shards;

namespace ParquetPool.Contract;

/// <summary>What a labelling team hands back: a table <c>id,label[,annotator,seconds]</c> as CSV or Parquet, or a <see cref="LabelStudioExport"/>.</summary>
/// <remarks>
/// Spreadsheets are taken as they are: byte order mark, semicolons or tabs, quoted cells, further columns, headers in any case. Rows without a
/// label are not labelled yet. <c>row_id</c> comes before <c>id</c>, for Label Studio's own CSV calls its task numbers <c>id</c>; <c>lead_time</c> counts as <c>seconds</c>.
/// </remarks>
/// <param name="Entries">In the order of the file.</param>
/// <param name="Unlabelled">Rows that were handed back without a label.</param>
public sealed record LabelSheet(IReadOnlyList<LabelEntry> Entries, int Unlabelled)
{
    private static readonly string[] Kinds = ["*.csv", "*.tsv", "*.parquet", "*.json"];
    private static readonly string[] IdNames = ["row_id", "id"];
    private static readonly string[] LabelNames = ["label"];
    private static readonly string[] AnnotatorNames = ["annotator"];
    private static readonly string[] SecondsNames = ["seconds", "lead_time"];

    /// <summary>Files of label sheets, here or in an object store: the patterns' files, each once, ordered by path.</summary>
    /// <param name="patterns">Files, folders (their <c>*.csv</c>, <c>*.tsv</c>, <c>*.parquet</c> and <c>*.json</c>) and globs.</param>
    /// <exception cref="DataException">A pattern matches no file.</exception>
    public static IReadOnlyList<string> Files(IEnumerable<string> patterns) =>
        [.. ShardPatterns.Expand(patterns, Kinds).Order(StringComparer.Ordinal)];

    /// <summary>As <see cref="Files"/>, and there may be none yet.</summary>
    public static IReadOnlyList<string> FilesNow(IEnumerable<string> patterns) =>
        [.. patterns.SelectMany(pattern => ShardPatterns.Now(pattern, Kinds)).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Reads one file.</summary>
    /// <exception cref="DataException">The file is none of the forms, a column is missing, or a label has no id.</exception>
    public static LabelSheet Read(string path) => LabelStudioExport.Is(path) ? LabelStudioExport.Read(path) : ReadTable(path);

    private static LabelSheet ReadTable(string path)
    {
        var present = TextTable.Columns(path);
        var id = Find(IdNames) ?? throw Missing("id");
        var label = Find(LabelNames) ?? throw Missing("label");
        var (annotator, seconds) = (Find(AnnotatorNames), Find(SecondsNames));
        string[] columns = [.. new[] { id, label, annotator, seconds }.OfType<string>()];
        var entries = new List<LabelEntry>();
        var (row, unlabelled) = (0L, 0);
        foreach (var values in TextTable.ReadWithNumbers(path, columns))
        {
            row++;
            var of = columns.Zip(values).ToDictionary(c => c.First, c => c.Second);
            if (of[label]?.Trim() is not { Length: > 0 } given)
            {
                unlabelled++;
                continue;
            }
            var known = of[id] is { Length: > 0 } named ? named : throw new DataException($"{path}: row {row}: label {given} has no id: fill it in or delete the row");
            entries.Add(new LabelEntry(known, given, annotator is null ? "" : of[annotator]?.Trim() ?? "", seconds is null ? double.NaN : Number(of[seconds])));
        }
        return new LabelSheet(entries, unlabelled);

        string? Find(string[] names) => names.Select(name => present.FirstOrDefault(c => c.Trim().Equals(name, StringComparison.OrdinalIgnoreCase))).FirstOrDefault(c => c is not null);

        DataException Missing(string name) => new($"{path}: no column {name}: it has {string.Join(", ", present)}");
    }

    // Spreadsheets of half the world write a decimal comma.
    private static double Number(string? text) =>
        double.TryParse(text?.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= 0 ? number : double.NaN;
}
