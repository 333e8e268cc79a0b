using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Committees;
using ParquetPool.Sessions;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Audits;

/// <summary>Turns rows into the vectors that are compared: a column as it is, or a model's <c>embedding</c> output with dropout off.</summary>
/// <remarks>One serves several threads, each with a run of its own.</remarks>
internal sealed class Embedder : IDisposable
{
    /// <summary>Rows of a batch. A model runs on just as many, so a row's vector does not depend on how the reading is cut.</summary>
    public const int BatchRows = 256;

    /// <summary>The model's output that is compared.</summary>
    public const string Output = "embedding";

    private readonly IReadOnlyList<FeatureInput> inputs;
    private readonly ModelSession? session;

    private Embedder(IReadOnlyList<VectorColumn> columns, int width, IReadOnlyList<FeatureInput> inputs, ModelSession? session) =>
        (Columns, Width, this.inputs, this.session) = (columns, width, inputs, session);

    /// <summary>The columns to read.</summary>
    public IReadOnlyList<VectorColumn> Columns { get; }

    /// <summary>Elements of a vector.</summary>
    public int Width { get; }

    /// <summary>Takes the vectors of a column.</summary>
    public static Embedder OfColumn(VectorColumn column) => new([column], column.Width, [], null);

    /// <summary>Takes what a model makes of its input columns.</summary>
    /// <exception cref="DataException">The model has no usable <c>embedding</c> output.</exception>
    public static Embedder OfModel(ModelPackage package, IReadOnlyList<FeatureInput> inputs)
    {
        var model = WithoutDropout(package);
        var shapes = ShapeProbe.Shapes(model, inputs.ToDictionary(i => i.Name, i => i.Dims.ToArray()));
        if (shapes[Output] is not [-1, > 0])
        {
            throw new DataException($"{package.Path}: output '{Output}' has shape [{string.Join(", ", shapes[Output])}], expected [-1 (the batch), width]: export one vector per row");
        }
        return new Embedder([.. inputs.SelectMany(i => i.Columns).Distinct()], (int)shapes[Output][1], inputs, new ModelSession(model));
    }

    /// <summary>Buffers for one thread.</summary>
    public EmbedderRun NewRun() => session is null ? new EmbedderRun(Columns, [], null, null) : ModelRun(session);

    /// <inheritdoc/>
    public void Dispose() => session?.Dispose();

    private EmbedderRun ModelRun(ModelSession session)
    {
        var buffers = inputs.Select(i => TensorBuffer.Floats([BatchRows, .. i.Dims.Skip(1)])).ToArray();
        var output = TensorBuffer.Floats(BatchRows, Width);
        var run = session.Bind(
            inputs.Zip(buffers).ToDictionary(p => p.First.Name, p => p.Second),
            new Dictionary<string, TensorBuffer> { [Output] = output });
        return new EmbedderRun(Columns, [.. inputs.Zip(buffers)], output, run);
    }

    private static ModelProto WithoutDropout(ModelPackage package)
    {
        StochasticModel.RequireFixedBatchNormalisation(package);
        var model = DropoutSwitch.Off(package.Model);
        var output = model.Graph.Output.FirstOrDefault(o => o.Name == Output)
            ?? throw new DataException($"{package.Path} has outputs {string.Join(", ", model.Graph.Output.Select(o => o.Name))}, expected one named '{Output}': publish the model with ParquetPool's trainer, export it with that output, or compare a column with --column");
        model.Graph.Output.Clear();
        model.Graph.Output.Add(output);
        return model;
    }
}
