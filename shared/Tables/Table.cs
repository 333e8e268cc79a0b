using ParquetPool.Errors;

namespace ParquetPool.Tables;

/// <summary>A folder that is a table: what its log says of the files in it.</summary>
/// <param name="Root">Its full path or address.</param>
/// <param name="Version">Of the log, for messages.</param>
/// <param name="Files">[path below the root]: the values of the columns that files lack because they are the same in all its rows; text, NULL as null.</param>
internal sealed record Table(string Root, TableFormat Format, string Version, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string?>> Files)
{
    /// <exception cref="DataException">The log is damaged, or it is not known how to read such a table.</exception>
    public static Table Read(string root, TableFormat format) => format switch
    {
        TableFormat.Delta => DeltaLog.Read(root),
        TableFormat.SparkSink => SparkSinkLog.Read(root),
        _ => throw new DataException($"{root} is an Apache {format} table, in whose folder replaced and deleted rows lie among the others, and its log is not read here: export a snapshot as plain Parquet files (in Spark: spark.table(…).write.parquet(…)) and give that folder"),
    };
}

/// <summary>Formats of tables whose folders hold files that are no rows of the table, or no longer.</summary>
internal enum TableFormat
{
    Delta,
    SparkSink,
    Iceberg,
    Hudi,
    Paimon,
}
