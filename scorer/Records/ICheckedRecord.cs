namespace ParquetPool.Scorer.Records;

/// <summary>A record that knows what it cannot say.</summary>
internal interface ICheckedRecord
{
    /// <summary>What is wrong with it, such as <c>names shard a twice</c>; null for nothing. Lists hold no nulls and texts no NUL when it is asked.</summary>
    string? Fault();
}
