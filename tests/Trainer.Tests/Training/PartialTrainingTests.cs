using ParquetPool.Errors;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Tests.Training;

public sealed class PartialTrainingTests
{
    private static readonly TrainOptions Options = new()
    {
        Network = NetworkSpec.Parse("""{ "layers": [ { "type": "dense", "units": 16, "dropout": 0.5 } ] }""", "network"),
        Epochs = 40,
        Steps = new() { LearningRate = 0.01f },
        Loss = new() { ClassWeights = ClassWeights.Balanced },
    };

    [Fact]
    public void Rows_of_one_of_several_classes_are_learnt_from_and_not_measured_by()
    {
        // Rows unlike all others, of which is known that they are not of class 0.
        var strange = Enumerable.Range(500, 40).Select(row => ($"row-{row}", Array.ConvertAll(Blobs.Features(row), f => -2 * f), (IReadOnlyList<string>)["class-2", "class-1"])).ToList();
        var whole = Blobs.Set(60);
        var set = whole.WithPartial(strange);

        var (without, with) = (Mean(Trained(whole)), Mean(Trained(set)));

        set.Holdout.Should().BeSameAs(whole.Holdout);
        set.Training.Should().BeSameAs(whole.Training);
        with.Should().BeGreaterThan(0.95).And.BeGreaterThan(without);

        double Mean(TrainedNetwork trained)
        {
            using var classifier = new Classifier(trained.Network, 3, Options);
            classifier.Resume(trained.State);
            var logits = classifier.Logits(set.Partial);
            return Enumerable.Range(0, set.Partial.Count).Average(row => logits.AsSpan(3 * row, 3).ToArray() is var z ? (Math.Exp(z[1]) + Math.Exp(z[2])) / z.Sum(v => Math.Exp(v)) : 0);
        }
    }

    [Fact]
    public void What_was_learnt_from_partly_is_not_taken_for_held_out()
    {
        var set = Blobs.Set(60).WithPartial(Enumerable.Range(60, 60).Select(row => ($"row-{row}", Blobs.Features(row), (IReadOnlyList<string>)["class-0", "class-1"])));

        set.Rule!.Learnt.Should().Contain(Enumerable.Range(60, 60).Select(row => $"row-{row}").Where(id => Holdout.Place(id) < 0.2));
        FluentActions.Invoking(() => Blobs.Set(60).WithPartial([("x", Blobs.Features(1), ["class-0", "class-9"])])).Should().Throw<DataException>().WithMessage("row 'x' may be of class class-9, which is none of the 3 classes so far*");
    }

    private static TrainedNetwork Trained(TrainingSet set) => TrainRun.Execute(set, Options);
}
