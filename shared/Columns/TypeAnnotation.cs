namespace ParquetPool.Columns;

/// <summary>What a Parquet file says of a column's numbers: that they are dates, times or decimals.</summary>
/// <remarks>
/// Parquet.Net takes such values as its own types only, which hold less: a <see cref="DateTime"/> has neither nanoseconds nor the year 20,000.
/// The codes are those of <c>ConvertedType</c>, the bytes a <c>LogicalType</c> in Thrift's compact protocol, as <c>parquet.thrift</c> defines them.
/// </remarks>
/// <param name="Converted">The older word for it, which some readers need; null where there is none.</param>
internal sealed record TypeAnnotation(int? Converted, byte[] Logical, int? Scale = null, int? Precision = null)
{
    private const byte Micros = 0x2C, Nanos = 0x3C;

    public static TypeAnnotation Date { get; } = new(6, [0x6C, 0, 0]);

    public static TypeAnnotation Time { get; } = new(8, Instant(0x7C, false, Micros));

    public static TypeAnnotation TimeUtc { get; } = new(8, Instant(0x7C, true, Micros));

    public static TypeAnnotation Timestamp { get; } = new(10, Instant(0x8C, false, Micros));

    public static TypeAnnotation TimestampUtc { get; } = new(10, Instant(0x8C, true, Micros));

    public static TypeAnnotation TimestampNanos { get; } = new(null, Instant(0x8C, false, Nanos));

    /// <summary>Of a column that holds NULL alone.</summary>
    public static TypeAnnotation Unknown { get; } = new(null, [0xBC, 0, 0]);

    public static TypeAnnotation Decimal(int precision, int scale) => new(5, [0x5C, 0x15, (byte)(2 * scale), 0x15, (byte)(2 * precision), 0, 0], scale, precision);

    private static byte[] Instant(byte kind, bool utc, byte unit) => [kind, (byte)(utc ? 0x11 : 0x12), 0x1C, unit, 0, 0, 0, 0];
}
