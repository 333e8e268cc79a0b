using System.Runtime.CompilerServices;
using Parquet;
using Parquet.Schema;

namespace ParquetPool.Columns;

/// <summary>Values of one type with their levels.</summary>
/// <param name="repeated">Whether it lies in a list.</param>
internal abstract class ParquetLeaf<T>(DataField field, bool repeated, TypeAnnotation? annotation = null) : ParquetLeaf(field, annotation)
    where T : struct
{
    private readonly GrowingBuffer<T> values = new();
    private readonly GrowingBuffer<int> definitions = new();
    private readonly GrowingBuffer<int>? repetitions = repeated ? new() : null;
    private readonly DataField field = field;
    private readonly int present = field.IsNullable ? 1 : 0;

    public override long Bytes => (long)values.Count * Unsafe.SizeOf<T>();

    public void Add(T value, int repetition = 0, int definition = 0)
    {
        values.Add(value);
        AddLevels(1, repetition, repetition, definition + present);
    }

    /// <summary>Room for the values of one list, or of rows of a column that is none.</summary>
    public Span<T> AddMany(int count, int repetition = 0, int level = 0, int definition = 0)
    {
        AddLevels(count, repetition, level, definition + present);
        return values.Take(count);
    }

    public override void AppendNull(int repetition, int definition) => AddLevels(1, repetition, repetition, definition);

    public override async Task WriteAsync(ParquetRowGroupWriter group)
    {
        await group.WriteAllPartsAsync(field, values.Memory, definitions.Memory, repetitions?.Memory, CancellationToken.None);
        Clear();
    }

    public override void Dispose()
    {
        values.Dispose();
        definitions.Dispose();
        repetitions?.Dispose();
    }

    protected virtual void Clear()
    {
        values.Clear();
        definitions.Clear();
        repetitions?.Clear();
    }

    private void AddLevels(int count, int repetition, int level, int definition)
    {
        definitions.Take(count).Fill(definition);
        if (repetitions is not null && count > 0)
        {
            var taken = repetitions.Take(count);
            taken.Fill(level);
            taken[0] = repetition;
        }
    }
}
