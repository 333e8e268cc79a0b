using Apache.Arrow;

namespace ParquetPool.Trainer.Sources;

/// <summary>Texts of an Arrow file, or of an Arrow stream as Hugging Face's data sets are kept on disk.</summary>
internal sealed class ArrowTexts : TextFile
{
    private readonly Schema schema;

    public ArrowTexts(string path)
        : base(path)
    {
        using var rows = new ArrowRows(path);
        schema = rows.Schema;
    }

    public override IReadOnlyList<string> Columns => [.. schema.FieldsList.Select(column => column.Name)];

    public override IReadOnlyList<string>? ClassNames(string column) => ClassLabels.Of(schema.Metadata?.GetValueOrDefault("huggingface"), column);

    public override IEnumerable<string?[]> Read(IReadOnlyList<string> columns)
    {
        using var rows = new ArrowRows(Path);
        foreach (var batch in rows.Batches())
        {
            Func<int, string?>[] values = [.. columns.Select(column => ArrowValues.Of(batch.Column(column), column, Path))];
            for (var row = 0; row < batch.Length; row++)
            {
                yield return [.. values.Select(value => value(row))];
            }
        }
    }
}
