using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Trainer.Augmentation;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.SemiSupervised;
using ParquetPool.Trainer.Tests.Training;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Tests.SemiSupervised;

public class SemiSupervisedRunTests
{
    private const string Dense = """{ "layers": [ { "type": "dense", "units": 24, "batchNorm": true, "dropout": 0.2 } ] }""";

    private static readonly UnlabelledRows Unlabelled = new([.. Enumerable.Range(500, 200).Select(row => new LabelledRow($"row-{row}", Blobs.Features(row), -1))], 200, 0, 0, 0);

    public static TheoryData<LearningMethod> Methods => [LearningMethod.NoisyStudent, LearningMethod.MixMatch, LearningMethod.FixMatch];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Classes_that_lie_apart_are_learnt_and_the_same_seed_gives_the_same_bytes(LearningMethod method)
    {
        var trained = Train(method);

        trained.Best.HoldoutAccuracy.Should().BeGreaterThan(0.9);
        trained.Best.Should().Be(trained.History[^1], "the last weights are kept");
        HoldoutScore.Of(trained.HoldoutLogits, trained.Set.Holdout).Loss.Should().Be(trained.Best.HoldoutLoss);
        ModelFile.ToBytes(Train(method).Network.Forward).Should().Equal(ModelFile.ToBytes(trained.Network.Forward));
        ModelFile.ToBytes(Train(method, seed: 4).Network.Forward).Should().NotEqual(ModelFile.ToBytes(trained.Network.Forward));
    }

    [Fact]
    public void A_students_history_begins_with_its_teachers_and_counts_guesses_apart()
    {
        var trained = Train(LearningMethod.NoisyStudent);

        trained.History.Select(e => e.Number).Should().Equal(Enumerable.Range(1, trained.History.Count));
        trained.History.Select(e => e.StudentRound).Distinct().Should().Equal(0, 1, 2);
        trained.History.Where(e => e.StudentRound == 0).Should().OnlyContain(e => e.PseudoLabels == 0 && e.UnlabelledLoss == null);
        trained.History.Where(e => e.StudentRound > 0).Should().OnlyContain(e => e.PseudoLabels > 0 && e.PseudoLabels <= 200 && e.UnlabelledLoss > 0);
        trained.Unlabelled!.PseudoLabels.Should().Be(trained.History[^1].PseudoLabels);
        trained.Set.Training.Should().HaveCountLessThan(60, "pseudo-labels are no labels");
        trained.Recipe["learning"].Should().StartWith("noisy student 2 of 2: ");
    }

    [Fact]
    public void A_student_starts_from_its_first_weights_not_from_its_teachers()
    {
        var first = new List<Epoch>();

        Train(LearningMethod.NoisyStudent, ended: epoch => first.Add(epoch));

        var (teacher, student) = (first.Last(e => e.StudentRound == 0), first.First(e => e.StudentRound == 1));
        student.LearningRate.Should().BeGreaterThan(teacher.LearningRate, "its rate begins anew");
        first.Last(e => e.StudentRound == 1).TrainLoss.Should().BeLessThan(student.TrainLoss);
    }

    [Fact]
    public void Mixmatch_publishes_averaged_weights_and_says_whether_it_mixed()
    {
        var trained = Train(LearningMethod.MixMatch);

        trained.State.Averages.Should().NotBeEmpty();
        trained.Recipe["learning"].Should().Contain("mixed (").And.Contain("labels of 3 classes");
        trained.Recipe["ema"].Should().Be("weights averaged, 0.999 kept a step");
        trained.Unlabelled.Should().Be(new Contract.ModelUnlabelled(200));
    }

    [Theory]
    [InlineData(AugmentStrength.None, 200, 30)]
    [InlineData(AugmentStrength.Light, 200, 30)]
    [InlineData(AugmentStrength.Medium, 400, 42)]
    [InlineData(AugmentStrength.Strong, 800, 60)]
    public void Further_altered_copies_are_learnt_from_in_more_steps(AugmentStrength strength, int alone, int joint)
    {
        var options = new TrainOptions { Augment = new() { Strength = strength } };

        options.EpochsFor(233).Should().Be(alone);
        JointTraining.Epochs(options, 233).Should().Be(joint);
        (options with { Epochs = 7 }).EpochsFor(233).Should().Be(7, "it was said");
    }

    [Fact]
    public void Several_heads_are_refused()
    {
        var set = Modalities.Set(60);
        var rows = new UnlabelledRows([.. set.Training.Select(r => r with { Id = r.Id + "u", Class = -1 })], set.Training.Count, 0, 0, 0);

        FluentActions.Invoking(() => SemiSupervisedRun.Execute(set, rows, new TrainOptions { Network = NetworkSpec.Load("late-fusion") }, new() { Method = LearningMethod.MixMatch }))
            .Should().Throw<UsageException>().WithMessage("--learn mixmatch: the network has 3 heads, expected one: *");
    }

    private static TrainedNetwork Train(LearningMethod method, ulong seed = 3, Action<Epoch>? ended = null)
    {
        var learning = new SemiSupervisedOptions { Method = method };
        var options = new TrainOptions { Network = NetworkSpec.Parse(Dense, "dense"), Epochs = 3, Seed = seed, Augment = new() { Strength = learning.UsualStrength } };
        options = options with { Steps = options.Steps with { BatchRows = 16, LearningRate = 1e-2f } };
        return SemiSupervisedRun.Execute(Blobs.Set(60), Unlabelled, options, learning, ended);
    }
}
