using ParquetPool.Trainer.Libtorch;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Operators;

/// <summary>Recurrent layers, step by step, in one or both directions.</summary>
internal static class Recurrences
{
    public static readonly Dictionary<string, Operator> Table = new()
    {
        ["LSTM"] = (node, x) => Run(node, x, LstmCell.Of),
        ["GRU"] = (node, x) => Run(node, x, GruCell.Of),
        ["RNN"] = (node, x) => Run(node, x, RnnCell.Of),
    };

    /// <summary>One step of a cell.</summary>
    /// <param name="input">The input's share of the gates, [batch, gate · unit].</param>
    /// <param name="state">What the step before left: h, and c where the cell has it; [batch, unit].</param>
    public delegate Tensor[] Step(Tensor input, Tensor[] state);

    /// <summary>Makes the step of one direction; gates that the input's share cannot hold are the step's own.</summary>
    public delegate (Tensor Input, Step Step, int States) Cell(Node node, Direction direction, Tensor x);

    private static Tensor?[] Run(Node node, Tensor?[] inputs, Cell cell)
    {
        var rowsFirst = node.Flag("layout");
        var x = rowsFirst ? inputs[0]!.transpose(0, 1) : inputs[0]!;
        var lengths = inputs.ElementAtOrDefault(4);
        var way = node.Text("direction", "forward");
        var (outputs, last) = (new List<Tensor>(), new List<Tensor[]>());
        for (var i = 0; i < inputs[1]!.shape[0]; i++)
        {
            var direction = new Direction(node, inputs, i);
            var (share, step, states) = cell(node, direction, x);
            var state = Enumerable.Range(0, states).Select(s => direction.First(5 + s, x, rowsFirst)).ToArray();
            var (steps, end) = Walk(share, step, state, lengths, backwards: way == "reverse" || i == 1);
            outputs.Add(steps);
            last.Add(end);
        }
        var y = torch.stack(outputs, 1);
        var ends = last[0].Select((_, s) => torch.stack(last.Select(l => l[s]), 0));
        return rowsFirst ? [y.permute(2, 0, 1, 3), .. ends.Select(e => e.transpose(0, 1))] : [y, .. ends];
    }

    /// <summary>All steps; past a row's length its state stays and its output is 0.</summary>
    private static (Tensor Steps, Tensor[] Last) Walk(Tensor share, Step step, Tensor[] state, Tensor? lengths, bool backwards)
    {
        var time = (int)share.shape[0];
        var outputs = new Tensor[time];
        foreach (var t in backwards ? Enumerable.Range(0, time).Reverse() : Enumerable.Range(0, time))
        {
            var next = step(share.select(0, t), state);
            if (lengths is null)
            {
                (state, outputs[t]) = (next, next[0]);
                continue;
            }
            var within = lengths.gt(Scalars.Of(t)).unsqueeze(1);
            outputs[t] = next[0].where(within, torch.zeros_like(next[0]));
            state = [.. next.Zip(state, (after, before) => after.where(within, before))];
        }
        return (torch.stack(outputs, 0), state);
    }
}
