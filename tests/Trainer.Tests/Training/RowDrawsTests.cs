using ParquetPool.Errors;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.SemiSupervised;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Tests.Training;

public class RowDrawsTests
{
    private static readonly SamplerOptions Debias = new() { Kind = SamplerKind.Debias };

    [Fact]
    public void RowsAreDrawnByTheInverseOfDensityAndAlpha()
    {
        double[] rarities = [0, 1, -1, 0.5];
        double[] weights = [.. rarities.Select(rarity => 1 / (Math.Exp(-rarity) + 0.5))];

        var draws = new RowDraws(rarities, Debias with { Alpha = 0.5 });

        draws.Drawn.Should().BeEquivalentTo(weights.Select(weight => 4 * weight / weights.Sum()), close => close.Using<double>(c => c.Subject.Should().BeApproximately(c.Expectation, 1e-12)).WhenTypeIs<double>().WithStrictOrdering());
        draws.Effective.Should().BeApproximately(Math.Pow(weights.Sum(), 2) / weights.Sum(weight => weight * weight) / 4, 1e-12);
    }

    [Theory]
    [InlineData(0.25, 12)]
    [InlineData(0.8, 12)]
    [InlineData(0.25, 1200)]
    public void WeightsAreTemperedUntilTheDrawsAreWorthEnough(double least, double rarest)
    {
        double[] rarities = [.. Enumerable.Range(0, 100).Select(row => row == 7 ? rarest : 0.01 * row)];

        var draws = new RowDraws(rarities, Debias with { Alpha = 0, MinEffective = least });

        draws.Effective.Should().BeInRange(least, least + 1e-6);
        draws.Drawn.Should().OnlyContain(drawn => drawn <= draws.Drawn[7]);
        draws.Drawn.Sum().Should().BeApproximately(100, 1e-9);
    }

    [Fact]
    public void AnEpochDrawsEachRowAsOftenAsItsWeightSaysOrOnceMore()
    {
        var draws = new RowDraws([.. Enumerable.Range(0, 50).Select(row => Math.Sin(row * 1.7))], Debias);
        var counts = new double[50];
        const int Epochs = 400;

        for (var epoch = 1; epoch <= Epochs; epoch++)
        {
            var rows = draws.Epoch(seed: 3, epoch);
            rows.Should().HaveCount(50).And.Equal(draws.Epoch(seed: 3, epoch));
            foreach (var row in rows.CountBy(row => row))
            {
                row.Value.Should().BeInRange((int)Math.Floor(draws.Drawn[row.Key]), (int)Math.Floor(draws.Drawn[row.Key]) + 1);
                counts[row.Key] += row.Value;
            }
        }

        counts.Zip(draws.Drawn).Should().OnlyContain(of => Math.Abs((of.First / Epochs) - of.Second) < 0.12);
        draws.Epoch(seed: 3, epoch: 1).Should().NotEqual(draws.Epoch(seed: 3, epoch: 2));
    }

    [Fact]
    public void EqualWeightsGiveEachRowOnce() => new RowDraws(new double[30], Debias).Epoch(seed: 1, epoch: 5).Should().Equal(Enumerable.Range(0, 30));

    [Fact]
    public void ATrainingSaysHowItsRowsWereDrawn()
    {
        var options = new TrainOptions { Network = NetworkSpec.Parse("""{ "layers": [ { "type": "dense", "units": 16, "dropout": 0.2 } ] }""", "small"), Epochs = 1, Steps = new() { BatchRows = 32 } };

        var trained = TrainRun.Execute(Blobs.Set(90), options with { Sampler = Debias }, stopping: TestContext.Current.CancellationToken);

        trained.Recipe["sampler"].Should().StartWith("debias: by inverse density, alpha 3, to the power 1; the draws are worth ");
        trained.State.Values.Values.SelectMany(values => values).Should().NotEqual(TrainRun.Execute(Blobs.Set(90), options, stopping: TestContext.Current.CancellationToken).State.Values.Values.SelectMany(values => values));
        FluentActions.Invoking(() => TrainRun.Execute(Blobs.Set(30), options with { Sampler = Debias })).Should().Throw<DataException>().WithMessage("* rows to learn from, expected 40 or more to tell how thinly they lie*");
        FluentActions.Invoking(() => TrainRun.Execute(Blobs.Set(90), options with { Sampler = Debias with { MinEffective = 0 } })).Should().Throw<UsageException>().WithMessage("--min-effective is 0, expected above 0, up to 1");
        FluentActions.Invoking(() => new SemiSupervisedOptions { Method = LearningMethod.MixMatch, Pool = ["pool"] }.Check(options with { Sampler = Debias }, continues: false)).Should().Throw<UsageException>().WithMessage("--learn mixmatch is given with --sampler debias*");
    }
}
