using ParquetPool.Columns;
using ParquetPool.Contract;
using ParquetPool.Scorer.Records;

namespace ParquetPool.Scorer.Selection;

/// <summary>The folder a selection writes. Each file appears whole, by one rename; <c>select.json</c> comes last.</summary>
/// <param name="provenance">What the footers of the Parquet files say of their origin.</param>
internal sealed class SelectFiles(string root, Provenance? provenance = null) : RecordedFolder<SelectRecord>(root, RecordName)
{
    private static readonly ShardColumn[] SelectedColumns =
    [
        new("order", ShardType.Int32), new("id", ShardType.Text), new("shard", ShardType.Text), new("row", ShardType.Int64),
        new("score", ShardType.Double), new("predicted", ShardType.Text), new("value", ShardType.Double), new("reason", ShardType.Text),
    ];

    private static readonly ShardColumn[] HeldBackColumns =
        [new("id", ShardType.Text), new("reason", ShardType.Text), new("doubles", ShardType.Text), new("similarity", ShardType.Double)];

    private static readonly ShardColumn[] QuestionColumns =
    [
        new("order", ShardType.Int32), new("id", ShardType.Text), new("shard", ShardType.Text), new("row", ShardType.Int64), new("question", ShardType.Text), new("text", ShardType.Text), new("answer", ShardType.Text),
        new("value", ShardType.Double), new("yes", ShardType.Double), new("predicted", ShardType.Text),
    ];

    /// <summary>How a file of questions begins, by which it is known.</summary>
    public static readonly IReadOnlyList<string> QuestionsBegin = [.. QuestionColumns.Take(7).Select(column => column.Name)];

    public const string RecordName = "select.json";

    /// <summary>All that a selection writes.</summary>
    public static readonly IReadOnlyList<string> Names = ["selected.parquet", "selected.csv", "held-back.parquet", "held-back.csv", "questions.parquet", "questions.csv", "rejects.parquet", RecordName];

    public string Selected => In("selected.parquet");

    public string SelectedCsv => In("selected.csv");

    public string HeldBack => In("held-back.parquet");

    public string HeldBackCsv => In("held-back.csv");

    public string Questions => In("questions.parquet");

    public string QuestionsCsv => In("questions.csv");

    /// <summary>Writes the query: order (from 1), id, shard, row, score, predicted, value, reason (<c>strategy</c> or <c>explore</c>).</summary>
    public void WriteSelected(IReadOnlyList<SelectedRow> rows) => RowFiles.Write(
        Selected,
        SelectedColumns,
        rows.Index(),
        chunk =>
        [
            Array.ConvertAll(chunk, r => r.Index + 1),
            Array.ConvertAll(chunk, r => r.Item.Row.Id),
            Array.ConvertAll(chunk, r => r.Item.Row.Shard),
            Array.ConvertAll(chunk, r => r.Item.Row.Row),
            Array.ConvertAll(chunk, r => r.Item.Row.Score),
            Array.ConvertAll(chunk, r => r.Item.Row.Predicted.Length > 0 ? r.Item.Row.Predicted : null),
            Array.ConvertAll(chunk, r => double.IsFinite(r.Item.Value) ? r.Item.Value : double.NaN),
            Array.ConvertAll(chunk, r => r.Item.Explored ? "explore" : "strategy"),
        ],
        provenance);

    /// <summary>Writes questions: order (from 1), id, shard, row, question, text, answer (empty, for people to fill in), value, yes, predicted.</summary>
    public void WriteQuestions(IReadOnlyList<AskedQuestion> questions) => RowFiles.Write(
        Questions,
        QuestionColumns,
        questions.Index(),
        chunk =>
        [
            Array.ConvertAll(chunk, q => q.Index + 1),
            Array.ConvertAll(chunk, q => q.Item.Row.Id),
            Array.ConvertAll(chunk, q => q.Item.Row.Shard),
            Array.ConvertAll(chunk, q => q.Item.Row.Row),
            Array.ConvertAll(chunk, q => q.Item.Question),
            Array.ConvertAll(chunk, q => q.Item.Text),
            Array.ConvertAll(chunk, _ => (string?)null),
            Array.ConvertAll(chunk, q => q.Item.Value),
            Array.ConvertAll(chunk, q => q.Item.Yes),
            Array.ConvertAll(chunk, q => q.Item.Row.Predicted),
        ],
        provenance);

    /// <summary>Writes what was held back: id, reason (<c>doubles a labelled row</c> or <c>doubles a selected row</c>), the id of that row, their cosine.</summary>
    public void WriteHeldBack(IReadOnlyList<HeldBackRow> rows) => RowFiles.Write(
        HeldBack,
        HeldBackColumns,
        rows,
        chunk =>
        [
            Array.ConvertAll(chunk, r => r.Row.Id),
            Array.ConvertAll(chunk, r => r.IsLabelled ? "doubles a labelled row" : "doubles a selected row"),
            Array.ConvertAll(chunk, r => r.Doubled.Id),
            Array.ConvertAll(chunk, r => r.Similarity),
        ],
        provenance);
}
