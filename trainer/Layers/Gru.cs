namespace ParquetPool.Trainer.Layers;

/// <summary>A gated recurrent unit (Cho et al. 2014) that resets behind the product with its state, as PyTorch's and Keras's do.</summary>
internal sealed record Gru(int Units, bool Bidirectional = false, RecurrentOutput Output = RecurrentOutput.Last, float Dropout = 0, float WeightDropout = 0)
    : Recurrent(Units, Bidirectional, Output, Dropout, WeightDropout)
{
    private protected override string Operator => "GRU";

    private protected override int Gates => 3;

    private protected override float[] FirstBiases() => new float[3 * Units];
}
