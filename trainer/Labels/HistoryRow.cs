using System.Globalization;
using ParquetPool.Columns;
using ParquetPool.Exports;

namespace ParquetPool.Trainer.Labels;

/// <summary>A label as a part of the history keeps it.</summary>
internal static class HistoryRow
{
    public static readonly ShardColumn[] Columns =
    [
        new("part", ShardType.Int32), new("id", ShardType.Text), new("label", ShardType.Text), new("annotator", ShardType.Text), new("seconds", ShardType.Double),
        new("source", ShardType.Text), new("source_sha256", ShardType.Text), new("read_utc", ShardType.Text),
        new("time_utc", ShardType.Text), new("ordered_by", ShardType.Text), new("annotation", ShardType.Text), new("annotator_also", ShardType.Text),
        new("ground_truth", ShardType.Boolean), new("is_row_id", ShardType.Boolean), new("shown", ShardType.Text), new("question", ShardType.Text),
    ];

    /// <summary>The columns' values.</summary>
    public static Array[] Arrays(GivenLabel[] part) =>
    [
        Array.ConvertAll(part, l => l.Part),
        Array.ConvertAll(part, l => l.Entry.Id),
        Array.ConvertAll(part, l => l.Entry.Label),
        Array.ConvertAll(part, l => l.Entry.Annotator),
        Array.ConvertAll(part, l => l.Entry.Seconds),
        Array.ConvertAll(part, l => l.Source),
        Array.ConvertAll(part, l => l.Sha256),
        Array.ConvertAll(part, l => Text(l.ReadUtc)),
        Array.ConvertAll(part, l => l.Entry.Time is { } time ? Text(time) : null),
        Array.ConvertAll(part, l => l.Entry.Time is null ? l.OrderedBy : LabelFiles.ByAnnotation),
        Array.ConvertAll(part, l => l.Entry.Annotation),
        Array.ConvertAll(part, l => l.Entry.AlsoAnnotator),
        Array.ConvertAll(part, l => l.Entry.IsGroundTruth),
        Array.ConvertAll(part, l => l.Entry.IsRowId),
        Array.ConvertAll(part, l => l.Entry.Shown),
        Array.ConvertAll(part, l => l.Entry.Question),
    ];

    /// <summary>The label of a row; columns that older parts do not have are null.</summary>
    /// <exception cref="FormatException">The row is not what a part holds.</exception>
    public static GivenLabel Parse(string?[] row) => new(
        int.TryParse(row[0], NumberStyles.None, CultureInfo.InvariantCulture, out var part) ? part : throw Damaged("part", row[0]),
        new LabelEntry(row[1] is { Length: > 0 } id ? id : throw Damaged("id", row[1]), row[2] ?? throw Damaged("label", row[2]), row[3] ?? "", Seconds(row[4]))
        {
            Time = row[8] is null ? null : Time("time_utc", row[8]),
            Annotation = row[10] ?? "",
            AlsoAnnotator = row[11] ?? "",
            IsGroundTruth = row[12] == "true",
            IsRowId = row[13] == "true",
            Shown = row[14] ?? "",
            Question = row[15] ?? "",
        },
        row[5] is { Length: > 0 } source ? source : throw Damaged("source", row[5]),
        row[6] is { } hash && (hash.Length == 0 || (hash.Length == 64 && hash.All(char.IsAsciiHexDigit))) ? hash : throw Damaged("source_sha256", row[6]),
        Time("read_utc", row[7]))
    {
        OrderedBy = row[9] ?? LabelFiles.ByOrder,
    };

    // Earlier versions kept whatever a sheet said.
    private static double Seconds(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && double.IsFinite(seconds) && seconds >= 0 ? seconds : double.NaN;

    private static DateTimeOffset Time(string column, string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) ? time : throw Damaged(column, text);

    private static string Text(DateTimeOffset time) => time.ToString("O", CultureInfo.InvariantCulture);

    private static FormatException Damaged(string column, string? text) => new($"a row has {column} {(text is null ? "NULL" : $"'{(text.Length > 60 ? text[..60] : text)}'")}");
}
