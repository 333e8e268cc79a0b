using ParquetPool.Errors;
using ParquetPool.Trainer.LayerWriting;

namespace ParquetPool.Trainer.Layers;

/// <summary>x + layers(x), with any layers inside (He et al. 2016); with <c>shortcut</c> shortcut(x) + layers(x), where the shape changes.</summary>
internal sealed record Residual(IReadOnlyList<Layer> Layers, IReadOnlyList<Layer>? Shortcut = null) : Layer
{
    internal override string? Problem => Layers.Count == 0 ? "layers is empty, expected the layers of the block" : ProblemOf(Layers, "layer") ?? ProblemOf(Shortcut ?? [], "shortcut layer");

    internal override float DropoutRate => Layers.Concat(Shortcut ?? []).Max(l => l.DropoutRate);

    internal override RowKind Takes => Layers.Concat(Shortcut ?? []).Select(l => l.Takes).FirstOrDefault(t => t != RowKind.Any);

    internal override IEnumerable<Layer> Parts => [this, .. Layers.Concat(Shortcut ?? []).SelectMany(l => l.Parts)];

    internal override Layer WithDropout(float rate) => new Residual([.. Layers.Select(l => l.WithDropout(rate))], Shortcut is null ? null : [.. Shortcut.Select(l => l.WithDropout(rate))]);

    internal override void Write(LayerWriter layers)
    {
        var before = layers.Row;
        var changed = After(Layers, "layer", layers);
        layers.Set(before);
        var carried = After(Shortcut ?? [], "shortcut layer", layers);
        if (!changed.Shape.SequenceEqual(carried.Shape))
        {
            throw new DataException($"its layers give {changed}, the shortcut {carried}, expected the same shape: change the last layer, or put a layer into \"shortcut\"");
        }
        layers.Set(carried with { Name = layers.Graph.Op("Add", [carried.Name, changed.Name]) });
    }

    /// <summary>Lists equal where their layers are.</summary>
    public bool Equals(Residual? other) => other is not null && Layers.SequenceEqual(other.Layers) && (Shortcut ?? []).SequenceEqual(other.Shortcut ?? []);

    /// <inheritdoc/>
    public override int GetHashCode() => Layers.Aggregate(0, HashCode.Combine);

    /// <summary>The first problem of a list of layers, with the layer's place.</summary>
    internal static string? ProblemOf(IReadOnlyList<Layer> layers, string what) =>
        layers.Select((layer, i) => layer is null or { Problem: not null } ? $"{what} {i + 1}: {layer?.Problem ?? "null, expected an object with a type"}" : null).FirstOrDefault(p => p is not null);

    /// <summary>What a list of layers gives, which are added one after another.</summary>
    /// <exception cref="DataException">One does not fit what comes before it; names it.</exception>
    internal static RowValue After(IReadOnlyList<Layer> list, string what, LayerWriter layers)
    {
        foreach (var (i, layer) in list.Index())
        {
            try
            {
                layers.Add(layer);
            }
            catch (DataException e)
            {
                throw new DataException($"its {what} {i + 1} does not fit: {e.Message}", e);
            }
        }
        return layers.Row;
    }
}
