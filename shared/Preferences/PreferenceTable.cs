using ParquetPool.Errors;
using ParquetPool.Texts;

namespace ParquetPool.Preferences;

/// <summary>A table <c>left,right,answer[,annotator]</c> as CSV or Parquet, in any order, with any further columns.</summary>
/// <remarks><c>left_id</c> and <c>right_id</c>, as tasks call them, come before <c>left</c> and <c>right</c>. Pairs without an answer are not answered yet.</remarks>
internal static class PreferenceTable
{
    /// <exception cref="DataException">A column is missing, or a pair or its answer is none.</exception>
    public static void Read(PreferenceSheet sheet)
    {
        var present = TextTable.Columns(sheet.Path);
        var columns = new List<string> { Required(PairwiseExport.LeftId, "left"), Required(PairwiseExport.RightId, "right"), Required(PairwiseExport.Control) };
        if (Find("annotator", "completed_by", "annotator_id") is { } annotator)
        {
            columns.Add(annotator);
        }
        var row = 0L;
        foreach (var values in TextTable.ReadLabels(sheet.Path, columns))
        {
            sheet.Add(values[0], values[1], values[2], values.ElementAtOrDefault(3), $"row {++row}");
        }

        string? Find(params string[] names) => names.Select(name => present.FirstOrDefault(c => c.Trim().Equals(name, StringComparison.OrdinalIgnoreCase))).FirstOrDefault(c => c is not null);

        string Required(params string[] names) =>
            Find(names) ?? throw new DataException($"{sheet.Path}: no column {names[^1]}, expected left, right and answer: it has {string.Join(", ", present)}");
    }
}
