namespace ParquetPool.Scorer.Selection;

/// <summary>The last line of <c>scorer select</c>.</summary>
/// <param name="PoolRows">Rows of the pool that may be selected.</param>
/// <param name="Candidates">Rows the strategy looked at.</param>
/// <param name="Asked">Rows asked for.</param>
/// <param name="Selected">Rows in the query; fewer where there were not as many.</param>
/// <param name="Telling">Rows that batchbald chose before no other told more about the committee, or novel of clusters short of labels; null for other strategies.</param>
/// <param name="Explored">Those of them that were drawn for exploration.</param>
/// <param name="HeldBack">Rows looked at that double a labelled or selected one.</param>
internal sealed record SelectSummary(
    string Command,
    string Strategy,
    string By,
    long PoolRows,
    int Candidates,
    int Asked,
    int Selected,
    int? Telling,
    int Explored,
    int HeldBack,
    double Seconds,
    string SelectedFile,
    string SelectedCsv,
    string HeldBackCsv)
{
    /// <summary>The summary of a finished selection.</summary>
    public static SelectSummary Of(SelectRecord record, SelectFiles files, TimeSpan took) => new(
        Command: "select",
        Strategy: record.Strategy,
        By: record.By,
        PoolRows: record.PoolRows,
        Candidates: record.Candidates,
        Asked: record.Asked ?? record.Selected,
        Selected: record.Selected,
        Telling: record.Telling,
        Explored: record.Explored,
        HeldBack: record.HeldBack,
        Seconds: Math.Round(took.TotalSeconds, 2),
        SelectedFile: files.Selected,
        SelectedCsv: files.SelectedCsv,
        HeldBackCsv: files.HeldBackCsv);
}
