using System.Globalization;
using Apache.Arrow;
using ParquetPool.Errors;

namespace ParquetPool.Trainer.Sources;

/// <summary>The values of a column of Arrow as text.</summary>
internal static class ArrowValues
{
    /// <summary>A row's value; null where it has none.</summary>
    /// <exception cref="DataException">The column is of another type.</exception>
    public static Func<int, string?> Of(IArrowArray array, string column, string path) => array switch
    {
        StringArray texts => row => texts.GetString(row),
        LargeStringArray texts => row => texts.GetString(row),
        StringViewArray texts => row => texts.GetString(row),
        DictionaryArray coded => Coded(coded, column, path),
        Int8Array numbers => Numbers(numbers),
        Int16Array numbers => Numbers(numbers),
        Int32Array numbers => Numbers(numbers),
        Int64Array numbers => Numbers(numbers),
        UInt8Array numbers => Numbers(numbers),
        UInt16Array numbers => Numbers(numbers),
        UInt32Array numbers => Numbers(numbers),
        UInt64Array numbers => Numbers(numbers),
        BooleanArray flags => row => flags.GetValue(row) is { } flag ? flag ? "true" : "false" : null,
        NullArray => _ => null,
        _ => throw new DataException($"{path}: column {column} is {array.Data.DataType.Name}, expected text, whole numbers or booleans: name another column or write it again"),
    };

    private static Func<int, string?> Coded(DictionaryArray coded, string column, string path)
    {
        var (codes, values) = (Of(coded.Indices, column, path), Of(coded.Dictionary, column, path));
        return row => codes(row) is { } code && int.TryParse(code, CultureInfo.InvariantCulture, out var at) && at >= 0 && at < coded.Dictionary.Length ? values(at) : null;
    }

    private static Func<int, string?> Numbers<T>(PrimitiveArray<T> numbers)
        where T : struct, IEquatable<T>, IFormattable => row => numbers.GetValue(row)?.ToString(null, CultureInfo.InvariantCulture);
}
