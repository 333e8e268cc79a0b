using System.Globalization;
using ParquetPool.Errors;
using ParquetPool.Grams;

namespace ParquetPool.Trainer.Sources;

/// <summary>CSV files of one header, one after another.</summary>
internal sealed class CsvSource : IRowSource
{
    private readonly IReadOnlyList<string> paths;
    private readonly Queue<string> later;
    private readonly string[] header;
    private readonly CsvColumns columns;
    private readonly int textWidth;
    private readonly ThousandsPoints[] points;
    private CsvFile file;

    public CsvSource(SourceOptions options)
    {
        Name = InputFile.Stem(options.Csv[0]);
        paths = options.Csv;
        later = new(paths.Skip(1));
        file = new(options.Csv[0]);
        header = file.Header;
        columns = CsvColumns.Of(file.Path, header, options);
        points = [.. columns.Features.Select(_ => new ThousandsPoints())];
        textWidth = options.Text.Width;
        Grams = columns.Text >= 0 ? options.Text.Grams ?? TextGramKind.Words : null;
    }

    public string Name { get; }

    public int Width => Grams is not null ? textWidth : columns.Features.Count;

    public long? Rows => null;

    public bool HasIds => columns.Id >= 0;

    public bool HasLabels => columns.Label >= 0;

    public TextGramKind? Grams { get; }

    public long DistinctFeatures { get; private set; }

    public IEnumerable<string> Notes => (HasIds || Grams is not null ? [] : IdNames.Perhaps(columns.Features.Select(column => header[column]), $"{Name}-0")).Concat(points.Zip(columns.Features, (of, column) => of.Note(header[column])).OfType<string>());

    public int Read(SourceRows rows)
    {
        var count = 0;
        while (count < rows.Capacity && Next())
        {
            Read(rows, count);
            count++;
        }
        if (Grams is not null)
        {
            DistinctFeatures += rows.HashTexts(count, Grams.Value);
        }

        return count;
    }

    public string Place(long row)
    {
        var before = 0L;
        foreach (var path in paths)
        {
            using var again = new CsvFile(path);
            while (again.Next())
            {
                if (before++ == row)
                {
                    return $"{path}: line {again.Line}";
                }
            }
        }
        return $"row {row + 1}";
    }

    public void Dispose() => file.Dispose();

    private void Read(SourceRows rows, int row)
    {
        if (HasIds)
        {
            rows.Ids[row] = file.Text(columns.Id) is { Length: > 0 } id
                ? id
                : throw new DataException($"{file.Path}: line {file.Line}: id is empty: fill it in or delete the row");
        }

        if (HasLabels)
        {
            rows.Labels[row] = file.Text(columns.Label) is { Length: > 0 } label ? label : null;
        }

        var features = rows.Features.AsSpan(row * Width, Width);
        if (Grams is not null)
        {
            rows.Texts[row] = file.Text(columns.Text);
            return;
        }

        for (var i = 0; i < features.Length; i++)
        {
            var column = columns.Features[i];
            features[i] = float.TryParse(file.Bytes(column), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && float.IsFinite(value)
                ? value
                : throw new DataException(
                    $"{file.Path}: line {file.Line}: column '{header[column]}': '{file.Text(column)}' is not a finite number: mend it, or leave the column out with --skip-column");
            points[i].See(file.Bytes(column));
        }
    }

    private bool Next()
    {
        while (!file.Next())
        {
            if (!later.TryDequeue(out var path))
            {
                return false;
            }

            file.Dispose();
            file = new(path);
            if (!file.Header.SequenceEqual(header))
            {
                throw new DataException($"{path}: header {string.Join(",", file.Header)}, expected {string.Join(",", header)} as in the first file: import it on its own");
            }
        }

        return true;
    }
}
