using ParquetPool.Errors;
using ParquetPool.Grams;

namespace ParquetPool.Trainer.Sources;

/// <summary>Files with a column of texts, one after another: their n-grams are the features, and each row's split is what its file's name tells.</summary>
internal sealed class TextsSource : IRowSource
{
    private const string SplitColumn = "split";
    private const string DefaultText = "text";
    private const string DefaultLabel = "label";

    private static readonly HashSet<string> MissingWords = new(StringComparer.OrdinalIgnoreCase) { "nan", "none", "null", "<na>", "#n/a" };
    private readonly bool isSplitSaid;
    private readonly IReadOnlyList<TextFile> files;
    private readonly IReadOnlyList<string> splits;
    private readonly string text;
    private readonly string? label;
    private readonly IEnumerator<Row> rows;
    private long missing;

    public TextsSource(SourceOptions options, string? split)
    {
        var paths = TextFile.Find(options.Texts);
        Name = InputFile.Stem(options.Texts[0]);
        isSplitSaid = split is not null;
        splits = split is { } said ? [.. paths.Select(_ => said)] : SplitName.Of(paths.Select(path => path.Told), Name);
        files = [.. paths.Select(path => TextFile.Open(path.Path))];
        (Width, Grams, text, label) = (options.Text.Width, options.Text.Grams ?? TextGramKind.Characters, options.Text.Column ?? DefaultText, options.LabelColumn);
        foreach (var file in files)
        {
            Require(file, text, "text");
            Require(file, label, "label");
        }
        label ??= files.Any(file => file.Columns.Contains(DefaultLabel)) && text != DefaultLabel ? DefaultLabel : null;
        HasIds = IdNames.Of(files[0].Path, files[0].Columns) is not null;
        if (files.FirstOrDefault(file => IdNames.Of(file.Path, file.Columns) is not null != HasIds) is { } other)
        {
            throw new DataException($"{(HasIds ? other : files[0]).Path}: no column {IdNames.Name}, which {(HasIds ? files[0] : other).Path} has: import them apart, or give ids to all");
        }
        rows = Read().GetEnumerator();
    }

    public string Name { get; }

    public int Width { get; }

    public long? Rows => null;

    public IReadOnlyList<string>? Splits => [.. splits.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    public bool HasIds { get; }

    public bool HasLabels => label is not null;

    public TextGramKind? Grams { get; }

    public long DistinctFeatures { get; private set; }

    public IEnumerable<string> Notes =>
    [
        .. HasIds ? [] : IdNames.Perhaps(files[0].Columns, $"{Name}-0"),
        .. isSplitSaid || files.FirstOrDefault(file => file.Columns.Contains(SplitColumn)) is not { } divided ? Array.Empty<string>()
            : [$"{divided.Path}: the column {SplitColumn} is not read, and the files' names tell the splits: {string.Join(", ", splits.Distinct())}"],
        .. missing < 2 ? Array.Empty<string>() : [FormattableString.Invariant($"{missing} texts are a word for a missing one, such as nan, and are taken as they are")],
    ];

    public int Read(SourceRows into)
    {
        var count = 0;
        while (count < into.Capacity && into.Rejected.Count < into.Capacity && rows.MoveNext())
        {
            var row = rows.Current;
            if (Fault(row) is { } fault)
            {
                into.Rejected.Add(new(row.File, row.Number, fault));
                continue;
            }
            missing += MissingWords.Contains(row.Text!.Trim()) ? 1 : 0;
            (into.Ids[count], into.Texts[count], into.Labels[count], into.Splits[count]) = (row.Id ?? "", row.Text!, row.Label, row.Split);
            count++;
        }
        DistinctFeatures += into.HashTexts(count, Grams!.Value);
        return count;
    }

    public string Place(long row) => Read().Where(read => Fault(read) is null).Skip(checked((int)row)).Select(read => $"{read.File}: row {read.Number}").First();

    public void Dispose() => rows.Dispose();

    private IEnumerable<Row> Read()
    {
        foreach (var (file, split) in files.Zip(splits))
        {
            List<string> columns = [text, .. HasIds ? [IdNames.Of(file.Path, file.Columns)!] : Array.Empty<string>(), .. label is not null && file.Columns.Contains(label) ? [label] : Array.Empty<string>()];
            var (idAt, labelAt) = (HasIds ? 1 : -1, HasIds ? 2 : 1);
            var names = label is null ? null : file.ClassNames(label);
            var number = 0L;
            foreach (var values in file.Read(columns))
            {
                number++;
                var given = labelAt < values.Length ? ClassLabels.Name(values[labelAt], names) : null;
                yield return new(file.Path, number, idAt < 0 ? null : values[idAt] ?? "", values[0], given is "" ? null : given, split);
            }
        }
    }

    private static string? Fault(Row row) =>
        row.Id is "" ? "no id"
        : string.IsNullOrWhiteSpace(row.Text) ? "no text"
        : null;

    private static void Require(TextFile file, string? column, string of)
    {
        if (column is not null && !file.Columns.Contains(column))
        {
            throw new DataException($"{file.Path}: no column {column}: it has {(file.Columns.Count > 0 ? string.Join(", ", file.Columns) : "none")}: name one with --{of}-column");
        }
    }

    /// <param name="Id">Empty where a row lacks one, null where the files bring none.</param>
    private readonly record struct Row(string File, long Number, string? Id, string? Text, string? Label, string Split);
}
