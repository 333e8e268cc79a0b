using ParquetPool.Columns;
using ParquetPool.Contract;
using ParquetPool.Decoding;
using ParquetPool.Encoders;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Scorer.Audits;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Models;
using ParquetPool.Shards;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Scorer.Tests.Models;

public sealed class MadeInputsTests : IDisposable
{
    private const string Said = """{ "size": 2, "mean": [0.5, 0.25, 0], "std": [0.5, 1, 2] }""";
    private static readonly byte[] Bytes = [0, 51, 102, 255, 10, 20, 30, 40, 200, 100, 50, 25];
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AClassifierOfPicturesIsGivenThemAsTheFileBesideItSays(bool channelsLast)
    {
        var (model, told) = (Model(channelsLast), new List<string>());

        var (fed, features) = MadeInputs.Fed(model, Pool("""{"size": 2}"""), [], told.Add);

        features.Should().Equal("pixels");
        fed.Around.Should().NotBeEmpty("another encoder.json gives other scores");
        var (mean, std) = (new[] { 0.5f, 0.25f, 0 }, new[] { 0.5f, 1, 2 });
        var prepared = Enumerable.Range(0, Bytes.Length).Select(i => ((Bytes[i] / 255f) - mean[i / 4]) / std[i / 4]).ToArray();
        var given = channelsLast ? [.. Enumerable.Range(0, Bytes.Length).Select(i => prepared[(i % 3 * 4) + (i / 3)])] : prepared;
        Logits(fed, FeatureInput.Bind(fed, Pool("""{"size": 2}"""), features), Array.ConvertAll(Bytes, b => (float)b))
            .Should().BeEquivalentTo(Logits(model, FeatureInput.Declared(model), given), o => o.WithStrictOrdering().Using<float>(c => c.Subject.Should().BeApproximately(c.Expectation, 1e-5f)).WhenTypeIs<float>());
        told.Should().ContainSingle().Which.Should().Match("pictures become the model's input as *encoder.json says: 3 x 2 x 2 (rgb, cover, bilinear)");
    }

    [Fact]
    public void WhatHuggingFaceLaysBesideAModelSaysItToo()
    {
        var model = Model(channelsLast: false);
        File.Delete(folder.File("model", "encoder.json"));
        PictureClassifier.OnPixels(model).Should().BeNull();

        File.WriteAllText(folder.File("model", "preprocessor_config.json"), """{ "do_resize": true, "size": { "height": 2, "width": 2 }, "resample": 3, "do_normalize": true, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5] }""");

        PictureClassifier.OnPixels(model)!.Value.Pixels.ToString().Should().Be("3 x 2 x 2 (rgb, stretch, bicubic)");
    }

    [Fact]
    public void PicturesThatWereMadeOtherwiseAreRefused() =>
        FluentActions.Invoking(() => MadeInputs.Fed(Model(channelsLast: false), Pool("""{"size": 2, "channels": "bgr"}"""), [])).Should().Throw<DataException>().WithMessage("column pixels was made of pictures as *Bgr*encoder.json says *Rgb*");

    [Fact]
    public void NamedColumnsAndPoolsWithoutBytesAreLeftAlone()
    {
        var model = Model(channelsLast: false);

        MadeInputs.Fed(model, Pool("""{"size": 2}"""), ["pixels"]).Package.Should().BeSameAs(model);
    }

    [Fact]
    public void AnAuditSaysHowSuchAModelIsGivenToIt()
    {
        var path = folder.File("model", "classifier.onnx");
        File.WriteAllBytes(path, ModelFile.ToBytes(Model(channelsLast: false).Model));

        FluentActions.Invoking(() => EmbedderChoice.Open(new([], [], "") { Vectors = new() { Model = path } }, [Pool("""{"size": 4}""")], default))
            .Should().Throw<DataException>().WithMessage($"{path} takes pictures, as a file beside it says, and the pool has no column of its input: give it as --encoder {path}, without --model");
    }

    private ModelPackage Model(bool channelsLast)
    {
        var weights = new TestModels.Weights(GraphBuilder.Opset);
        var g = weights.Graph;
        long[] dims = channelsLast ? [-1, 2, 2, 3] : [-1, 3, 2, 2];
        var x = g.Op("Flatten", [g.Input("pixel_values", DataType.Float, dims)]);
        var active = g.Op("Greater", [g.Op("Size", [x]), g.Constant(Tensors.Int64("never", [-1]))]);
        g.Output(weights.Dense(g.Op("Dropout", [weights.Dense(x, 12, 8), g.Scalar(0.5f), active]), 8, 3), "logits", DataType.Float, -1, 3);
        File.WriteAllText(folder.File("model", "encoder.json"), Said);
        return ModelPackage.Ready(folder.File("model", "classifier.onnx"), g.Model, "", null);
    }

    private static float[] Logits(ModelPackage package, IReadOnlyList<FeatureInput> inputs, float[] row)
    {
        using var committee = Committee.Compile(package, inputs, 3, seed: 1);
        using var run = committee.NewRun();
        row.CopyTo(run.Input(0));
        run.Run();
        var logits = new float[3 * committee.Classes];
        for (var member = 0; member < 3; member++)
        {
            run.CopyLogits(member, 0, logits.AsSpan(member * committee.Classes, committee.Classes));
        }
        return logits;
    }

    private ShardSet Pool(string encoder)
    {
        var bgr = encoder.Contains("bgr", StringComparison.Ordinal);
        var pixels = new PixelSpec(2, null, PictureFit.Cover, ResampleFilter.Bilinear, bgr ? ChannelOrder.Bgr : ChannelOrder.Rgb);
        var path = folder.File($"{(bgr ? "bgr" : "rgb")}.parquet");
        if (!File.Exists(path))
        {
            using var writer = new ShardWriter(path, [new("id", ShardType.Text), new("pixels", ShardType.FloatList, 12)], new Provenance("test").With("pixels.pixels", pixels.ToJson()));
            writer.Write(1, new[] { "a" }, Array.ConvertAll(Bytes, b => (float)b));
            writer.Complete();
        }
        return ShardSet.Resolve([path]);
    }
}
