namespace ParquetPool.ShardRows;

/// <summary>What becomes of a run that met rows it could not score. They are written to the rejects file either way.</summary>
public enum BadRows
{
    /// <summary>The other rows are scored and ranked, and the command ends with the exit code for bad data.</summary>
    Fail,

    /// <summary>The command succeeds.</summary>
    Reject,
}
