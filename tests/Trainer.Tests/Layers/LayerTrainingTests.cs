using ParquetPool.Engine;
using ParquetPool.Graphs;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Publishing;
using ParquetPool.Trainer.Tests.Training;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Tests.Layers;

/// <summary>Each kind of layer learns what it is for, and what is published is what was trained.</summary>
public class LayerTrainingTests
{
    private const int Steps = 8;
    private const string Tokens = """{ "type": "embedding", "tokens": 8, "width": 16, "padding": 0 }, { "type": "lockedDropout", "rate": 0.1 }""";

    [Theory]
    [InlineData(Tokens + """, { "type": "lstm", "units": 24, "dropout": 0.2 }""")]
    [InlineData(Tokens + """, { "type": "gru", "units": 16, "bidirectional": true, "dropout": 0.2 }""")]
    [InlineData("""
        { "type": "embedding", "tokens": 8, "width": 16, "padding": 0 }, { "type": "positions" },
        { "type": "residual", "layers": [ { "type": "layerNorm" }, { "type": "attention", "heads": 4, "dropout": 0.1 } ] },
        { "type": "residual", "layers": [ { "type": "layerNorm" }, { "type": "dense", "units": 32, "activation": "gelu", "dropout": 0.1 }, { "type": "dense", "units": 16, "activation": "none" } ] },
        { "type": "residual", "layers": [ { "type": "layerNorm" }, { "type": "attention", "heads": 2, "dropout": 0.1 } ] },
        { "type": "layerNorm" }, { "type": "poolSequence", "kind": "max" }
        """)]
    public void What_came_first_is_learnt_from_token_ids(string layers)
    {
        var trained = Train(Order(500), layers, epochs: 30, rate: 1e-2f);

        trained.Best.HoldoutAccuracy.Should().BeGreaterThan(0.93);
        trained.History[^1].TrainLoss.Should().BeLessThan(trained.History[0].TrainLoss / 2);
    }

    [Theory]
    [InlineData("""
        { "type": "conv", "channels": 16 }, { "type": "conv", "channels": 16, "groups": 4, "batchNorm": true }, { "type": "channelDropout", "rate": 0.1 },
        { "type": "conv", "channels": 32, "groups": 16 }, { "type": "pool", "size": 2 }, { "type": "flatten" }, { "type": "dense", "units": 24, "activation": "silu", "dropout": 0.3 }
        """)]
    [InlineData("""
        { "type": "conv", "channels": 16, "stride": 2 }, { "type": "convTranspose", "channels": 8, "groups": 2, "activation": "gelu" }, { "type": "groupNorm", "groups": 2 },
        { "type": "residual", "layers": [ { "type": "conv", "channels": 8 }, { "type": "channelDropout", "rate": 0.1 }, { "type": "conv", "channels": 8, "activation": "none" } ] },
        { "type": "residual", "layers": [ { "type": "conv", "channels": 16, "stride": 2 } ], "shortcut": [ { "type": "pool", "size": 2, "kind": "average" }, { "type": "conv", "channels": 16, "kernel": 1 } ] },
        { "type": "flatten" }, { "type": "dropout", "rate": 0.3 }
        """)]
    [InlineData("""{ "type": "sequence" }, { "type": "dense", "units": 12, "activation": "gelu" }, { "type": "positions" }, { "type": "attention", "heads": 3, "dropout": 0.1 }, { "type": "flatten" }, { "type": "dropout", "rate": 0.3 }""")]
    public void Classes_that_lie_apart_are_learnt_from_images(string layers)
    {
        var trained = Train(Blobs.Set(200), layers, epochs: 12, rate: 5e-3f, image: "[1, 4, 4]");

        trained.Best.HoldoutAccuracy.Should().BeGreaterThan(0.9);
        trained.History[^1].TrainLoss.Should().BeLessThan(trained.History[0].TrainLoss / 2);
    }

    [Fact]
    public void The_preset_for_token_ids_trains_and_the_same_seed_gives_the_same_bytes()
    {
        TrainedNetwork Trained() => TrainRun.Execute(Order(100), new TrainOptions { Network = NetworkSpec.Load("sequence"), Epochs = 1 });

        var trained = Trained();

        ModelCheck.Run(ModelFile.ToBytes(trained.Network.Forward), trained).Difference.Should().BeLessThan(1e-4);
        ModelFile.ToBytes(Trained().Network.Forward).Should().Equal(ModelFile.ToBytes(trained.Network.Forward));
    }

    /// <summary>Trains, and checks what would be published as a round is.</summary>
    private static TrainedNetwork Train(TrainingSet set, string layers, int epochs, float rate, string? image = null)
    {
        var json = $$"""{ {{(image is null ? "" : $"\"image\": {image},")}} "layers": [ {{layers}} ] }""";
        var trained = TrainRun.Execute(set, new TrainOptions { Network = NetworkSpec.Parse(json, "test.json"), Epochs = epochs, Steps = new() { LearningRate = rate, BatchRows = 32 } });
        ModelCheck.Run(ModelFile.ToBytes(trained.Network.Forward), trained);
        return trained;
    }

    /// <summary>Rows of ids, filled up with 0, whose class is which of ids 1 and 2 comes first.</summary>
    private static TrainingSet Order(int rows) => TrainingSet.Of([new VectorColumn("features", Steps)], Enumerable.Range(0, rows).Select(Row), 0.25);

    private static (string Id, float[] Features, string Label) Row(int row)
    {
        var random = new Random(row);
        var (length, first) = (random.Next(4, Steps + 1), random.Next(1, 3));
        float[] ids = [.. Enumerable.Range(0, Steps).Select(step => step < length ? (float)random.Next(3, 8) : 0)];
        var early = random.Next(0, length - 1);
        ids[early] = first;
        ids[random.Next(early + 1, length)] = 3 - first;
        return ($"row-{row:D4}", ids, $"{first} first");
    }
}
