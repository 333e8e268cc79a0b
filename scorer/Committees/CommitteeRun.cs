using ParquetPool.Sessions;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Committees;

/// <summary>One thread's buffers for a committee: a tile of rows in, the logits of all members out.</summary>
public sealed class CommitteeRun : IDisposable
{
    private readonly Committee committee;
    private readonly TensorBuffer[] inputs;
    private readonly TensorBuffer logits;
    private readonly TensorBuffer[] members;
    private readonly BoundRun run;

    internal CommitteeRun(ModelSession session, Committee committee)
    {
        this.committee = committee;
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

    /// <summary>Fills the inputs with <paramref name="count"/> rows from row <paramref name="at"/> on, and the rest of the tile with zeros: stale rows could slow it down with odd numbers.</summary>
    /// <param name="rows">Of a schema that has the columns of all inputs.</param>
    public void Load(RowBatch rows, int at, int count)
    {
        for (var i = 0; i < inputs.Length; i++)
        {
            var input = committee.Inputs[i];
            var target = inputs[i].Span;
            var offset = 0;
            foreach (var column in input.Columns)
            {
                var source = rows.Vectors[Index(rows.Schema, column)].AsSpan(at * column.Width, count * column.Width);
                for (var row = 0; row < count; row++)
                {
                    source.Slice(row * column.Width, column.Width).CopyTo(target[((row * input.Width) + offset)..]);
                }
                offset += column.Width;
            }
            target[(count * input.Width)..].Clear();
        }
    }

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

    private static int Index(RowSchema schema, VectorColumn column)
    {
        var index = 0;
        while (schema.Vectors[index] != column)
        {
            index++;
        }
        return index;
    }
}
