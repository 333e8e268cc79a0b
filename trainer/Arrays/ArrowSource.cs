using Apache.Arrow;
using ParquetPool.Errors;
using ParquetPool.Trainer.Sources;

namespace ParquetPool.Trainer.Arrays;

/// <summary>Vectors of an Arrow file or stream, with ids and labels where it has them. A row whose vector is missing or of another width than the first is rejected.</summary>
internal sealed class ArrowSource : IRowSource
{
    private const string IdColumn = "id";
    private const string DefaultLabel = "label";

    private readonly string path;
    private readonly string vectors;
    private readonly string? label;
    private readonly IReadOnlyList<string>? names;
    private readonly ArrowRows file;
    private readonly IEnumerator<(RecordBatch Batch, int Row)> rows;
    private long number;
    private RecordBatch? current;
    private ArrowVectors? values;
    private Func<int, string?> ids = _ => null;
    private Func<int, string?> labels = _ => null;

    public ArrowSource(string path, string? asked, string? labelColumn)
    {
        (this.path, Name, file) = (path, InputFile.Stem(path), new(path));
        try
        {
            List<string> columns = [.. file.Schema.FieldsList.Select(field => field.Name)];
            List<string> lists = [.. file.Schema.FieldsList.Where(field => ArrowVectors.IsVector(field.DataType)).Select(field => field.Name)];
            vectors = asked is not null && lists.Contains(asked) ? asked
                : asked is null && lists is [var only] ? only
                : throw new DataException($"{path}: {(asked is null ? $"{lists.Count} columns of lists of numbers" : $"no list of numbers {asked}")}, expected one: it has {string.Join(", ", file.Schema.FieldsList.Select(field => $"{field.Name} ({field.DataType.Name})"))}: name one with --vectors");
            label = labelColumn is null ? columns.Contains(DefaultLabel) ? DefaultLabel : null
                : columns.Contains(labelColumn) ? labelColumn
                : throw new DataException($"{path}: no column {labelColumn}: it has {string.Join(", ", columns)}");
            names = label is null ? null : ClassLabels.Of(file.Schema.Metadata?.GetValueOrDefault("huggingface"), label);
            HasIds = columns.Contains(IdColumn);
            Width = FirstWidth();
        }
        catch
        {
            file.Dispose();
            throw;
        }
        rows = Read().GetEnumerator();
    }

    public string Name { get; }

    public int Width { get; }

    public long? Rows => null;

    public bool HasIds { get; }

    public bool HasLabels => label is not null;

    public int Read(SourceRows into)
    {
        var count = 0;
        while (count < into.Capacity && into.Rejected.Count < into.Capacity && rows.MoveNext())
        {
            var (batch, row) = rows.Current;
            number++;
            Turn(batch);
            var id = ids(row);
            if (HasIds && string.IsNullOrEmpty(id))
            {
                into.Rejected.Add(new(path, number, "no id"));
            }
            else if (!values!.TryCopy(row, into.Features.AsSpan(count * Width, Width)))
            {
                into.Rejected.Add(new(path, number, values.WidthOf(row) is { } width && width != Width ? $"{vectors} has {width} numbers, the first row's {Width}" : $"no {vectors}"));
            }
            else if (values.IsBeyond(row))
            {
                into.Rejected.Add(new(path, number, $"{vectors} has a number beyond float32"));
            }
            else
            {
                (into.Ids[count], into.Labels[count]) = (id ?? "", ClassLabels.Name(labels(row), names) is { Length: > 0 } given ? given : null);
                count++;
            }
        }
        return count;
    }

    public string Place(long row) => $"row {row + 1} of those in {path} that have a vector";

    public void Dispose()
    {
        rows.Dispose();
        file.Dispose();
    }

    /// <summary>Of the first row that has a vector.</summary>
    private int FirstWidth()
    {
        using var again = new ArrowRows(path);
        foreach (var batch in again.Batches())
        {
            var read = new ArrowVectors(batch.Column(vectors));
            if (Enumerable.Range(0, batch.Length).Select(read.WidthOf).FirstOrDefault(width => width > 0) is { } width)
            {
                return Shape.Width(path, [width]);
            }
        }
        throw new DataException($"{path}: no row has a {vectors}: there is nothing to import");
    }

    private IEnumerable<(RecordBatch Batch, int Row)> Read() => file.Batches().SelectMany(batch => Enumerable.Range(0, batch.Length).Select(row => (batch, row)));

    private void Turn(RecordBatch batch)
    {
        if (batch != current)
        {
            current = batch;
            values = new(batch.Column(vectors));
            ids = HasIds ? ArrowValues.Of(batch.Column(IdColumn), IdColumn, path) : ids;
            labels = label is null ? labels : ArrowValues.Of(batch.Column(label), label, path);
        }
    }
}
