using ParquetPool.Scorer.Models;
using ParquetPool.Scorer.Programs;
using ParquetPool.Sessions;
using ParquetPool.ShardRows;

namespace ParquetPool.Scorer.Committees;

/// <summary>One thread's buffers for a committee: a tile of rows in, the logits of all members out.</summary>
internal sealed class CommitteeRun : IDisposable
{
    /// <summary>The model's output, [-1, 1], that predicts a row's loss.</summary>
    internal const string PredictedLoss = "predicted_loss";

    private readonly Committee committee;
    private readonly UnitProgram? program;
    private readonly int pieceRows;
    private readonly TensorBuffer[] inputs;
    private readonly Memory<float> units; // [place, row]; with a graph for the members, places are their logits alone
    private readonly List<TensorBuffer> bound = [];
    private readonly List<BoundRun> pieces = [];
    private readonly TensorBuffer[] shared = []; // of one piece, where a tile has several
    private readonly TensorBuffer? predicted;
    private readonly BoundRun? predicting;

    internal CommitteeRun(ModelSession session, UnitProgram? program, ModelSession? losses, Committee committee, int pieceRows)
    {
        (this.committee, this.program, this.pieceRows) = (committee, program, pieceRows);
        var tile = committee.TileRows;
        inputs = [.. committee.Inputs.Select(i => TensorBuffer.Floats([tile, .. i.Dims.Skip(1)]))];
        units = TensorBuffer.Allocate(checked((program?.Places ?? committee.Members * committee.Classes) * tile));
        IReadOnlyList<(string Name, int Units)> outputs = program?.Inputs ?? [.. Enumerable.Range(0, committee.Members).Select(m => (CommitteeCompiler.OutputName(m), committee.Classes))];
        if (pieceRows < tile)
        {
            shared = [.. outputs.Select(o => TensorBuffer.Floats(o.Units, pieceRows))];
        }
        for (var first = 0; first < tile; first += pieceRows)
        {
            var rows = committee.Inputs.Zip(inputs).ToDictionary(i => i.First.Name, i => Bound(i.Second.Memory[(first * i.First.Width)..], [pieceRows, .. i.First.Dims.Skip(1)]));
            var place = 0;
            var targets = outputs.Select((output, i) =>
            {
                var start = place * tile;
                place += output.Units;
                return (output.Name, Buffer: shared.Length > 0 ? shared[i] : Bound(units[start..], output.Units, tile));
            }).ToDictionary(o => o.Name, o => o.Buffer);
            pieces.Add(session.Bind(rows, targets));
        }
        if (losses is not null)
        {
            predicted = Bound(TensorBuffer.Allocate(tile), tile, 1);
            predicting = losses.Bind(
                committee.Inputs.Zip(inputs).ToDictionary(i => i.First.Name, i => i.Second), new Dictionary<string, TensorBuffer> { [PredictedLoss] = predicted });
        }
    }

    /// <summary>The logits after <see cref="Run()"/>, [member, class, row].</summary>
    public ReadOnlySpan<float> Logits => units.Span.Slice((program?.Logits ?? 0) * committee.TileRows, committee.Members * committee.Classes * committee.TileRows);

    /// <summary>The predicted losses after <see cref="Run()"/>, [row], dropout off; empty where none are predicted.</summary>
    public ReadOnlySpan<float> PredictedLosses => predicted is null ? [] : predicted.Span;

    /// <summary>One member's logits of one row, [class].</summary>
    public void CopyLogits(int member, int row, Span<float> target)
    {
        for (var c = 0; c < committee.Classes; c++)
        {
            target[c] = Logits[(member * committee.Classes + c) * committee.TileRows + row];
        }
    }

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
                var source = rows.VectorsOf(column).AsSpan(at * column.Width, count * column.Width);
                for (var row = 0; row < count; row++)
                {
                    var numbers = source.Slice(row * column.Width, column.Width);
                    if (input.Range is var (least, most) && FeatureInput.FirstOutside(numbers, least, most) is not null)
                    {
                        rows.Faults[at + row] |= RowFaults.NotInRange;
                        numbers.Clear();
                    }
                    numbers.CopyTo(target[((row * input.Width) + offset)..]);
                }
                offset += column.Width;
            }
            target[(count * input.Width)..].Clear();
        }
    }

    /// <summary>Computes the logits of the whole tile.</summary>
    public void Run() => Run(committee.TileRows);

    /// <summary>Computes the logits of the first rows of the tile, at least; they have the bits that they have in the whole.</summary>
    public void Run(int rows)
    {
        for (var piece = 0; piece * pieceRows < rows; piece++)
        {
            pieces[piece].Run();
            CopyShared(piece);
        }
        program?.Run(units.Span, committee.TileRows, rows);
        predicting?.Run();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        pieces.ForEach(p => p.Dispose());
        predicting?.Dispose();
        foreach (var buffer in (TensorBuffer[])[.. bound, .. shared, .. inputs])
        {
            buffer.Dispose();
        }
    }

    private TensorBuffer Bound(Memory<float> memory, params long[] dims)
    {
        var buffer = TensorBuffer.Over(memory, dims);
        bound.Add(buffer);
        return buffer;
    }

    /// <summary>Puts the rows of a piece beside those of the others.</summary>
    private void CopyShared(int piece)
    {
        var place = 0;
        foreach (var values in shared)
        {
            var (count, rows) = ((int)values.Dims[0], (int)values.Dims[1]);
            for (var unit = 0; unit < count; unit++, place++)
            {
                values.Span.Slice(unit * rows, rows).CopyTo(units.Span[(place * committee.TileRows + piece * rows)..]);
            }
        }
    }
}
