using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Models;
using ParquetPool.Scorer.Outputs;
using ParquetPool.Sessions;
using ParquetPool.ShardRows;

namespace ParquetPool.Scorer.Embedders;

/// <summary>Takes a model's <c>embedding</c> output with dropout off.</summary>
internal sealed class ModelEmbedder : Embedder
{
    private const long MostNumbers = 1 << 24; // of a value of the graph: 64 MiB

    private readonly IReadOnlyList<FeatureInput> inputs;
    private readonly ModelSession session;
    private readonly int pieceRows; // rows of one run of the session

    private ModelEmbedder(IReadOnlyList<FeatureInput> inputs, int width, ModelSession session, int pieceRows)
        : base([.. inputs.SelectMany(i => i.Columns).Distinct()], width) => (this.inputs, this.session, this.pieceRows) = (inputs, session, pieceRows);

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
        var embedder = new ModelEmbedder(inputs, (int)shapes[Output][1], new ModelSession(model), PieceRows(shapes));
        embedder.RequireIndependence(new ModelGraph(model, shapes), package);
        return embedder;
    }

    /// <summary>Proves that a row's vector is its own.</summary>
    private void RequireIndependence(ModelGraph graph, ModelPackage package)
    {
        using var run = (Run)NewRun();
        var proof = new RowProof(pieceRows, [.. inputs.Select(i => (i.Width, TokenInputs.Count(package, i.Name)))], run.InputOf, run.Compute, run.RowOf);
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
        var bound = new List<TensorBuffer>();
        BoundRun[] pieces = [.. Enumerable.Range(0, BatchRows / pieceRows).Select(piece => session.Bind(
            inputs.Zip(buffers).ToDictionary(p => p.First.Name, p => Part(p.Second, piece)), new Dictionary<string, TensorBuffer> { [Output] = Part(output, piece) }))];
        return new Run([.. inputs.Zip(buffers)], output, pieces, bound);

        TensorBuffer Part(TensorBuffer whole, int piece)
        {
            long[] dims = [pieceRows, .. whole.Dims.Skip(1)];
            var numbers = (int)dims.Aggregate(1L, (a, d) => a * d);
            bound.Add(TensorBuffer.Over(whole.Memory.Slice(piece * numbers, numbers), dims));
            return bound[^1];
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => session.Dispose();

    /// <summary>A whole batch where its widest value is not too large, else the largest power of two for which it is not.</summary>
    private static int PieceRows(IReadOnlyDictionary<string, long[]> shapes)
    {
        var widest = shapes.Values.Where(shape => shape is [-1, ..]).Max(shape => shape.Skip(1).Aggregate(1L, (a, d) => a * Math.Abs(d)));
        var rows = BatchRows;
        while (rows > 1 && rows * widest > MostNumbers)
        {
            rows /= 2;
        }
        return rows;
    }

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

    private sealed class Run(IReadOnlyList<(FeatureInput Input, TensorBuffer Buffer)> inputs, TensorBuffer output, BoundRun[] pieces, IReadOnlyList<TensorBuffer> parts) : EmbedderRun
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
                        var numbers = source.AsSpan(row * column.Width, column.Width);
                        Require(batch, row, numbers, input, column);
                        numbers.CopyTo(target[((row * input.Width) + offset)..]);
                    }
                    offset += column.Width;
                }
                target[(batch.Count * input.Width)..].Clear();
            }
            foreach (var piece in pieces.Take(((batch.Count - 1) / (BatchRows / pieces.Length)) + 1))
            {
                piece.Run();
            }
        }

        /// <summary>Requires what the input takes, of rows of a pool: copies that were altered have no ids.</summary>
        private static void Require(RowBatch batch, int row, ReadOnlySpan<float> numbers, FeatureInput input, VectorColumn column)
        {
            if (input.Range is var (least, most) && batch.Ids[row] is { Length: > 0 } id && batch.Faults[row] == RowFaults.None && FeatureInput.FirstOutside(numbers, least, most) is { } odd)
            {
                throw new DataException(FormattableString.Invariant($"row {id}: column {column.Name} holds {odd}, input '{input.Name}' of the model takes whole numbers from {least} to {most}: name another column with --features, or write it so"));
            }
        }

        public Span<float> InputOf(int index) => inputs[index].Buffer.Span;

        /// <summary>Of the first piece: each is a run of its own.</summary>
        public void Compute() => pieces[0].Run();

        public float[] RowOf(int row) => output.Span.Slice(row * (int)output.Dims[1], (int)output.Dims[1]).ToArray();

        public override ReadOnlySpan<float> VectorsOf(RowBatch batch) => output.Span;

        public override void Dispose()
        {
            Array.ForEach(pieces, piece => piece.Dispose());
            foreach (var part in parts)
            {
                part.Dispose();
            }
            output.Dispose();
            foreach (var (_, buffer) in inputs)
            {
                buffer.Dispose();
            }
        }
    }
}
