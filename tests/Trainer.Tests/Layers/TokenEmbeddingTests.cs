using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Tests.Committees;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Tests.Layers;

public class TokenEmbeddingTests
{
    private static readonly Network Ids = LayerFixture.Build("""{ "type": "embedding", "tokens": 5, "width": 2 }, { "type": "flatten" }, { "type": "dense", "units": 6 }""", 3);

    [Fact]
    public void An_id_becomes_its_vector()
    {
        var network = LayerFixture.With(LayerFixture.Build("""{ "type": "embedding", "tokens": 5, "width": 2 }, { "type": "flatten" }""", 3), "embedding_table", [.. Enumerable.Range(0, 10).Select(i => (float)i)]);

        LayerFixture.Embedding(network, 4, 0, 1).Should().Equal(8, 9, 0, 1, 2, 3);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(-1)]
    [InlineData(2.5)]
    [InlineData(1e9)]
    public void In_the_graph_a_row_with_a_number_that_is_no_id_is_NaN_and_the_others_are_what_they_were(float number)
    {
        float[] Output(string name, float third) => LayerFixture.Run(DropoutSwitch.Off(Ids.Forward), Ids, [1, 2, 3, 4, 0, third, 2, 2, 2])[name].Values;

        foreach (var (name, width) in new[] { (Network.Logits, 3), (Network.Embedding, 6) })
        {
            var (good, bad) = (Output(name, 3), Output(name, number));
            bad[width..(2 * width)].Should().OnlyContain(v => float.IsNaN(v));
            bad[..width].Should().Equal(good[..width]);
            bad[(2 * width)..].Should().Equal(good[(2 * width)..]);
        }
    }

    [Theory]
    [InlineData("""{ "type": "poolSequence" }, { "type": "dense", "units": 6 }""", true)]
    [InlineData("""{ "type": "lockedDropout", "rate": 0.3 }, { "type": "lstm", "units": 6 }""", false)]
    public void In_the_committee_too(string layers, bool onUnits)
    {
        var network = LayerFixture.Build($$"""{ "type": "embedding", "tokens": 5, "width": 2 }, {{layers}}""", 3);
        var package = new ModelPackage("test.onnx", network.Forward, "", null);
        using var committee = Committee.Compile(package, MaskedModel.Inputs(package), 4, seed: 1);
        using var run = committee.NewRun();
        run.Input(0).Fill(2);
        run.Input(0)[3 * 3] = 5;
        run.Run();

        committee.Plan.OnUnits.Should().Be(onUnits);
        for (var member = 0; member < 4; member++)
        {
            MaskedModel.Logits(run, committee, member).Chunk(3).Index().Should().OnlyContain(row => row.Item.All(float.IsNaN) == (row.Index == 3) && row.Item.Any(float.IsNaN) == (row.Index == 3));
        }
    }

    [Theory]
    [InlineData(5, "row 'b' holds 5 as a token id, expected whole numbers from 0 to 4*\"tokens\"*")]
    [InlineData(-1, "*holds -1*")]
    [InlineData(2.5, "*holds 2.5*")]
    public void Training_refuses_it_by_name(float number, string message)
    {
        var set = new TrainingSet([new VectorColumn("features", 3)], ["x", "y"], [new LabelledRow("a", [0, 1, 4], 0)], [new LabelledRow("b", [0, 1, number], 1)]);

        FluentActions.Invoking(() => TokenIds.Require(Ids, set)).Should().Throw<DataException>().WithMessage(message);
    }
}
