namespace ParquetPool.Tables;

/// <summary>Formats of tables whose folders hold files that are no rows of the table, or no longer.</summary>
internal enum TableFormat
{
    Delta,
    SparkSink,
    Iceberg,
    Hudi,
    Paimon,
}
