using ParquetPool.Errors;

namespace ParquetPool.Trainer.LayerWriting;

/// <summary>A value of the graph, [batch, ...].</summary>
/// <param name="Name">The value's name.</param>
/// <param name="Shape">Of one row: [width], [steps, width] or [channels, height, width].</param>
/// <param name="Present">Of a sequence whose steps may be padding: 1 for those that are none, [batch, steps]; null where all are there.</param>
internal sealed record RowValue(string Name, IReadOnlyList<int> Shape, string? Present = null)
{
    /// <summary>Values a row.</summary>
    public int Width => Shape.Aggregate(1, (a, b) => checked(a * b));

    public RowKind Kind => Shape.Count switch { 1 => RowKind.Vector, 2 => RowKind.Sequence, _ => RowKind.Image };

    /// <summary>Refuses a row of another kind.</summary>
    /// <exception cref="DataException">Names both and what to put between.</exception>
    public void Require(RowKind kind)
    {
        if (Kind != kind)
        {
            throw new DataException(kind switch
            {
                RowKind.Image => $"it needs an image [channels, height, width], what comes before it gives {this}: put it before flatten, dense and sequence layers",
                RowKind.Sequence => $"it needs a sequence [steps, width], what comes before it gives {this}: put it before flatten and poolSequence, or a sequence or embedding layer before it",
                _ => $"a dense layer needs a vector, what comes before it gives {this}: put flatten or {(Kind == RowKind.Image ? "globalAveragePool" : "poolSequence")} between them",
            });
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        RowKind.Vector => $"a vector of {Width} values",
        RowKind.Sequence => $"a sequence [{Shape[0]}, {Shape[1]}]",
        _ => $"an image [{string.Join(", ", Shape)}]",
    };
}
