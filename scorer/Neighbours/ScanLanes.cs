namespace ParquetPool.Scorer.Neighbours;

/// <summary>How many products the scan compares at once. All give the same hits.</summary>
public enum ScanLanes
{
    /// <summary>One by one: what the others are tested against.</summary>
    Scalar,

    /// <summary>Eight floats.</summary>
    Vector256,

    /// <summary>Sixteen floats.</summary>
    Vector512,
}
