using ParquetPool.Graphs;
using ParquetPool.Sessions;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Scorer.Neighbours;

/// <summary>Every row of one matrix times every row of another, [row, element] each: one Gemm on ONNX Runtime.</summary>
/// <remarks>One may serve several threads, each with products of its own, and matrices of any number of rows.</remarks>
internal sealed class BlockProduct(int queryRows, int corpusRows, int width, int threads = 1) : IDisposable
{
    private readonly ModelSession session = Open(width, threads);

    public int CorpusRows => corpusRows;

    /// <summary>Room for the result, [query row, corpus row].</summary>
    public TensorBuffer NewProducts() => TensorBuffer.Floats(queryRows, corpusRows);

    /// <summary>Fills <paramref name="products"/>, [query row, corpus row].</summary>
    public void Multiply(TensorBuffer queries, TensorBuffer corpus, TensorBuffer products)
    {
        using var run = session.Bind(
            new Dictionary<string, TensorBuffer> { ["queries"] = queries, ["corpus"] = corpus },
            new Dictionary<string, TensorBuffer> { ["products"] = products });
        run.Run();
    }

    /// <inheritdoc/>
    public void Dispose() => session.Dispose();

    private static ModelSession Open(int width, int threads)
    {
        var graph = new GraphBuilder("block_product");
        var queries = graph.Input("queries", DataType.Float, -1, width);
        var corpus = graph.Input("corpus", DataType.Float, -2, width);
        graph.Output(graph.Op("Gemm", [queries, corpus], Attributes.Int("transB", 1)), "products", DataType.Float, -1, -2);
        return new ModelSession(graph.Model, new SessionSettings(Threads: threads));
    }
}
