using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Optimisers;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Tests.Training;

public class TrainRunTests
{
    private const string Dense = """{ "layers": [ { "type": "dense", "units": 40, "batchNorm": true, "dropout": 0.3 }, { "type": "dense", "units": 24, "activation": "gelu", "dropout": 0.3 } ] }""";

    private static readonly StepOptions Small = new() { BatchRows = 32 };

    private const string Image = """
        { "image": [1, 4, 4], "layers": [
          { "type": "conv", "channels": 8, "batchNorm": true }, { "type": "channelDropout", "rate": 0.1 }, { "type": "pool", "size": 2, "kind": "average" },
          { "type": "conv", "channels": 12, "activation": "gelu" }, { "type": "globalAveragePool" },
          { "type": "dense", "units": 24, "activation": "tanh", "residual": false, "dropout": 0.2 },
          { "type": "dense", "units": 24, "residual": true, "dropout": 0.2 } ] }
        """;

    [Theory]
    [InlineData(Dense)]
    [InlineData(Image)]
    public void Classes_that_lie_apart_are_learnt(string json)
    {
        var trained = Train(Blobs.Set(200), Options(json) with { Epochs = 30, Steps = Small with { LearningRate = 5e-3f } });

        trained.Best.HoldoutAccuracy.Should().BeGreaterThan(0.95);
        trained.History[^1].TrainLoss.Should().BeLessThan(trained.History[0].TrainLoss / 2);
        trained.Best.HoldoutLoss.Should().Be(trained.History.Min(e => e.HoldoutLoss));
        HoldoutScore.Of(trained.HoldoutLogits, trained.Set.Holdout).Loss.Should().Be(trained.Best.HoldoutLoss, "the best epoch's weights are back");
    }

    [Theory]
    [InlineData(Dense)]
    [InlineData(Image)]
    public void The_same_seed_gives_the_same_bytes(string json)
    {
        byte[] Bytes(ulong seed) => ModelFile.ToBytes(
            Train(Blobs.Set(150), Options(json) with { Epochs = 2, Seed = seed }).Network.Forward);

        var bytes = Bytes(5);

        Bytes(5).Should().Equal(bytes);
        Bytes(6).Should().NotEqual(bytes);
    }

    [Fact]
    public void Memory_that_is_not_enough_is_told_with_what_was_asked_for_and_a_remedy()
    {
        var vast = NetworkSpec.Parse("""{ "layers": [ { "type": "dense", "units": 65536, "activation": "none" }, { "type": "sequence", "steps": 65536 }, { "type": "attention", "heads": 1 }, { "type": "poolSequence" }, { "type": "dropout", "rate": 0.5 } ] }""", "vast");

        FluentActions.Invoking(() => TrainRun.Execute(Blobs.Set(90), new TrainOptions { Network = vast }))
            .Should().Throw<DataException>().WithMessage("the training needs more memory than there is (the last to be asked for was * bytes), nothing is published: use a smaller --batch-rows than 64, or a smaller network");
    }

    [Fact]
    public void Several_columns_with_awkward_names_train()
    {
        VectorColumn[] columns = [new("targets", 4), new("row_weights", 4), new("logits", Blobs.Width - 8)];
        var set = Blobs.Set(100) with { Columns = columns };

        var trained = Train(set, Options(Dense) with { Epochs = 1 });

        trained.Network.Inputs.Select(i => i.Columns.Single()).Should().Equal("targets", "row_weights", "logits");
    }

    [Fact]
    public void Late_fusion_learns_from_rows_that_lack_a_vector_and_weighs_its_heads()
    {
        var trained = Train(Modalities.Set(200), new TrainOptions { Network = NetworkSpec.Load("late-fusion"), Epochs = 30, Steps = new() { BatchRows = 32 } });

        trained.Best.HoldoutAccuracy.Should().BeGreaterThan(0.95);
        trained.Heads.Select(h => h.Output).Should().Equal("logits", "logits_image", "logits_text");
        trained.Heads.Should().OnlyContain(h => h.Sigma < 0.9, "losses fall below a half, and the best σ² is twice the loss");
        trained.Heads[1].HoldoutRows.Should().Be(trained.Set.Holdout.Count(r => !float.IsNaN(r.Features[0]))).And.BeLessThan(trained.Heads[0].HoldoutRows);
        trained.Heads[1].HoldoutAccuracy.Should().BeGreaterThan(0.95);
    }

    [Fact]
    public void A_batch_without_one_modality_trains_the_rest()
    {
        var set = Modalities.Set(60);
        var imageOnly = set with { Training = [.. set.Training.Where(r => float.IsNaN(r.Features[10]))] };

        var trained = Train(imageOnly, new TrainOptions { Network = NetworkSpec.Load("late-fusion"), Epochs = 3 });

        trained.History.Should().OnlyContain(e => double.IsFinite(e.TrainLoss));
        trained.Heads[2].Sigma.Should().Be(1, "no row has a text");
    }

    [Theory]
    [InlineData(Batching.Fixed)]
    [InlineData(Batching.Published)]
    public void Any_way_of_cutting_batches_trains(Batching batching) =>
        Train(Blobs.Set(78), Options(Dense) with { Epochs = 30, Steps = Small with { LearningRate = 5e-3f, Batching = batching } }).Best.HoldoutAccuracy.Should().BeGreaterThan(0.9);

    [Fact]
    public void Predicted_losses_put_held_out_rows_in_the_order_of_their_losses()
    {
        // Every second row lies close to the middle of all classes.
        var set = TrainingSet.Of(Blobs.Columns, Enumerable.Range(0, 300).Select(r => ($"{r}", Array.ConvertAll(Blobs.Features(r), f => r % 2 == 0 ? f : 0.2f * f), Blobs.Label(r))), 0.3);

        var trained = Train(set, Predicting(Dense) with { Epochs = 30, Steps = Small with { LearningRate = 3e-3f } });

        trained.LossCorrelation.Should().BeGreaterThan(0.5);
        Train(Blobs.Set(60), Options(Dense) with { Epochs = 1 }).LossCorrelation.Should().BeNull();
    }

    [Fact]
    public void A_loss_prediction_that_does_not_shape_the_network_leaves_it_as_it_would_be()
    {
        float[] Trunk(TrainOptions options) =>
            Tensors.ToFloats(Train(Blobs.Set(100), options with { Epochs = 3 }).Network.Forward.Graph.Initializer.Single(t => t.Name == "dense_weight"));

        var without = Trunk(Options(Dense));
        Trunk(Predicting(Dense) with { ShapingEpochs = 0 }).Should().Equal(without);
        Trunk(Predicting(Dense) with { ShapingEpochs = 1 }).Should().NotEqual(without);
    }

    [Fact]
    public void Training_stops_early_once_the_holdout_gets_no_better()
    {
        var set = Blobs.Set(300);
        var shuffled = set with { Training = [.. set.Training.Select((r, i) => r with { Class = i * 7 % 3 })] };

        var trained = Train(shuffled, Options(Dense) with { Epochs = 200, Steps = Small with { LearningRate = 1e-2f } });

        trained.History.Count.Should().BeLessThan(200);
    }

    [Fact]
    public void Few_held_out_rows_neither_stop_a_training_nor_choose_its_weights()
    {
        var set = Blobs.Set(60);
        var shuffled = set with { Training = [.. set.Training.Select((r, i) => r with { Class = i * 7 % 3 })] };

        var trained = Train(shuffled, Options(Dense) with { Epochs = 40, Steps = Small with { LearningRate = 1e-2f } });

        trained.Best.Number.Should().Be(40);
        trained.Best.HoldoutLoss.Should().BeGreaterThan(trained.History.Min(e => e.HoldoutLoss));
    }

    [Fact]
    public void Balanced_weights_change_the_training_of_unbalanced_classes()
    {
        var set = TrainingSet.Of(Blobs.Columns, Enumerable.Range(0, 90).Where(r => r % 3 > 0 || r % 9 == 0).Select(r => ($"{r}", Blobs.Features(r), Blobs.Label(r))), 0.2);

        double Loss(ClassWeights weights) => Train(set, Options(Dense) with { Epochs = 1, Loss = new() { ClassWeights = weights } }).Best.TrainLoss;

        Loss(ClassWeights.Balanced).Should().NotBe(Loss(ClassWeights.None));
    }

    [Fact]
    public void A_training_that_diverges_says_so() =>
        FluentActions.Invoking(() => Train(Blobs.Set(60), Options("""{ "layers": [ { "type": "dense", "units": 8, "activation": "none", "dropout": 0.5 } ] }""") with { Epochs = 50, Steps = Small with { LearningRate = 1e30f } }))
            .Should().Throw<DataException>().WithMessage("the training diverged in epoch *lower --learning-rate*");

    [Fact]
    public void A_training_that_diverges_later_keeps_the_best_weights_that_it_had()
    {
        // Every step adds about as much to each weight, so that the logits leave the range of float after a few.
        var trained = Train(Blobs.Set(60), Options("""{ "layers": [ { "type": "dense", "units": 8, "activation": "none", "dropout": 0.5 } ] }""") with { Epochs = 40, Steps = Small with { BatchRows = 64, LearningRate = 2e18f } });

        trained.History.Count.Should().BeInRange(1, 39);
        trained.Recipe["stopped"].Should().Match($"the training diverged in epoch {trained.History.Count + 1}, *: use a lower --learning-rate than 2E+18, or --clip");
        HoldoutScore.Of(trained.HoldoutLogits, trained.Set.Holdout).Loss.Should().Be(trained.Best.HoldoutLoss);
    }

    [Theory]
    [InlineData(OptimiserKind.Adam, RateSchedule.Step, 3e-3f, "Adam", "0.003, warm-up 5 % of the steps, a tenth from half of them on, a hundredth from three quarters on")]
    [InlineData(OptimiserKind.Sgd, RateSchedule.OneCycle, 0.1f, "SGD, momentum 0.9", "0.1, one cycle")]
    [InlineData(OptimiserKind.RmsProp, RateSchedule.Cosine, 1e-3f, "RMSprop", "0.001, warm-up 5 % of the steps, cosine to 0")]
    public void Any_optimiser_and_schedule_learns_and_is_in_the_recipe(OptimiserKind optimiser, RateSchedule schedule, float rate, string optimiserText, string rateText)
    {
        var trained = Train(Blobs.Set(200), Options(Dense) with { Epochs = 30, Steps = Small with { LearningRate = rate, Optimiser = optimiser, Schedule = schedule } });

        trained.Best.HoldoutAccuracy.Should().BeGreaterThan(0.9);
        trained.Recipe["optimiser"].Should().Be(optimiserText);
        trained.Recipe["learningRate"].Should().Be(rateText);
    }

    [Fact]
    public void Defaults_leave_the_recipe_as_it_was() =>
        Train(Blobs.Set(60), Options(Dense) with { Epochs = 1 }).Recipe.Should().BeEquivalentTo(new Dictionary<string, string>
        {
            ["optimiser"] = "AdamW, weight decay 0.01",
            ["learningRate"] = "0.001, warm-up 5 % of the steps, cosine to 0",
            ["batchRows"] = "32",
            ["batching"] = "balanced",
            ["maxEpochs"] = "1, all taken: 9 held-out rows are too few to stop by",
            ["classWeights"] = "none",
            ["network"] = NetworkSpec.Parse(Dense, "test.json").ToJson(),
        });

    [Fact]
    public void What_changes_the_loss_or_the_weights_is_in_the_recipe_and_learns()
    {
        TrainOptions[] each = [new() { Loss = new() { LabelSmoothing = 0.1f } }, new() { Loss = new() { Focal = 2 } }, new() { Steps = new() { Clip = 0.5f } }, new() { Steps = new() { Ema = 0.9f } }];
        string[] settings = ["labelSmoothing", "focal", "clip", "ema"];
        foreach (var (options, setting) in each.Zip(settings))
        {
            var trained = Train(Blobs.Set(200), options with { Network = NetworkSpec.Parse(Dense, "test.json"), Epochs = 30, Steps = options.Steps with { BatchRows = 32, LearningRate = 5e-3f } });

            trained.Best.HoldoutAccuracy.Should().BeGreaterThan(0.9, setting);
            trained.Recipe.Keys.Intersect(settings).Should().Equal(setting);
            HoldoutScore.Of(trained.HoldoutLogits, trained.Set.Holdout).Loss.Should().Be(trained.Best.HoldoutLoss, setting);
        }
    }

    [Fact]
    public void Options_out_of_range_are_usage_errors()
    {
        void Refuses(TrainOptions options, string message) =>
            FluentActions.Invoking(() => Train(Blobs.Set(60), options)).Should().Throw<UsageException>().WithMessage(message);

        Refuses(new TrainOptions { Epochs = 0 }, "--epochs is 0, expected 1 or more");
        Refuses(new TrainOptions { Steps = new() { BatchRows = 0 } }, "--batch-rows is 0, *");
        Refuses(new TrainOptions { Steps = new() { LearningRate = float.NaN } }, "--learning-rate is NaN, *");
        foreach (var rate in new[] { 0, 1, -0.5f, float.NaN })
        {
            Refuses(new TrainOptions { Network = NetworkSpec.Load("mlp").WithDropout(rate) }, "--dropout is *, expected above 0 and below 1*");
        }
    }

    [Fact]
    public void Cancelling_stops_the_training()
    {
        using var stop = new CancellationTokenSource();

        FluentActions.Invoking(() => TrainRun.Execute(Blobs.Set(60), Options(Dense), _ => stop.Cancel(), stopping: stop.Token)).Should().Throw<OperationCanceledException>();
    }

    private static TrainedNetwork Train(TrainingSet set, TrainOptions options) =>
        TrainRun.Execute(set, options, stopping: TestContext.Current.CancellationToken);

    private static TrainOptions Predicting(string json) => Options(json) with { Network = NetworkSpec.Parse(json, "test.json") with { PredictedLoss = true } };

    private static TrainOptions Options(string json) => new() { Network = NetworkSpec.Parse(json, "test.json"), Steps = Small };
}
