using ParquetPool.Engine;
using ParquetPool.Texts;

namespace ParquetPool.ShardRows;

/// <summary>Rows of one shard in a buffer that its owner reuses.</summary>
/// <remarks>Entries at and after <see cref="Count"/> are left over from earlier rows. Not thread-safe.</remarks>
public sealed class RowBatch
{
    private const int MostNumbers = 1 << 24;

    /// <summary>Allocates room for <paramref name="capacityRows"/> rows.</summary>
    public RowBatch(RowSchema schema, int capacityRows)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacityRows);
        Schema = schema;
        Capacity = capacityRows;
        Ids = new string[capacityRows];
        Array.Fill(Ids, "");
        Labels = new string?[capacityRows];
        Given = new string?[capacityRows];
        Faults = new RowFaults[capacityRows];
        Vectors = [.. schema.Vectors.Select(column => new float[checked(capacityRows * column.Width)])];
    }

    /// <summary>Rows of which a batch stays within 64 MiB, for those of pictures are wide: at least one, at most <paramref name="most"/>.</summary>
    public static int RowsWithin(RowSchema schema, int most) => (int)Math.Clamp(MostNumbers / Math.Max(1, schema.Vectors.Sum(column => (long)column.Width)), 1, most);

    public RowSchema Schema { get; }

    public int Capacity { get; }

    /// <summary>Rows in the batch.</summary>
    public int Count { get; set; }

    /// <summary>The place of the batch's row 0 in its shard, from 0.</summary>
    public long FirstRow { get; set; }

    /// <summary>[row]; integers as invariant decimal text, "" where NULL.</summary>
    public string[] Ids { get; }

    /// <summary>[column][row * width + i]; a vector at fault is all zeros, a missing one of an optional column all NaN.</summary>
    public float[][] Vectors { get; }

    /// <summary>[row]; as <see cref="LabelText.Read"/> spells it, null where there is none or the schema names no label column.</summary>
    public string?[] Labels { get; }

    /// <summary>[row]; the same text where <see cref="RowSchema.Given"/> holds the same; null where the schema names none, or the vectors hold it all.</summary>
    public string?[] Given { get; }

    /// <summary>[row].</summary>
    public RowFaults[] Faults { get; }

    /// <summary>Appends a row of another batch of the same vector columns; there must be room.</summary>
    public void Append(RowBatch other, int row)
    {
        Ids[Count] = other.Ids[row];
        Labels[Count] = other.Labels[row];
        Given[Count] = other.Given[row];
        Faults[Count] = other.Faults[row];
        for (var column = 0; column < Vectors.Length; column++)
        {
            var width = Schema.Vectors[column].Width;
            other.Vectors[column].AsSpan(row * width, width).CopyTo(Vectors[column].AsSpan(Count * width));
        }
        Count++;
    }

    /// <summary>[row * width + i] of a column of the schema.</summary>
    public float[] VectorsOf(VectorColumn column)
    {
        for (var i = 0; i < Vectors.Length; i++)
        {
            if (Schema.Vectors[i] == column)
            {
                return Vectors[i];
            }
        }
        throw new ArgumentException($"column {column.Name} is not read", nameof(column));
    }
}
