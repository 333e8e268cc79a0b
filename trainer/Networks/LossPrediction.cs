using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Trainer.LayerWriting;
using ParquetPool.Trainer.Layers;

namespace ParquetPool.Trainer.Networks;

/// <summary>The module that predicts a row's loss from what the network's layers give: Yoo and Kweon 2019, section 3.2.</summary>
internal static class LossPrediction
{
    private const int Units = 128;

    /// <summary>Writes a dense layer on each layer's values, images and sequences averaged, and one number on all of them.</summary>
    /// <returns>The prediction, [batch, 1], and the taps through which it reads the layers.</returns>
    /// <exception cref="DataException">There is no layer to read.</exception>
    public static (string Value, IReadOnlyList<string> Taps) Write(GraphBuilder graph, LayerWriter layers)
    {
        if (layers.Given.Count == 0)
        {
            throw new DataException("the network has no layers of products (dense, conv, lstm, attention and the like), expected one to predict losses from: add one or leave the loss prediction out");
        }
        var (taps, read) = (new List<string>(), new List<string>());
        foreach (var given in layers.Given.ToArray())
        {
            taps.Add(graph.Op("Identity", [given.Name]));
            layers.Set(given with { Name = taps[^1] });
            if (given.Kind != RowKind.Vector)
            {
                layers.Add(given.Kind == RowKind.Image ? new GlobalAveragePool() : new PoolSequence());
            }
            layers.Add(new Dense(Units));
            read.Add(layers.Value);
        }
        layers.Start(read is [var only] ? only : graph.Op("Concat", read.ToArray(), Attributes.Int("axis", 1)), read.Count * Units);
        return (layers.Head(1), taps);
    }
}
