using System.CommandLine;
using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Models;
using ParquetPool.Scorer.Scoring;
using ParquetPool.Scorer.Showing;
using ParquetPool.Shards;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Scorer.Tests.Models;

public sealed class TokenMasksTests : IDisposable
{
    private const int Passes = 3;
    private static readonly float[][] Rows = [[3, 4, 5], [6, 0, 0], [7, 8, 0]];
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void AClassifierOfTextsIsScoredOnItsTokenIdsAloneAsOnAColumnForEachInput()
    {
        var told = new List<string>();

        var (fed, features) = TokenMasks.Fed(Model(10), Pool(tokens: 10), [], told.Add);

        features.Should().Equal("tokens");
        Logits(fed, FeatureInput.Bind(fed, Pool(tokens: 10), features), Rows).Should().Equal(
            Logits(Model(10), FeatureInput.Declared(Model(10, places: 3)), Rows, [[1, 1, 1], [1, 0, 0], [1, 1, 0]], [[0, 0, 0], [0, 0, 0], [0, 0, 0]]));
        told.Should().Equal("input 'input_ids' is given column tokens, ids of made, so the model must have learnt from such ids; attention_mask is 0 where an id is 0, padding and token_type_ids is 0, one segment");
    }

    [Fact]
    public void IdsOfMoreTokensThanTheModelKnowsAreRefused() =>
        FluentActions.Invoking(() => TokenMasks.Fed(Model(10), Pool(tokens: 11), [])).Should().Throw<DataException>().WithMessage("column tokens has ids of 11 tokens (made), * knows 10: *'trainer import --texts FILE --tokens tokenizer.json'");

    [Fact]
    public async Task RowsThatSuchAModelScoredAreShownThoughItsEmbeddingNeedsInputsThatNoColumnHolds()
    {
        var pool = Pool(tokens: 10)[0].Path;
        File.WriteAllBytes(folder.File("model.onnx"), ModelFile.ToBytes(Graph(10, places: -2)));

        (await CommandHost.InvokeAsync(new RootCommand { ScoreCommand.Create() }, ["score", "--model", folder.File("model.onnx"), "--pool", pool, "--out", folder.File("scored"), "--passes", "2", "--quiet"])).Should().Be(ExitCode.Success);
        (await CommandHost.InvokeAsync(new RootCommand { ShowCommand.Create() }, ["show", "--rows", folder.File("scored/ranked.csv"), "--pool", pool, "--out", folder.File("page"), "--quiet"])).Should().Be(ExitCode.Success);
    }

    private static ModelPackage Model(int vocabulary, int places = -2) => ModelPackage.Ready("test.onnx", Graph(vocabulary, places), "", null);

    private static ModelProto Graph(int vocabulary, int places)
    {
        var weights = new TestModels.Weights(GraphBuilder.Opset);
        var g = weights.Graph;
        string[] inputs = [.. new[] { "input_ids", "attention_mask", "token_type_ids" }.Select(name => g.Input(name, DataType.Int64, -1, places))];
        string Float(string value) => g.Op("Cast", [value], Attributes.Int("to", (long)DataType.Float));
        var table = g.Constant("table", Enumerable.Range(0, vocabulary * 2).Select(i => (float)Math.Sin(i)).ToArray(), vocabulary, 2);
        var states = g.Op("Mul", [g.Op("Gather", [table, inputs[0]]), g.Op("Unsqueeze", [Float(inputs[1]), g.Ints(-1)])]);
        var vector = g.Op("ReduceSum", [g.Op("Add", [states, g.Op("Unsqueeze", [Float(inputs[2]), g.Ints(-1)])]), g.Ints(1)], Attributes.Int("keepdims", 0));
        var active = g.Op("Greater", [g.Op("Size", [vector]), g.Constant(Tensors.Int64("never", [-1]))]);
        g.Output(weights.Dense(g.Op("Dropout", [vector, g.Scalar(0.5f), active]), 2, 3), "logits", DataType.Float, -1, 3);
        g.Output(vector, "embedding", DataType.Float, -1, 2);
        return g.Model;
    }

    private static float[] Logits(ModelPackage package, IReadOnlyList<FeatureInput> inputs, params float[][][] given)
    {
        using var committee = Committee.Compile(package, inputs, Passes, seed: 1);
        using var run = committee.NewRun();
        foreach (var (at, rows) in given.Index())
        {
            rows.SelectMany(row => row).ToArray().CopyTo(run.Input(at));
        }
        run.Run();
        var logits = new float[Passes * Rows.Length * committee.Classes];
        for (var i = 0; i < Passes * Rows.Length; i++)
        {
            run.CopyLogits(i / Rows.Length, i % Rows.Length, logits.AsSpan(i * committee.Classes, committee.Classes));
        }
        return logits;
    }

    private ShardSet Pool(int tokens)
    {
        var facts = new TokenColumn("made", "0", tokens, Padding: 0).In(PoolFacts.None, "tokens");
        var path = folder.File($"{tokens}.parquet");
        using (var writer = new ShardWriter(path, [new("id", ShardType.Text), new("tokens", ShardType.FloatList, 3)], facts.In(new Provenance("test"))))
        {
            writer.Write(Rows.Length, Rows.Select((_, row) => $"r{row}").ToArray(), Rows.SelectMany(row => row).ToArray());
            writer.Complete();
        }
        return ShardSet.Resolve([path]);
    }
}
