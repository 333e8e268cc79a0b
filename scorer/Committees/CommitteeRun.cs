using ParquetPool.Sessions;

namespace ParquetPool.Scorer.Committees;

/// <summary>One thread's buffers for a committee: a tile of rows in, the logits of all members out.</summary>
public sealed class CommitteeRun : IDisposable
{
    private readonly TensorBuffer[] inputs;
    private readonly TensorBuffer logits;
    private readonly TensorBuffer[] members;
    private readonly BoundRun run;

    internal CommitteeRun(ModelSession session, Committee committee)
    {
        long tile = committee.TileRows;
        inputs = [.. committee.Inputs.Select(i => TensorBuffer.Floats([tile, .. i.Dims.Skip(1)]))];
        logits = TensorBuffer.Floats(committee.Members, tile, committee.Classes);
        members = [.. Enumerable.Range(0, committee.Members).Select(m => TensorBuffer.Over(logits.Memory[(m * (int)tile * committee.Classes)..], tile, committee.Classes))];
        run = session.Bind(
            committee.Inputs.Zip(inputs).ToDictionary(i => i.First.Name, i => i.Second),
            members.Select((buffer, m) => (buffer, m)).ToDictionary(m => CommitteeCompiler.OutputName(m.m), m => m.buffer));
    }

    /// <summary>The logits after <see cref="Run"/>, [member, row, class].</summary>
    public ReadOnlySpan<float> Logits => logits.Span;

    /// <summary>The rows of input <paramref name="index"/>, [row, width]; rows that are not used may hold anything finite.</summary>
    public Span<float> Input(int index) => inputs[index].Span;

    /// <summary>Computes the logits of the whole tile.</summary>
    public void Run() => run.Run();

    /// <inheritdoc/>
    public void Dispose()
    {
        run.Dispose();
        foreach (var buffer in (TensorBuffer[])[.. members, logits, .. inputs])
        {
            buffer.Dispose();
        }
    }
}
