using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Models;
using ParquetPool.Scorer.Outputs;
using ParquetPool.Sessions;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Embedders;

/// <summary>Takes a model's <c>embedding</c> output with dropout off.</summary>
internal sealed class ModelEmbedder : Embedder
{
    private readonly IReadOnlyList<FeatureInput> inputs;
    private readonly ModelSession session;

    private ModelEmbedder(IReadOnlyList<FeatureInput> inputs, int width, ModelSession session)
        : base([.. inputs.SelectMany(i => i.Columns).Distinct()], width) => (this.inputs, this.session) = (inputs, session);

    /// <summary>Opens a session for the part of the model that makes the output.</summary>
    /// <exception cref="DataException">The model has no usable <c>embedding</c> output.</exception>
    public static ModelEmbedder Open(ModelPackage package, IReadOnlyList<FeatureInput> inputs)
    {
        var model = WithoutDropout(package);
        var shapes = ShapeProbe.Shapes(model, inputs.ToDictionary(i => i.Name, i => i.Dims.ToArray()));
        if (shapes[Output] is not [-1, > 0])
        {
            throw new DataException($"{package.Path}: output '{Output}' has shape [{string.Join(", ", shapes[Output])}], expected [-1 (the batch), width]: export one vector per row");
        }
        var embedder = new ModelEmbedder(inputs, (int)shapes[Output][1], new ModelSession(model));
        embedder.RequireIndependence(new ModelGraph(model, shapes), package);
        return embedder;
    }

    /// <summary>Proves that a row's vector is its own.</summary>
    private void RequireIndependence(ModelGraph graph, ModelPackage package)
    {
        using var run = (Run)NewRun();
        var proof = new RowProof(BatchRows, [.. inputs.Select(i => (i.Width, TokenInputs.Count(package, i.Name)))], run.InputOf, run.Compute, run.RowOf);
        if (!proof.IsRepeatable() || !proof.IsIndependent())
        {
            Dispose();
            throw CommitteeProof.Dependent(BatchOperator.Find(graph, inputs.ToDictionary(i => i.Name, i => i.Dims.ToArray()), package), package);
        }
    }

    /// <inheritdoc/>
    public override EmbedderRun NewRun()
    {
        var buffers = inputs.Select(i => TensorBuffer.Floats([BatchRows, .. i.Dims.Skip(1)])).ToArray();
        var output = TensorBuffer.Floats(BatchRows, Width);
        var run = session.Bind(
            inputs.Zip(buffers).ToDictionary(p => p.First.Name, p => p.Second),
            new Dictionary<string, TensorBuffer> { [Output] = output });
        return new Run([.. inputs.Zip(buffers)], output, run);
    }

    /// <inheritdoc/>
    public override void Dispose() => session.Dispose();

    private static ModelProto WithoutDropout(ModelPackage package)
    {
        StochasticModel.RequireFixedBatchNormalisation(package);
        var model = DropoutSwitch.Off(package.Model);
        var output = model.Graph.Output.FirstOrDefault(o => o.Name == Output)
            ?? throw new DataException($"{package.Path} has outputs {string.Join(", ", model.Graph.Output.Select(o => o.Name))}, expected one named '{Output}': publish the model with ParquetPool's trainer, export it with that output, or compare a column with --column");
        model = GraphPart.Of(model, output.Name);
        RandomOperators.Refuse(model, package.Path);
        return model;
    }

    private sealed class Run(IReadOnlyList<(FeatureInput Input, TensorBuffer Buffer)> inputs, TensorBuffer output, BoundRun run) : EmbedderRun
    {
        public override void Embed(RowBatch batch)
        {
            foreach (var (input, buffer) in inputs)
            {
                var target = buffer.Span;
                var offset = 0;
                foreach (var column in input.Columns)
                {
                    var source = Values(batch, column);
                    for (var row = 0; row < batch.Count; row++)
                    {
                        source.AsSpan(row * column.Width, column.Width).CopyTo(target[((row * input.Width) + offset)..]);
                    }
                    offset += column.Width;
                }
                target[(batch.Count * input.Width)..].Clear();
            }
            run.Run();
        }

        public Span<float> InputOf(int index) => inputs[index].Buffer.Span;

        public void Compute() => run.Run();

        public float[] RowOf(int row) => output.Span.Slice(row * (int)output.Dims[1], (int)output.Dims[1]).ToArray();

        public override ReadOnlySpan<float> VectorsOf(RowBatch batch) => output.Span;

        public override void Dispose()
        {
            run.Dispose();
            output.Dispose();
            foreach (var (_, buffer) in inputs)
            {
                buffer.Dispose();
            }
        }
    }
}
