namespace ParquetPool.Trainer.Layers;

/// <summary>Long short-term memory (Hochreiter and Schmidhuber 1997); the biases of the forget gates start at 1, as Keras's (Jozefowicz et al. 2015).</summary>
internal sealed record Lstm(int Units, bool Bidirectional = false, RecurrentOutput Output = RecurrentOutput.Last, float Dropout = 0, float WeightDropout = 0)
    : Recurrent(Units, Bidirectional, Output, Dropout, WeightDropout)
{
    private protected override string Operator => "LSTM";

    private protected override int Gates => 4;

    // ONNX's order: input, output, forget, cell.
    private protected override float[] FirstBiases() => [.. new float[2 * Units], .. Enumerable.Repeat(1f, Units), .. new float[Units]];
}
