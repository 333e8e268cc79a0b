using FsCheck;
using FsCheck.Fluent;
using ParquetPool.Scorer.Acquisition;

namespace ParquetPool.Scorer.Tests.Acquisition;

public class ScoreKernelTests
{
    [Fact]
    public void EveryColumnIsWhatPlainDoubleArithmeticSays()
    {
        Prop.ForAll(
            Gen.Choose(1, 12).SelectMany(members => Gen.Choose(2, 9).SelectMany(classes => Gen.Choose(1, 4).SelectMany(rows =>
                Gen.Choose(-40_000, 40_000).ArrayOf(members * classes * rows).Select(z => (members, classes, rows, z: z.Select(v => v / 1000f).ToArray()))))).ToArbitrary(),
            c => Check(c.z, c.members, c.rows, c.classes)).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(new[] { 0f, 0f, 0f, 0f })]
    [InlineData(new[] { 1000f, -1000f, 1000f, -1000f })]
    [InlineData(new[] { 1000f, -1000f, -1000f, 1000f })]
    [InlineData(new[] { -1e30f, 1e30f, 0f, 1e-30f })]
    public void ExtremeLogitsAreScoredToo(float[] z) => Check(z, 2, 1, 2);

    [Fact]
    public void MembersThatAgreeKnowAllTheyCan()
    {
        var scores = Score([0.3f, -1, 2, 0.3f, -1, 2], 2, 1, 3, passes: 2);

        scores["bald"][0].Should().BeLessThan(1e-15);
        scores["mean_std"][0].Should().BeLessThan(1e-15);
        scores["variation_ratio"][0].Should().Be(0);
    }

    [Fact]
    public void MembersThatContradictEachOtherHaveTheHighestBald()
    {
        var scores = Score([50, -50, -50, 50], 2, 1, 2, passes: 2);

        scores["bald"][0].Should().BeApproximately(Math.Log(2), 1e-12);
        scores["entropy"][0].Should().BeApproximately(Math.Log(2), 1e-12);
        scores["margin"][0].Should().BeApproximately(0, 1e-12);
        scores["variation_ratio"][0].Should().Be(0.5);
    }

    [Fact]
    public void ASinglePredictionHasNoColumnThatNeedsACommittee() =>
        Score([1, 2], 1, 1, 2, passes: 0).Keys.Should().Equal("least_confidence", "margin", "entropy");

    [Fact]
    public void ScoresHaveTheSameBitsWhateverTheWidthOfTheLanesAndTheRowsBesides()
    {
        foreach (var (members, rows, classes) in new[] { (1, 1, 2), (20, 13, 50), (7, 64, 10), (3, 8, 3) })
        {
            var logits = TestModels.Numbers(5, members * rows * classes).Select(v => v * 20).ToArray();
            var (scalar, alone) = (new ScoreBatch(rows, members), new ScoreBatch(rows, members));
            var kernel = new ScoreKernel(members, classes);
            kernel.Score<Lanes1>(logits, rows, rows, scalar, 0);
            for (var row = 0; row < rows; row++)
            {
                kernel.Score(logits.AsSpan(row), rows, 1, alone, row);
            }

            foreach (var other in new[] { Width<Lanes4>(), Width<Lanes8>(), alone })
            {
                other.Predicted.Should().Equal(scalar.Predicted);
                other.Confidence.Should().Equal(scalar.Confidence);
                for (var column = 0; column < scalar.Columns.Count; column++)
                {
                    other.Column(column).Select(BitConverter.DoubleToInt64Bits).Should().Equal(scalar.Column(column).Select(BitConverter.DoubleToInt64Bits));
                }
                for (var column = 0; column < scalar.HalfColumns.Count; column++)
                {
                    other.HalfColumn(column).Select(BitConverter.SingleToInt32Bits).Should().Equal(scalar.HalfColumn(column).Select(BitConverter.SingleToInt32Bits));
                }
            }

            ScoreBatch Width<T>()
                where T : struct, ILanes<T>
            {
                var batch = new ScoreBatch(rows, members);
                kernel.Score<T>(logits, rows, rows, batch, 0);
                return batch;
            }
        }
    }

    [Theory]
    [InlineData(20)]
    [InlineData(7)]
    [InlineData(2)]
    public void TheHalvesAreScoredAsCommitteesOfTheirOwn(int members)
    {
        const int Rows = 11, Classes = 6;
        var logits = TestModels.Numbers(9, members * Rows * Classes).Select(v => v * 20).ToArray();
        var batch = new ScoreBatch(Rows, members);
        new ScoreKernel(members, Classes).Score<Lanes8>(ByClass(logits, members, Rows, Classes), Rows, Rows, batch, 0);

        var half = members / 2;
        batch.HalfColumns.Select(c => c.Name).Should().Equal(batch.Columns.SelectMany(c => new[] { $"{c.Name}_half_1", $"{c.Name}_half_2" }));
        for (var i = 0; i < 2; i++)
        {
            var values = batch.Columns.Select((c, column) => (c.Name, Values: batch.HalfColumn(2 * column + i).Select(v => (double)v).ToArray())).ToDictionary(c => c.Name, c => c.Values);
            Check(values, [.. logits.Skip(i * half * Rows * Classes).Take(half * Rows * Classes)], half, Rows, Classes, within: 1e-6);
        }
    }

    [Fact]
    public void AMemberAloneHasNoHalves()
    {
        new ScoreBatch(1, 1).HalfColumns.Should().BeEmpty();
        new ScoreBatch(1, 0).HalfColumns.Should().BeEmpty();
    }

    [Fact]
    public void ALogitOfMinusInfinityIsAProbabilityOfZero()
    {
        var with = Score([1, 2, float.NegativeInfinity, 3, 1, float.NegativeInfinity], 2, 1, 3, passes: 2);
        var without = Score([1, 2, 3, 1], 2, 1, 2, passes: 2);

        foreach (var column in new[] { "least_confidence", "margin", "entropy", "expected_entropy", "bald", "variation_ratio" })
        {
            with[column].Should().Equal(without[column], column);
        }
    }

    [Theory]
    [InlineData(float.NaN, 0f, 0f)]
    [InlineData(0f, float.NaN, 0f)]
    [InlineData(0f, 0f, float.PositiveInfinity)]
    public void LogitsThatAreNoNumbersGiveNoConfidence(float a, float b, float c)
    {
        var batch = new ScoreBatch(1, 2);
        new ScoreKernel(2, 3).Score([1, 2, 3, a, b, c], 1, 1, batch, 0);

        batch.Confidence[0].Should().Be(double.NaN);
    }

    [Fact]
    public void NothingIsAllocatedPerTile()
    {
        var logits = TestModels.Numbers(5, 20 * 256 * 50);
        var (kernel, batch) = (new ScoreKernel(20, 50), new ScoreBatch(256, 20));
        kernel.Score(logits, 256, 256, batch, 0);
        var before = GC.GetAllocatedBytesForCurrentThread();

        kernel.Score(logits, 256, 256, batch, 0);

        GC.GetAllocatedBytesForCurrentThread().Should().Be(before);
    }

    private static void Check(float[] logits, int members, int rows, int classes)
    {
        Check(Score<Lanes1>(logits, members, rows, classes, members), logits, members, rows, classes);
        Check(Score<Lanes4>(logits, members, rows, classes, members), logits, members, rows, classes);
        Check(Score<Lanes8>(logits, members, rows, classes, members), logits, members, rows, classes);
    }

    private static void Check(Dictionary<string, double[]> actual, float[] logits, int members, int rows, int classes, double within = 1e-9)
    {
        for (var row = 0; row < rows; row++)
        {
            var p = Enumerable.Range(0, members).Select(t => Softmax(logits, (t * rows + row) * classes, classes)).ToArray();
            var mean = Enumerable.Range(0, classes).Select(c => p.Average(m => m[c])).ToArray();
            var sorted = mean.OrderDescending().ToArray();
            var expectedEntropy = p.Average(Entropy);
            var votes = Enumerable.Range(0, members).Select(t => logits.Skip((t * rows + row) * classes).Take(classes).ToList())
                .Select(z => z.IndexOf(z.Max())).CountBy(c => c).Max(v => v.Value);
            var expected = new Dictionary<string, double>
            {
                ["least_confidence"] = 1 - sorted[0],
                ["margin"] = sorted[0] - sorted[1],
                ["entropy"] = Entropy(mean),
                ["expected_entropy"] = expectedEntropy,
                ["bald"] = Math.Max(0, Entropy(mean) - expectedEntropy),
                ["variation_ratio"] = 1 - (double)votes / members,
                ["mean_std"] = Enumerable.Range(0, classes).Average(c => Math.Sqrt(p.Average(m => Math.Pow(m[c] - mean[c], 2)))),
            };
            foreach (var (column, value) in expected)
            {
                actual[column][row].Should().BeApproximately(value, within, column);
            }
            actual["entropy"][row].Should().BeInRange(0, Math.Log(classes) + within);
            actual["bald"][row].Should().BeInRange(0, actual["entropy"][row] + within);
        }
    }

    private static Dictionary<string, double[]> Score(float[] logits, int members, int rows, int classes, int passes) =>
        Score<Lanes8>(logits, members, rows, classes, passes);

    private static Dictionary<string, double[]> Score<T>(float[] logits, int members, int rows, int classes, int passes)
        where T : struct, ILanes<T>
    {
        var batch = new ScoreBatch(rows, passes);
        new ScoreKernel(members, classes).Score<T>(ByClass(logits, members, rows, classes), rows, rows, batch, 0);
        return batch.Columns.Select((c, i) => (c.Name, Values: batch.Column(i))).ToDictionary(c => c.Name, c => c.Values);
    }

    /// <summary>[member, row, class] as [member, class, row].</summary>
    private static float[] ByClass(float[] logits, int members, int rows, int classes) =>
        [.. Enumerable.Range(0, logits.Length).Select(i => logits[((i / rows / classes * rows) + (i % rows)) * classes + (i / rows % classes)])];

    private static double[] Softmax(float[] logits, int at, int classes)
    {
        var z = logits.Skip(at).Take(classes).Select(v => (double)v).ToArray();
        var e = z.Select(v => Math.Exp(v - z.Max())).ToArray();
        return [.. e.Select(v => v / e.Sum())];
    }

    private static double Entropy(double[] p) => -p.Sum(v => v > 0 ? v * Math.Log(v) : 0);
}
