using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Trainer.LayerWriting;

namespace ParquetPool.Trainer.Layers;

/// <summary>
/// [batch, steps·width] to [batch, steps, width], a vector cut into equal parts; or [batch, c, h, w] to [batch, h·w, c], each place of an image a step.
/// </summary>
/// <param name="Steps">Of a vector; null for an image.</param>
internal sealed record ToSequence(int? Steps = null) : Layer
{
    internal override string? Problem => Steps is { } steps ? Setting.AtLeast("steps", steps, 1) : null;

    internal override RowKind Takes => Steps is null ? RowKind.Image : RowKind.Vector;

    internal override void Write(LayerWriter layers)
    {
        var (graph, row) = (layers.Graph, layers.Row);
        if (row.Kind == RowKind.Image)
        {
            var (channels, places) = (row.Shape[0], row.Shape[1] * row.Shape[2]);
            if (Steps is { } asked && asked != places)
            {
                throw new DataException($"steps is {asked} on {row}, expected the image's {places} places: leave steps out");
            }
            var flat = graph.Op("Reshape", [row.Name, graph.Ints(0, channels, places)]);
            layers.Set(graph.Op("Transpose", [flat], Attributes.Ints("perm", 0, 2, 1)), places, channels);
            return;
        }
        if (row.Kind == RowKind.Sequence)
        {
            throw new DataException($"it needs a vector or an image, what comes before it gives {row}: leave it out");
        }
        if (Steps is not { } steps || row.Width % steps != 0)
        {
            throw new DataException($"steps is {Steps?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "missing"} on {row}, expected a number that divides them: each step gets as many values");
        }
        layers.Set(graph.Op("Reshape", [row.Name, graph.Ints(0, steps, row.Width / steps)]), steps, row.Width / steps);
    }
}
