using ParquetPool.Engine;

namespace ParquetPool.ShardRows;

/// <summary>Why a row cannot be used, in words.</summary>
public static class RowFaultText
{
    /// <summary>The first of the faults.</summary>
    public static string Of(RowFaults faults) =>
        faults.HasFlag(RowFaults.NullId) ? "id is null or empty"
        : faults.HasFlag(RowFaults.LongId) ? RowIdText.TooLong
        : faults.HasFlag(RowFaults.InexactId) ? RowIdText.Inexact
        : faults.HasFlag(RowFaults.NullVector) ? "vector is null"
        : faults.HasFlag(RowFaults.WrongWidth) ? "vector has another width"
        : "vector holds NaN or infinity";
}
