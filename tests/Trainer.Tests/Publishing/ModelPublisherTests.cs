using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Storage;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Publishing;
using ParquetPool.Trainer.Tests.Training;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Tests.Publishing;

public sealed class ModelPublisherTests : IDisposable
{
    private static readonly TrainedNetwork Trained = TrainRun.Execute(
        Blobs.Set(100),
        new TrainOptions { Network = NetworkSpec.Parse("""{ "layers": [ { "type": "dense", "units": 16, "dropout": 0.5 } ] }""", "x"), Epochs = 3 });

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_round_is_a_whole_package_and_the_next_has_the_next_number()
    {
        var first = Publish(Trained);
        var second = Publish(Trained);

        first.Folder.Should().Be(folder.File("blobs/round-0001"));
        second.Folder.Should().Be(folder.File("blobs/round-0002"));
        var package = ModelPackage.Open(folder.File("blobs"));
        package.Path.Should().Be(folder.File("blobs/round-0002/model.onnx"));
        package.Manifest.Should().BeEquivalentTo(second.Manifest);
        package.Manifest!.Training.HoldoutAccuracy.Should().Be(Trained.Best.HoldoutAccuracy);
        package.Manifest.Dropout.Should().ContainSingle().Which.Should().Be(new ModelDropout("Dropout", 0.5f, 16));
        second.Check.Difference.Should().BeLessThan(1e-4, "both compute in float32");
        Directory.EnumerateFileSystemEntries(second.Folder).Select(Path.GetFileName).Should().BeEquivalentTo("model.onnx", "manifest.json", "history.parquet", "learnt.parquet", "state.onnx", "report.html", "events.out.tfevents.0.trainer", WrittenFiles.FileName);
        LabelFile.ReadIds([Path.Combine(second.Folder, "learnt.parquet")]).Should().BeEquivalentTo(Trained.Set.Training.Select(row => row.Id)).And.NotIntersectWith(Trained.Set.Holdout.Select(row => row.Id));
        foreach (var name in new[] { "model.onnx", "history.parquet", "learnt.parquet", "state.onnx", "events.out.tfevents.0.trainer" })
        {
            File.ReadAllBytes(Path.Combine(first.Folder, name)).Should().Equal(File.ReadAllBytes(Path.Combine(second.Folder, name)));
        }
    }

    [Fact]
    public void A_rounds_page_tells_its_epochs_its_confusions_and_the_rounds_before()
    {
        Publish(Trained);
        var second = Publish(Trained);

        var page = File.ReadAllText(Path.Combine(second.Folder, "report.html"));

        page.Should().Contain("<h1>blobs, round 2</h1>").And.Contain("Loss by epoch").And.Contain("Accuracy by round").And.Contain("Confusions").And.Contain("Calibration").And.NotContain("<script");
        page.Should().Contain(FormattableString.Invariant($"Right on {100 * Trained.Best.HoldoutAccuracy:F1} %"));
    }

    [Fact]
    public void A_model_whose_dropout_an_optimiser_removes_is_not_published()
    {
        var model = Trained.Network.Forward.Clone();
        var never = model.Graph.Initializer.Single(t => t.Name == "never");
        var mode = model.Graph.Node.Single(n => n.OpType == "Greater");
        model.Graph.Node.Remove(mode);
        model.Graph.Initializer.Add(new Graphs.Onnx.TensorProto { Name = mode.Output[0], DataType = (int)Graphs.Onnx.TensorProto.Types.DataType.Bool, Int32Data = { 1 } });
        model.Graph.Initializer.Remove(never);

        Refused(Trained with { Network = Trained.Network with { Forward = model } }, "*expected its dropout to be active*nothing is published*");
    }

    [Fact]
    public void A_model_that_predicts_otherwise_than_was_trained_is_not_published() =>
        Refused(Trained with { HoldoutLogits = [.. Trained.HoldoutLogits.Select(l => l + 1e-3f)] }, "*the training gave*nothing is published*");

    [Fact]
    public void Large_logits_may_differ_by_the_rounding_that_is_theirs()
    {
        var model = Trained.Network.Forward.Clone();
        var bias = model.Graph.Initializer.Single(t => t.Name == "dense_bias_2");
        bias.RawData = Tensors.Float("", [.. Tensors.ToFloats(bias).Select(b => b + 100)], 3).RawData;
        var shifted = Trained with { Network = Trained.Network with { Forward = model }, HoldoutLogits = [.. Trained.HoldoutLogits.Select(l => l + 100.0003f)] };

        Publish(shifted).Check.Difference.Should().BeGreaterThan(ModelCheck.Tolerance);
        Directory.Delete(folder.File("blobs"), recursive: true);
        Refused(shifted with { HoldoutLogits = [.. Trained.HoldoutLogits.Select(l => l + 100.05f)] }, "*the training gave*");
    }

    [Fact]
    public void A_model_that_gives_no_numbers_is_not_published()
    {
        var model = Trained.Network.Forward.Clone();
        var bias = model.Graph.Initializer.Single(t => t.Name == "dense_bias_2");
        bias.RawData = Tensors.Float("", [float.NaN, 0, 0], 3).RawData;

        Refused(Trained with { Network = Trained.Network with { Forward = model } }, "*a logit of NaN*");
    }

    [Fact]
    public void A_round_in_memory_is_the_package_without_its_files()
    {
        var (_, manifest, _) = Publish(Trained);

        var package = ModelPublisher.InMemory("blobs", 1, Trained, seed: 0, TimeProvider.System);

        package.Sha256.Should().Be(manifest.Sha256);
        package.Manifest!.Inputs.Should().BeEquivalentTo(manifest.Inputs);
        Directory.EnumerateDirectories(folder.File("blobs")).Should().ContainSingle();
    }

    private void Refused(TrainedNetwork trained, string message)
    {
        FluentActions.Invoking(() => Publish(trained)).Should().Throw<DataException>().WithMessage(message);
        Directory.EnumerateFileSystemEntries(folder.Root).Should().BeEmpty();
    }

    private (string Folder, ModelManifest Manifest, ModelCheck Check) Publish(TrainedNetwork trained) =>
        ModelPublisher.Publish(new ModelRegistry(folder.Root), "blobs", trained, seed: 0, TimeProvider.System);
}
