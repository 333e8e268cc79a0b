namespace ParquetPool.Scorer.Neighbours;

/// <summary>What one large Gemm reaches on ONNX Runtime: the mark a search is measured against.</summary>
internal static class PlainGemm
{
    private const int Rows = 4096;
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(1);

    /// <summary>The rate of products [4096, width] · [width, 4096] over a second, in 10⁹ operations per second.</summary>
    /// <param name="threads">Threads inside the one product.</param>
    public static double Gflops(int width, int threads, TimeProvider clock)
    {
        using var a = Filled(width);
        using var b = Filled(width);
        using var product = new BlockProduct(Rows, Rows, width, threads);
        using var products = product.NewProducts();
        product.Multiply(a.Buffer, b.Buffer, products);
        var start = clock.GetTimestamp();
        var runs = 0;
        TimeSpan took;
        do
        {
            product.Multiply(a.Buffer, b.Buffer, products);
            runs++;
            took = clock.GetElapsedTime(start);
        }
        while (took < Budget);
        return 2e-9 * Rows * Rows * width * runs / took.TotalSeconds;
    }

    // The values do not matter to the time, but subnormal ones would.
    private static EmbeddingBlock Filled(int width)
    {
        var block = new EmbeddingBlock(Rows, width);
        block.Buffer.Span.Fill(0.5f);
        return block;
    }
}
