using ParquetPool.Graphs;
using ParquetPool.Sessions;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Scorer.Benchmarks;

/// <summary>A large matrix product on ONNX Runtime with constant weights: the rate nothing that multiplies matrices can beat.</summary>
internal sealed class GemmLimit : IDisposable
{
    private const int Size = 2048;
    private readonly ModelSession session;
    private readonly TensorBuffer a = TensorBuffer.Floats(Size, Size);
    private readonly TensorBuffer c = TensorBuffer.Floats(Size, Size);
    private readonly BoundRun run;

    public GemmLimit(int threads)
    {
        var g = new GraphBuilder("gemm");
        var x = g.Input("a", DataType.Float, -1, Size);
        var weights = Enumerable.Range(0, Size * Size).Select(i => i % 7 - 3f).ToArray();
        g.Output(g.Op("MatMul", [x, g.Constant("b", weights, Size, Size)]), "c", DataType.Float, -1, Size);
        a.Span.Fill(0.5f);
        session = new ModelSession(g.Model, new SessionSettings(Threads: threads));
        run = session.Bind(new Dictionary<string, TensorBuffer> { ["a"] = a }, new Dictionary<string, TensorBuffer> { ["c"] = c });
    }

    /// <summary>Floating-point operations of one run.</summary>
    public static double Operations => 2.0 * Size * Size * Size;

    public void Run() => run.Run();

    public void Dispose()
    {
        run.Dispose();
        session.Dispose();
        a.Dispose();
        c.Dispose();
    }
}
