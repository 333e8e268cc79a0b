using ParquetPool.Contract;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Models;
using ParquetPool.Sessions;

namespace ParquetPool.Scorer.Tests.Committees;

/// <summary>What a member should compute: the file's own graph with each Dropout replaced by a multiplication with the documented mask, run by ONNX Runtime.</summary>
internal static class MaskedModel
{
    /// <summary>The model's inputs, each fed by a column of its name.</summary>
    public static FeatureInput[] Inputs(ModelPackage package) => [.. ModelFile.FeatureInputs(package.Model).Select(v => FeatureInput.Declared(v.Name, ModelFile.Dims(v)))];

    /// <summary>Numbers for each input, [row, width].</summary>
    public static float[][] Rows(FeatureInput[] inputs, int rows) => [.. inputs.Select((input, i) => TestModels.Numbers(99 + (uint)i, rows * input.Width))];

    /// <summary>What a member of a committee computed, [row, class].</summary>
    public static float[] Logits(CommitteeRun run, Committee committee, int member)
    {
        var logits = new float[committee.TileRows * committee.Classes];
        for (var row = 0; row < committee.TileRows; row++)
        {
            run.CopyLogits(member, row, logits.AsSpan(row * committee.Classes, committee.Classes));
        }
        return logits;
    }

    /// <summary>What it should have computed, [row, class].</summary>
    public static float[] Logits(ModelPackage package, FeatureInput[] inputs, ulong seed, MaskKind masks, int member, int members, float[][] rows)
    {
        var model = package.Model.Clone();
        var shapes = ShapeProbe.Shapes(model, inputs.ToDictionary(i => i.Name, i => i.Dims.ToArray()));
        var constants = model.Graph.Initializer.Concat(model.Graph.Node.Where(n => n.OpType == "Constant").Select(n => Named(n.Output[0], n.Find("value")!.T)))
            .ToDictionary(t => t.Name);
        foreach (var (site, node) in model.Graph.Node.Where(n => n.OpType == "Dropout").ToList().Index())
        {
            var ratio = Tensors.ToFloats(constants[node.Input[1]])[0];
            long[] dims = [.. shapes[node.Input[0]].Select(d => Math.Max(d, 1))]; // 1 for the batch
            var width = (int)dims.Aggregate(1L, (a, d) => a * d);
            bool Keeps(int u) => masks == MaskKind.Balanced
                ? DocumentedMasks.KeepsBalanced(seed, site, member, u, ratio, members)
                : DocumentedMasks.KeepsIndependently(seed, site, member, u, ratio);
            var mask = Enumerable.Range(0, width).Select(u => Keeps(u) ? 1 / (1 - ratio) : 0).ToArray();
            model.Graph.Initializer.Add(Tensors.Float($"mask{site}", mask, dims));
            node.OpType = "Mul";
            node.Input.RemoveAt(2);
            node.Input[1] = $"mask{site}";
            while (node.Output.Count > 1)
            {
                node.Output.RemoveAt(1);
            }
        }
        return Run(model, inputs, rows);
    }

    /// <summary>The logits of a model for <paramref name="rows"/>, [input][row · width].</summary>
    public static float[] Run(ModelProto model, FeatureInput[] inputs, float[][] rows)
    {
        using var session = new ModelSession(model);
        var buffers = inputs.Zip(rows).ToDictionary(i => i.First.Name, i => TensorBuffer.Floats([i.Second.Length / i.First.Width, .. i.First.Dims.Skip(1)]));
        foreach (var (input, values) in inputs.Zip(rows))
        {
            values.CopyTo(buffers[input.Name].Span);
        }
        var logits = session.Run(buffers)["logits"].Values;
        foreach (var buffer in buffers.Values)
        {
            buffer.Dispose();
        }
        return logits;
    }

    private static TensorProto Named(string name, TensorProto tensor)
    {
        var copy = tensor.Clone();
        copy.Name = name;
        return copy;
    }
}
