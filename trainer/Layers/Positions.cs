using ParquetPool.Graphs;
using ParquetPool.Trainer.LayerWriting;

namespace ParquetPool.Trainer.Layers;

/// <summary>Adds a learned vector to each step of a sequence, by which attention tells one place from another.</summary>
internal sealed record Positions : Layer
{
    // Small against what it is added to: Devlin et al. 2019 start with a deviation of 0.02.
    private static readonly float Bound = 0.02f * MathF.Sqrt(3);

    internal override RowKind Takes => RowKind.Sequence;

    internal override void Write(LayerWriter layers)
    {
        layers.Row.Require(RowKind.Sequence);
        var (steps, width) = (layers.Row.Shape[0], layers.Row.Shape[1]);
        var table = layers.Parameter(Tensors.Float("positions", layers.Initialiser.Uniform((long)steps * width, Bound), steps, width));
        layers.Keep(layers.Graph.Op("Add", [layers.Value, table]));
    }
}
