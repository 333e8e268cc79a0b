using ParquetPool.Scorer.Models;

namespace ParquetPool.Scorer.Programs;

/// <summary>A product's weights in the order in which <see cref="UnitProduct"/> reads them; products with the same weights share one.</summary>
internal sealed class PackedWeights
{
    /// <summary>Outputs of one pass over the inputs.</summary>
    public const int Block = 6;

    public PackedWeights(DenseProduct product)
    {
        (Inputs, Outputs) = (product.Inputs, product.Outputs);
        var blocks = (Outputs + Block - 1) / Block;
        Weights = GC.AllocateUninitializedArray<float>(blocks * Inputs * Block);
        Bias = new float[blocks * Block];
        product.Bias?.CopyTo(Bias, 0);
        for (var (block, at) = (0, 0); block < blocks; block++)
        {
            for (var input = 0; input < Inputs; input++)
            {
                for (var o = block * Block; o < (block + 1) * Block; o++)
                {
                    Weights[at++] = o < Outputs ? product.Weights[input * Outputs + o] : 0;
                }
            }
        }
    }

    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary>[block of outputs, input, output], with zeros for the outputs that the last block lacks.</summary>
    public float[] Weights { get; }

    /// <summary>[output], padded to whole blocks.</summary>
    public float[] Bias { get; }
}
