using Parquet.Schema;

namespace ParquetPool.Columns;

/// <summary>The columns of a written shard in a Parquet file, and how a caller's arrays get into them.</summary>
internal static class ShardColumns
{
    public static ParquetColumn Create(ShardColumn column) => column.Type switch
    {
        ShardType.Text => new TextColumn(new DataField<string>(column.Name, nullable: true)),
        ShardType.Int64 => Plain<long>(column.Name),
        ShardType.Int32 => Plain<int>(column.Name),
        ShardType.Double => Plain<double>(column.Name),
        ShardType.Float => Plain<float>(column.Name),
        ShardType.Boolean => Plain<bool>(column.Name),
        ShardType.FloatList => new ListColumn(column.Name, Plain<float>(ListField.ElementName, repeated: true), level: 1),
        ShardType.Image => new ImageColumn(column.Name),
        ShardType.FloatBlob or ShardType.Bytes => new BlobColumn(new DataField<byte[]>(column.Name, nullable: true)),
        _ => throw new ArgumentOutOfRangeException(nameof(column), column.Type, null),
    };

    /// <summary>Appends rows <paramref name="from"/>.. of <paramref name="values"/>.</summary>
    public static void Append(ParquetColumn target, ShardColumn column, Array values, int from, int rows)
    {
        switch (target)
        {
            case TextColumn texts:
                AppendTexts(texts, ((string?[])values).AsSpan(from, rows));
                break;
            case PlainColumn<long> numbers:
                ((long[])values).AsSpan(from, rows).CopyTo(numbers.AddMany(rows));
                break;
            case PlainColumn<int> numbers:
                ((int[])values).AsSpan(from, rows).CopyTo(numbers.AddMany(rows));
                break;
            case PlainColumn<bool> flags:
                ((bool[])values).AsSpan(from, rows).CopyTo(flags.AddMany(rows));
                break;
            case ImageColumn images:
                foreach (var image in ((ImageCell[])values).AsSpan(from, rows))
                {
                    images.Add(image);
                }
                break;
            case PlainColumn<double> reals:
                AppendReals(reals, ((double[])values).AsSpan(from, rows));
                break;
            case PlainColumn<float> reals:
                AppendReals(reals, ((float[])values).AsSpan(from, rows));
                break;
            case BlobColumn blobs when column.Type == ShardType.Bytes:
                for (var row = 0; row < rows; row++)
                {
                    blobs.Add(((byte[])values).AsSpan((from + row) * column.Width, column.Width), definition: 0);
                }
                break;
            default:
                AppendVectors(target, column, ((float[])values).AsSpan(from * column.Width, rows * column.Width));
                break;
        }
    }

    private static PlainColumn<T> Plain<T>(string name, bool repeated = false)
        where T : unmanaged => new(new DataField<T>(name, nullable: true), repeated);

    private static void AppendTexts(TextColumn target, ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            if (text is null)
            {
                target.AppendNull(0, 0);
            }
            else
            {
                target.Add(text);
            }
        }
    }

    private static void AppendReals<T>(PlainColumn<T> target, ReadOnlySpan<T> values)
        where T : unmanaged, System.Numerics.IFloatingPoint<T>
    {
        foreach (var value in values)
        {
            if (T.IsNaN(value))
            {
                target.AppendNull(0, 0);
            }
            else
            {
                target.Add(value);
            }
        }
    }

    private static void AppendVectors(ParquetColumn target, ShardColumn column, ReadOnlySpan<float> values)
    {
        for (; values.Length > 0; values = values[column.Width..])
        {
            var vector = values[..column.Width];
            if (column.Optional && float.IsNaN(vector[0]))
            {
                target.AppendNull(0, 0);
            }
            else if (target is ListColumn list)
            {
                list.Add(vector);
            }
            else
            {
                ((BlobColumn)target).Add(vector);
            }
        }
    }
}
