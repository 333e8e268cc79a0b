namespace ParquetPool.Scorer.Committees;

/// <summary>An active dropout node of a model.</summary>
/// <param name="Ordinal">Its place among the active dropout nodes, in the order of the file, from 0.</param>
/// <param name="Node">The node's name, or its output's where it has none.</param>
/// <param name="Ratio">The share of units dropped, in (0, 1).</param>
/// <param name="Input">What is dropped from: the node's input, or the feature map that its output multiplies where it drops channels.</param>
/// <param name="Output">What is left: the node's output, or the product with the feature map.</param>
/// <param name="Dims">The shape of one row, or of the weights; a unit is one element of it, counted row-major.</param>
/// <param name="BatchAxis">The axis of the values along which rows lie: 1 between the steps of recurrent layers; -1 where weights are dropped, the same for all rows.</param>
/// <param name="IsMerged">Whether a row has several places along that axis, as with the heads of an attention, side by side: <paramref name="Dims"/> states there how many.</param>
internal sealed record DropoutSite(int Ordinal, string Node, string Input, string Output, float Ratio, IReadOnlyList<long> Dims, int BatchAxis = 0, bool IsMerged = false)
{
    /// <summary>The number of units.</summary>
    public int Width { get; } = checked((int)Dims.Aggregate(1L, (a, b) => a * b));

    /// <summary>The shape of a member's mask: <see cref="Dims"/> with 1 for all rows.</summary>
    internal IReadOnlyList<long> MaskDims => BatchAxis < 0 ? Dims : [.. Dims.Take(BatchAxis), 1, .. Dims.Skip(BatchAxis)];

    /// <summary>Whether rows lie in front, so that units can be picked and cut.</summary>
    public bool HasRows => BatchAxis == 0 && !IsMerged;

    /// <summary>What a kept unit is multiplied by, so that the expectation stays.</summary>
    public float Scale => 1f / (1f - Ratio);

    /// <summary>Whether a unit is a channel of a feature map.</summary>
    public bool DropsChannels => Dims.Count > 1 && Dims.Skip(1).All(d => d == 1);
}
