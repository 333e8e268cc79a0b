using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Publishing;
using ParquetPool.Trainer.Tests.Training;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;
using ParquetPool.Trainer.Transfer;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Tests.Transfer;

public class TransferNetworkTests
{
    private const int Side = 12;

    [Fact]
    public void A_new_head_takes_the_place_of_a_classifiers_own()
    {
        var network = Build(new TransferSpec(GivenModels.Vectors(Blobs.Width)), Blobs.Columns);

        network.EmbeddingWidth.Should().Be(12, "that is what the last dense layer took");
        network.Given.Should().Equal("body.weight", "body.bias");
        network.Forward.Graph.Initializer.Select(t => t.Name).Should().Contain("mean").And.NotContain("fc.weight", "nothing reads the old head");
        network.Remembered.Should().BeEmpty("the body learns");
    }

    [Fact]
    public void A_given_model_learns_with_its_head_and_is_published_as_any_other()
    {
        var trained = Train(new TransferSpec(GivenModels.Vectors(Blobs.Width)), Blobs.Set(200));

        trained.Best.HoldoutAccuracy.Should().BeGreaterThan(0.95);
        Checking(trained).Should().NotThrow();
        Values(trained, "mean").Should().Equal(Values(GivenModels.Vectors(Blobs.Width).Model, "mean"), "what is taken off is no weight");
        Values(trained, "body.weight").Should().NotEqual(Values(GivenModels.Vectors(Blobs.Width).Model, "body.weight"));
    }

    [Fact]
    public void Frozen_parameters_keep_their_bits_and_what_they_give_is_remembered_without_changing_a_result()
    {
        var set = Pictures(60);
        var spec = new TransferSpec(GivenModels.Pictures(Side)) { Freeze = ["layer1*", "bn*"] };
        var network = Build(spec, set.Columns);
        network.Given.Should().Equal("layer2.weight");
        network.Remembered.Should().ContainSingle();

        var (remembering, computing) = (Logits(network, set), Logits(network with { Remembered = [] }, set));

        remembering.Logits.Should().Equal(computing.Logits);
        remembering.Weights["layer2.weight"].Should().Equal(computing.Weights["layer2.weight"]);
        remembering.Weights.Keys.Should().NotContain(["layer1.weight", "bn.scale", "bn.mean"]);
    }

    [Fact]
    public void Of_a_frozen_part_only_numbers_of_rows_are_remembered_masks_and_shapes_are_computed_again()
    {
        const int width = 3 * Side * Side;
        var g = new GraphBuilder("given");
        var x = g.Input("data", DataType.Float, -1, width);
        var first = g.Op("MatMul", [x, g.Constant("first", [.. Enumerable.Range(0, width * 16).Select(i => MathF.Sin(i))], width, 16)]);
        var mask = g.Op("Greater", [first, g.Constant("zero", [0])]);
        var buffer = g.Op("MatMul", [g.Constant("left", [.. Enumerable.Repeat(0.5f, 16 * 16)], 16, 16), g.Constant("right", [.. Enumerable.Repeat(0.5f, 16 * 16)], 16, 16)]);
        var second = g.Op("MatMul", [g.Op("Add", [first, g.Op("ReduceMean", [buffer, g.Ints(0)], Attributes.Int("keepdims", 1))]), g.Constant("second", [.. Enumerable.Range(0, 256).Select(i => MathF.Cos(i))], 16, 16)]);
        var kept = g.Op("Where", [mask, second, g.Constant("low", [-1])]);
        g.Output(g.Op("Reshape", [g.Op("MatMul", [kept, buffer]), g.Op("Shape", [first])]), "embedding", DataType.Float, -1, 16);
        var set = Pictures(60);
        var network = Build(new TransferSpec(GivenModels.Package(g.Model)) { Freeze = ["first", "left", "right"] }, set.Columns);
        network.Remembered.Should().NotContain(name => name == buffer);

        Logits(network, set).Logits.Should().Equal(Logits(network with { Remembered = [] }, set).Logits);
    }

    [Fact]
    public void Pictures_kept_as_rows_columns_channels_are_not_scrambled()
    {
        VectorColumn[] Columns(string? shape) => [new("picture", 3 * Side * Side) { Shape = shape }];

        Building(new TransferSpec(GivenModels.Pictures(Side)), Columns($"{Side}x{Side}x3")).Should().Throw<DataException>().WithMessage("column picture holds lists of 12x12x3 numbers, the model's input 'image' takes 3x12x12*");
        Building(new TransferSpec(GivenModels.Pictures(Side)), Columns($"3x{Side}x{Side}")).Should().NotThrow();
        Building(new TransferSpec(GivenModels.Pictures(Side)), Columns(null)).Should().NotThrow();
    }

    [Fact]
    public void A_models_own_parameters_may_learn_more_slowly()
    {
        float Moved(float rate) =>
            Values(Train(new TransferSpec(GivenModels.Vectors(Blobs.Width)) { Rate = rate }, Blobs.Set(60), epochs: 1), "body.weight")
                .Zip(Values(GivenModels.Vectors(Blobs.Width).Model, "body.weight"), (a, b) => Math.Abs(a - b)).Max();

        Moved(1e-5f).Should().BeLessThan(Moved(1e-2f) / 100).And.BePositive();
    }

    [Fact]
    public void A_model_that_cannot_be_made_to_take_any_number_of_rows_is_refused_with_the_node()
    {
        var g = new GraphBuilder("given");
        var x = g.Input("data", DataType.Float, 1, Blobs.Width);
        var first = g.Op("Gather", [g.Op("Relu", [x]), g.Ints(0)], Attributes.Int("axis", 0));
        g.Output(g.Op("Add", [x, first]), "sums", DataType.Float, 1, Blobs.Width);

        Building(new TransferSpec(GivenModels.Package(g.Model)), Blobs.Columns).Should().Throw<DataException>()
            .WithMessage("given.onnx was exported for 1 row at a time and cannot be made to take any number: the operator Gather (node 'Gather') leaves no place for more: export it*");
    }

    [Fact]
    public void Small_grey_pictures_are_enlarged_to_what_a_model_of_colour_pictures_takes()
    {
        var trained = Train(new TransferSpec(GivenModels.Pictures(Side)) { Freeze = ["*"] }, Pictures(40, side: 6, channels: 1), epochs: 2);

        trained.Network.EmbeddingWidth.Should().Be(6);
        Checking(trained).Should().NotThrow();
    }

    [Fact]
    public void Tokens_are_averaged_where_their_mask_says_so()
    {
        var package = GivenModels.Tokens(words: 20, places: 4);
        VectorColumn[] columns = [new("attention_mask", 4), new("input_ids", 4)];
        var network = Build(new TransferSpec(package) { Freeze = ["*"] }, GivenInputs.Matched(package, columns));
        float[] ids = [3, 7, 1, 1], mask = [1, 1, 0, 0];

        var embedding = Logits(network, new TrainingSet(GivenInputs.Matched(package, columns), ["a", "b"], [], [new LabelledRow("row", [.. ids, .. mask], 0)]), Network.Embedding).Logits;

        var words = Values(package.Model, "words");
        embedding.Should().HaveCount(5);
        embedding.Zip(Enumerable.Range(0, 5).Select(u => (words[(3 * 5) + u] + words[(7 * 5) + u]) / 2), (a, e) => Math.Abs(a - e)).Max().Should().BeLessThan(1e-6f);
    }

    [Fact]
    public void An_encoders_last_hidden_state_takes_the_head_whatever_else_it_gives()
    {
        var package = GivenModels.Tokens(words: 20, places: 4);
        var g = new GraphBuilder(package.Model);
        g.Output(g.Op("ReduceMax", ["last_hidden_state", g.Ints(1)], Attributes.Int("keepdims", 0)), "924", DataType.Float, -1, 5);

        var network = Build(new TransferSpec(GivenModels.Package(g.Model)) { Freeze = ["*"] }, [new("input_ids", 4), new("attention_mask", 4)]);

        network.EmbeddingWidth.Should().Be(5);
        network.Forward.Graph.Node.Should().NotContain(n => n.OpType == "ReduceMax", "nothing reads the other output");
    }

    [Fact]
    public void A_head_that_is_kept_goes_on_from_where_it_was()
    {
        var first = Train(null, Blobs.Set(100), epochs: 3);
        var package = ModelPublisher.InMemory("blobs", 1, first, 0, TimeProvider.System);

        var second = Train(new TransferSpec(package) { KeepsHead = true }, Blobs.Set(100), epochs: 3);

        second.Network.Dropouts.Select(d => d.Ratio).Should().Equal(first.Network.Dropouts.Select(d => d.Ratio));
        second.History[0].TrainLoss.Should().BeLessThan(first.History[0].TrainLoss / 2);
        Checking(second).Should().NotThrow();
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        Building(new TransferSpec(GivenModels.Vectors(8)), Blobs.Columns).Should().Throw<DataException>().WithMessage("*features holds 16 values*'data' takes [any, 8]*");
        Building(new TransferSpec(GivenModels.Vectors(Blobs.Width)) { Freeze = ["layer9*"] }, Blobs.Columns).Should().Throw<UsageException>().WithMessage("*layer9*names none*body.weight*");
        Building(new TransferSpec(GivenModels.Vectors(Blobs.Width)) { On = "pool5" }, Blobs.Columns).Should().Throw<UsageException>().WithMessage("*pool5*scores*");
        new TransferSpec(GivenModels.Vectors(Blobs.Width)) { KeepsHead = true }.Invoking(s => s.Check()).Should().Throw<UsageException>().WithMessage("*no manifest*--head new*");
        FluentActions.Invoking(() => GivenInputs.Matched(GivenModels.Tokens(9, 4), Blobs.Columns)).Should().Throw<UsageException>().WithMessage("*2 inputs (input_ids, attention_mask)*1 feature columns (features)*");
    }

    [Fact]
    public void An_operator_that_cannot_be_trained_is_named_with_its_node()
    {
        var package = GivenModels.Vectors(Blobs.Width);
        package.Model.Graph.Node.Single(n => n.OpType == "Relu").OpType = "NonMaxSuppression";

        Building(new TransferSpec(package), Blobs.Columns).Should().Throw<DataException>();
    }

    private static Network Build(TransferSpec spec, IReadOnlyList<VectorColumn> columns) => TransferNetwork.Build(spec, columns, 2, seed: 1);

    private static Action Building(TransferSpec spec, VectorColumn[] columns) => () => Build(spec, columns);

    /// <summary>What is done before a model is published: ONNX Runtime must give the logits that libtorch gave, but for their rounding.</summary>
    private static Action Checking(TrainedNetwork trained) => () => ModelCheck.Run(ModelFile.ToBytes(trained.Network.Forward), trained);

    private static TrainedNetwork Train(TransferSpec? spec, TrainingSet set, int epochs = 30) =>
        TrainRun.Execute(set, new TrainOptions { From = spec, Epochs = epochs, Steps = new() { LearningRate = 5e-3f } });

    /// <summary>What a network gives for the held-out rows after some steps, and its parameters.</summary>
    private static (float[] Logits, IReadOnlyDictionary<string, float[]> Weights) Logits(Network network, TrainingSet set, string output = Network.Logits)
    {
        using var classifier = new Classifier(network, set.Classes.Count, new TrainOptions { Steps = new() { BatchRows = 16 } }, freezeBatchNorm: true);
        for (var step = 0; step < set.Training.Count / 16; step++)
        {
            classifier.Step(set.Training, new ArraySegment<int>([.. Enumerable.Range(16 * step, 16)]), [1, 1], 1e-2f);
        }
        return (classifier.Predictions(set.Holdout, [output])[0], classifier.Snapshot(1).Values);
    }

    private static TrainingSet Pictures(int rows, int side = Side, int channels = 3) => TrainingSet.Of(
        [new VectorColumn("picture", channels * side * side)],
        Enumerable.Range(0, rows).Select(r => ($"row-{r}", Enumerable.Range(0, channels * side * side).Select(i => MathF.Sin((i * (r % 2 == 0 ? 0.9f : 0.2f)) + r)).ToArray(), $"{r % 2}")),
        0.2);

    private static float[] Values(TrainedNetwork trained, string name) => Values(trained.Network.Forward, name);

    private static float[] Values(ModelProto model, string name) => Tensors.ToFloats(model.Graph.Initializer.Single(t => t.Name == name));
}
