using ParquetPool.Randomness;
using ParquetPool.Trainer.SemiSupervised;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Tests.SemiSupervised;

/// <summary>What the methods compute besides their losses, against plain arithmetic.</summary>
public class ArithmeticTests
{
    [Fact]
    public void A_running_mean_is_the_plain_one_until_it_forgets()
    {
        var mean = new RunningMean(0.75);

        double[] values = [.. new double[] { 4, 8, 3, 9, 1 }.Select(mean.Follow)];

        values.Should().Equal(4, 6, 5, 6, 6 + (0.25 * (1 - 6)));
    }

    [Fact]
    public void A_joint_training_has_the_epochs_that_come_nearest_to_its_steps() =>
        JointTraining.Epochs(new TrainOptions { Steps = new() { BatchRows = 1 } }, 900).Should().Be(2);

    [Fact]
    public void Guesses_are_aligned_with_how_frequent_the_labels_classes_are()
    {
        var alignment = new Alignment([0, 0, 1], classes: 2);

        var aligned = alignment.Of([[0.8f, 0.2f], [0.6f, 0.4f]]);

        // By Laplace's rule 3/5 and 2/5 of the labels, 0.7 and 0.3 of the guesses.
        var (first, second) = (0.8 * 0.6 / 0.7, 0.2 * 0.4 / 0.3);
        aligned[0][0].Should().BeApproximately((float)(first / (first + second)), 1e-6f);
        aligned.Should().OnlyContain(guess => Math.Abs(guess.Sum() - 1) < 1e-6);
    }

    [Fact]
    public void A_mixed_row_is_nearer_to_itself_than_to_its_partner()
    {
        Mixing.ShareOf(0.3).Should().Be(0.7);
        Mixing.ShareOf(0.8).Should().Be(0.8);
        Mixing.Mixed([1, 0], [3, 8], 0.75f).Should().Equal(1.5f, 2f);
    }

    [Fact]
    public void Every_row_is_mixed_by_a_share_of_its_own_and_its_target_by_the_same()
    {
        const int Rows = 400;
        float[][] features = [.. Enumerable.Range(0, Rows).Select(row => new float[] { row, 1 })];
        float[][] targets = [.. Enumerable.Range(0, Rows).Select(row => new float[] { row, Rows - row })];

        new Mixing(3).Mix(features, targets, step: 5);

        features.Zip(targets).Should().OnlyContain(pair => pair.First[0] == pair.Second[0] && Math.Abs(pair.Second.Sum() - Rows) < 0.01);
        features.Should().OnlyContain(row => Math.Abs(row[1] - 1) < 1e-6);
        var moved = features.Select((row, place) => Math.Abs(row[0] - place) / Rows).ToArray();
        moved.Should().OnlyContain(far => far <= 0.5, "at most half of a row is its partner's");
        moved.Distinct().Count().Should().BeGreaterThan(Rows / 2);

        float[][] again = [.. Enumerable.Range(0, Rows).Select(row => new float[] { row, 1 })];
        new Mixing(3).Mix(again, [.. Enumerable.Range(0, Rows).Select(_ => new float[2])], step: 5);
        again.Zip(features).Should().OnlyContain(pair => pair.First.SequenceEqual(pair.Second));
    }

    [Fact]
    public void Interleaved_batches_have_a_part_of_each_and_interleaving_twice_undoes_it()
    {
        var order = Interleaving.Order(batches: 3, rows: 7);

        order.Take(7).Should().Equal(0, 1, 9, 10, 18, 19, 20);
        order.Order().Should().Equal(Enumerable.Range(0, 21).Select(i => (long)i));
        order.Select(place => order[place]).Should().Equal(Enumerable.Range(0, 21).Select(i => (long)i));
    }

    [Fact]
    public void The_weight_of_guesses_rises_evenly()
    {
        MixMatchStep.WeightAt(0, 200).Should().Be(0);
        MixMatchStep.WeightAt(50, 200).Should().Be(MixMatchStep.Weight / 4);
        MixMatchStep.WeightAt(300, 200).Should().Be(MixMatchStep.Weight);
    }

    [Fact]
    public void A_guess_below_the_threshold_is_no_label()
    {
        FixMatchStep.Sure([[0.1f, 0.85f, 0.05f], [0.79f, 0.11f, 0.1f], [0.8f, 0.1f, 0.1f]]).Should().Equal(1, -1, 0);
    }

    [Fact]
    public void A_cycle_takes_every_row_once_before_any_twice()
    {
        var cycle = new RowCycle(5, seed: 1, Purpose.UnlabelledOrder);

        int[] taken = [.. cycle.Next(3), .. cycle.Next(4), .. cycle.Next(3)];

        taken.Take(5).Order().Should().Equal(0, 1, 2, 3, 4);
        taken.Skip(5).Order().Should().Equal(0, 1, 2, 3, 4);
        taken.Take(5).Should().NotEqual(taken.Skip(5));
    }

    [Theory]
    [InlineData(MixupChoice.Auto, 499, false)]
    [InlineData(MixupChoice.Auto, 500, true)]
    [InlineData(MixupChoice.On, 20, true)]
    [InlineData(MixupChoice.Off, 5000, false)]
    public void Auto_mixes_from_fifty_labels_a_class_on(MixupChoice choice, int rows, bool mixes) =>
        new SemiSupervisedOptions { Mixup = choice }.Mixes(rows, classes: 10).Should().Be(mixes);
}
