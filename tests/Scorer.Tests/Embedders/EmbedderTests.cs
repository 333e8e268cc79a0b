using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Scorer.Embedders;
using ParquetPool.Scorer.Models;
using ParquetPool.Scorer.Tests.Audits;
using ParquetPool.Scorer.Tests.Neighbours;
using ParquetPool.ShardRows;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Scorer.Tests.Embedders;

public sealed class EmbedderTests : IDisposable
{
    private const int Width = 6;
    private const int Units = 4;
    private static readonly CancellationToken Stopping = TestContext.Current.CancellationToken;
    private readonly AuditFolder folder = new();

    private HashSet<string> blank = [];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_model_is_compared_by_its_embedding_with_dropout_off()
    {
        var weights = Corpora.Random(Width, Units, 9);
        WriteSplits(v => v);
        var summary = await AuditFolder.RunAsync(folder.Options with { Vectors = new() { Model = WriteModel("embedding", weights) }, Pairs = new() { Neighbours = 2 } }, Stopping);
        var byModel = Nearest();
        summary.TestTrain.ListedExact.Should().Be(1);

        WriteSplits(v => Embedding(v, weights));
        await AuditFolder.RunAsync(folder.Options with { Pairs = new() { Neighbours = 2 } }, Stopping);
        byModel.Should().Equal(Nearest().Where(pair => !blank.Contains(pair.Split(' ')[0])), "rows that are blank themselves are copies of each other, those that a model makes so are none");
    }

    [Fact]
    public async Task A_row_whose_embedding_is_zero_is_rejected()
    {
        folder.Write("train", "a", [("t0", [1, 1], null), ("t1", [-1, -1], null)]);
        folder.Write("test", "a", [("q", [1, 2], null)]);
        var summary = await AuditFolder.RunAsync(folder.Options with { Vectors = new() { Model = WriteModel("embedding", [[1], [1]]) } }, Stopping);
        summary.Rejected.Should().Be(1);
        folder.Rows("rejects.parquet", "id", "reason").Should().Equal(("t1", "zero vector"));
    }

    [Fact]
    public async Task A_model_without_an_embedding_is_refused()
    {
        WriteSplits(v => v);
        var run = () => AuditFolder.RunAsync(folder.Options with { Vectors = new() { Model = WriteModel("hidden", Corpora.Random(Width, Units, 9)) } }, Stopping);
        await run.Should().ThrowAsync<DataException>().WithMessage("*outputs logits, hidden*expected one named 'embedding'*");
    }

    [Fact]
    public void A_model_that_takes_bytes_is_not_given_parts_of_one()
    {
        var model = TestModels.Open((w, x, _) => w.Graph.Output(w.Graph.Op("Cast", [x], Attributes.Int("to", (long)DataType.Float)), "embedding", DataType.Float, -1, 2), input: DataType.Uint8, width: 2);
        using var embedder = Embedder.OfModel(model, FeatureInput.Declared(model));
        using var run = embedder.NewRun();
        var batch = new RowBatch(new RowSchema([.. embedder.Columns]), Embedder.BatchRows) { Count = 2 };
        (batch.Ids[0], batch.Ids[1]) = ("a", "b");
        float[] numbers = [0, 255, 1, 0.5f];
        numbers.CopyTo(batch.Vectors[0], 0);

        run.Invoking(r => r.Embed(batch)).Should().Throw<DataException>().WithMessage("row b: column features holds 0.5, input 'features' of the model takes whole numbers from 0 to 255*");
        batch.Vectors[0][3] = 7;
        run.Embed(batch);
        run.VectorsOf(batch)[..4].ToArray().Should().Equal(0, 255, 1, 7);
    }

    private List<string> Nearest() => [.. folder.Pairs().Select(p => $"{p["test_id"]} {p["train_id"]} {p["rank"]}").Order(StringComparer.Ordinal)];

    private void WriteSplits(Func<float[], float[]> map)
    {
        var (train, test) = (Corpora.Random(300, Width, 1), Corpora.Random(40, Width, 2));
        test[5] = train[8];
        blank = [.. test.Index().Where(row => map(row.Item).All(value => value == 0)).Select(row => $"q{row.Index}")];
        folder.Write("train", "a", [.. train.Select((v, i) => ($"t{i}", map(v), (string?)null))]);
        folder.Write("test", "a", [.. test.Select((v, i) => ($"q{i}", map(v), (string?)null))]);
    }

    private static float[] Embedding(float[] vector, float[][] weights) =>
        [.. Enumerable.Range(0, weights[0].Length).Select(unit => MathF.Max(0, vector.Zip(weights, (v, w) => v * w[unit]).Sum()))];

    /// <summary>features → active dropout → dense → ReLU, and a head that the audit must not need.</summary>
    private string WriteModel(string embedding, float[][] weights)
    {
        var graph = new GraphBuilder("model");
        var input = graph.Input("features", DataType.Float, -1, weights.Length);
        var training = graph.Op("Greater", [graph.Op("Size", [input]), graph.Constant(Tensors.Int64("never", [-1]))]);
        var dropped = graph.Op("Dropout", [input, graph.Scalar(0.5f), training]);
        var dense = graph.Op("MatMul", [dropped, graph.Constant("weights", [.. weights.SelectMany(w => w)], weights.Length, weights[0].Length)]);
        var hidden = graph.Op("Relu", [dense]);
        graph.Output(graph.Op("Dropout", [hidden, graph.Scalar(0.5f), training]), "logits", DataType.Float, -1, weights[0].Length);
        graph.Output(hidden, embedding, DataType.Float, -1, weights[0].Length);
        var path = folder.PathOf(embedding + ".onnx");
        File.WriteAllBytes(path, ModelFile.ToBytes(graph.Model));
        return path;
    }
}
