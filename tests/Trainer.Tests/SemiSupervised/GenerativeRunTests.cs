using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Publishing;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.SemiSupervised;
using ParquetPool.Trainer.Tests.Training;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Tests.SemiSupervised;

/// <summary>Two of three classes have labels.</summary>
public class GenerativeRunTests
{
    private const string Dense = """{ "layers": [ { "type": "dense", "units": 24, "dropout": 0.2 } ] }""";

    private static readonly TrainingSet Set = TrainingSet.Of(Blobs.Columns, Labelled(row => row % 3 != 2), 0.2);

    private static readonly UnlabelledRows Unlabelled = new([.. Enumerable.Range(500, 200).Select(row => new LabelledRow($"row-{row}", Blobs.Features(row), -1))], 200, 0, 0, 0);

    [Theory]
    [InlineData(LearningMethod.GmDgm)]
    [InlineData(LearningMethod.M2)]
    public void A_class_without_labels_gets_a_name_and_the_same_seed_gives_the_same_bytes(LearningMethod method)
    {
        var trained = Train(method);

        trained.Set.Classes.Should().Equal("class-0", "class-1", "new-1");
        trained.Unlabelled!.Hidden!.Classes.Should().Equal("new-1");
        trained.Unlabelled.Hidden.Measured.Should().BeNull();
        var hidden = Enumerable.Range(500, 200).Where(row => row % 3 == 2).Select(row => new LabelledRow("", Blobs.Features(row), -1)).ToList();
        PredictedClasses.Of(trained.Network.Forward, trained.Network.Inputs, trained.Set.Classes, hidden).Count(name => name == "new-1").Should().BeGreaterThan((int)(0.9 * hidden.Count));
        trained.Best.HoldoutAccuracy.Should().BeGreaterThan(0.9, "hidden classes take nothing from the known");
        trained.Network.Forward.Graph.Input.Should().ContainSingle("what generates is not published");
        ModelFile.ToBytes(Train(method).Network.Forward).Should().Equal(ModelFile.ToBytes(trained.Network.Forward));
    }

    [Fact]
    public void Labels_that_nobody_learns_from_tell_which_of_three_is_best()
    {
        var measured = Unlabelled with { Labels = Unlabelled.Rows.Index().ToDictionary(row => row.Item.Id, row => Blobs.Label(500 + row.Index)) };

        var trained = Train(LearningMethod.GmDgm, measured);

        var scores = trained.Unlabelled!.Hidden!.Measured!;
        scores.Select(score => score.Method).Should().Equal("gm-dgm", "m2", "clusters");
        scores.Should().OnlyContain(score => score.Rows == 67 && score.Accuracy > 0.9 && score.KnownAccuracy > 0.9);
        ModelFile.ToBytes(Train(LearningMethod.GmDgm).Network.Forward).Should().Equal(ModelFile.ToBytes(trained.Network.Forward), "they are not learnt from");
        TrainLines.Hidden(trained.Unlabelled.Hidden).Last().Should().StartWith("of 67 rows of hidden classes are where they belong: gm-dgm ").And.Contain("best here");
    }

    [Fact]
    public void Labels_to_measure_by_must_be_of_hidden_classes() =>
        FluentActions.Invoking(() => Train(LearningMethod.GmDgm, Unlabelled with { Labels = new Dictionary<string, string> { ["row-500"] = "class-1" } }))
            .Should().Throw<DataException>().WithMessage("of the 200 unlabelled rows 1 have a label in --hidden-labels, none of them of a class that no label learnt from names: *");

    [Fact]
    public void A_pool_all_of_whose_classes_have_labels_is_refused() =>
        FluentActions.Invoking(() => SemiSupervisedRun.Execute(TrainingSet.Of(Blobs.Columns, Labelled(_ => true), 0.2), Unlabelled, Options, Learning(LearningMethod.GmDgm)))
            .Should().Throw<DataException>().WithMessage("0 of * clusters, with 0 rows, are short of labels, expected 1 rows or more to start --hidden-classes 1 from: *");

    [Fact]
    public void A_hidden_class_is_one_of_the_new_ones_at_most()
    {
        string[] labels = ["a", "x", "x", "y", "y", "y"];

        // x is new-1 twice; y is new-1 once, new-2 once and a once: of both, new-1 is x and new-2 is y.
        HiddenClasses.Accuracy([0, 1, 1, 1, 2, 0], labels, ["a"], 2).Should().BeApproximately(3.0 / 5, 1e-12);
        HiddenClasses.Accuracy([0, 1, 1, 1, 1, 1], labels, ["a"], 1).Should().BeApproximately(3.0 / 5, 1e-12, "y alone has one");
        HiddenClasses.KnownAccuracy([0, 1, 1, 1, 2, 0], labels, ["a"]).Should().Be(1);
        HiddenClasses.KnownAccuracy([1], ["x"], ["a"]).Should().BeNull();
        HiddenClasses.Names(["new-2", "a"], 3).Should().Equal("new-1", "new-3", "new-4");
    }

    private static IEnumerable<(string, float[], string)> Labelled(Func<int, bool> has) => Enumerable.Range(0, 90).Where(has).Select(row => ($"row-{row}", Blobs.Features(row), Blobs.Label(row)));

    private static TrainOptions Options => new() { Network = NetworkSpec.Parse(Dense, "dense"), Epochs = 2, Seed = 3, Steps = new() { BatchRows = 16, LearningRate = 1e-2f } };

    private static SemiSupervisedOptions Learning(LearningMethod method) => new() { Method = method, HiddenClasses = 1 };

    private static TrainedNetwork Train(LearningMethod method, UnlabelledRows? rows = null) => SemiSupervisedRun.Execute(Set, rows ?? Unlabelled, Options, Learning(method));
}
