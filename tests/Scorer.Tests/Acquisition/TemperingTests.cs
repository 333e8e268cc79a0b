using ParquetPool.Scorer.Acquisition;

namespace ParquetPool.Scorer.Tests.Acquisition;

public sealed class TemperingTests
{
    private const int Members = 5;
    private const int Rows = 11;
    private const int Classes = 4;
    private static readonly float[] Logits = [.. TestModels.Numbers(3, Members * Rows * Classes).Select(v => v * 9)]; // [member, class, row]

    [Theory]
    [InlineData(0.4)]
    [InlineData(2.5)]
    public void ATemperatureMakesWhatPlainArithmeticSaysOfTheMeanProbabilities(double temperature)
    {
        var batch = Scored<Lanes8>(temperature);

        for (var row = 0; row < Rows; row++)
        {
            var mean = new double[Classes];
            for (var member = 0; member < Members; member++)
            {
                double[] powers = [.. Enumerable.Range(0, Classes).Select(c => Math.Exp(Logits[(((member * Classes) + c) * Rows) + row]))];
                mean = [.. mean.Zip(powers, (m, p) => m + (p / powers.Sum() / Members))];
            }
            double[] tempered = [.. mean.Select(p => Math.Pow(p, 1 / temperature))];
            double[] sorted = [.. tempered.Select(p => p / tempered.Sum()).OrderDescending()];
            Column(batch, "least_confidence")[row].Should().BeApproximately(1 - sorted[0], 1e-9);
            Column(batch, "margin")[row].Should().BeApproximately(sorted[0] - sorted[1], 1e-9);
            Column(batch, "entropy")[row].Should().BeApproximately(-sorted.Sum(p => p * Math.Log(p)), 1e-9);
            batch.Confidence[row].Should().BeApproximately(sorted[0], 1e-9);
        }
    }

    [Fact]
    public void TheClassAndWhatTellsMembersApartStayAsTheyAre()
    {
        var (raw, calibrated) = (Scored<Lanes8>(1), Scored<Lanes8>(2));

        calibrated.Predicted.Should().Equal(raw.Predicted);
        foreach (var name in new[] { "bald", "expected_entropy", "variation_ratio", "mean_std" })
        {
            Column(calibrated, name).Should().Equal(Column(raw, name), name);
        }
    }

    [Fact]
    public void ScoresHaveTheSameBitsWhateverTheWidthOfTheLanes()
    {
        var wide = Scored<Lanes8>(0.7);
        foreach (var other in new[] { Scored<Lanes4>(0.7), Scored<Lanes1>(0.7) })
        {
            other.Confidence.Should().Equal(wide.Confidence);
            Column(other, "entropy").Should().Equal(Column(wide, "entropy"));
        }
    }

    [Fact]
    public void ARowWithoutProbabilitiesStaysWithoutAConfidence()
    {
        var batch = new ScoreBatch(1, 1);
        new ScoreKernel(1, 2, temperature: 2).Score([float.NaN, 1], 1, 1, batch, 0);
        batch.Confidence[0].Should().Be(double.NaN);
    }

    private static ScoreBatch Scored<T>(double temperature)
        where T : struct, ILanes<T>
    {
        var batch = new ScoreBatch(Rows, Members);
        new ScoreKernel(Members, Classes, temperature).Score<T>(Logits, Rows, Rows, batch, 0);
        return batch;
    }

    private static double[] Column(ScoreBatch batch, string name) => batch.Column(batch.Columns.ToList().FindIndex(c => c.Name == name));
}
