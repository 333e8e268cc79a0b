using FsCheck;
using FsCheck.Fluent;
using ParquetPool.Scorer.Strategies;

namespace ParquetPool.Scorer.Tests.Strategies;

/// <summary>BatchBALD against the joint mutual information written out over all labels of all rows.</summary>
public class BatchBaldTests
{
    // Probabilities are floats, each row of which adds up to 1 within 1e-7.
    private const double Rounding = 1e-6;

    [Fact]
    public void WhileTheTableIsExactEveryRowHasTheHighestGain()
    {
        var cases =
            (from rows in Gen.Choose(1, 7)
             from members in Gen.Choose(1, 5)
             from classes in Gen.Choose(2, 4)
             from stream in Gen.Choose(0, 1000)
             select (rows, members, classes, stream: (uint)stream)).ToArbitrary();
        Prop.ForAll(cases, c =>
        {
            var p = GreedyDistanceTests.Probabilities(c.stream, c.rows * c.members, c.classes);
            var strategy = new BatchBald(p, c.members, c.classes, new double[c.rows], 0);
            var batch = new List<int>();
            foreach (var (choice, open) in GreedyDistanceTests.ChooseAll(strategy, c.rows, every: 1))
            {
                if (Math.Pow(c.classes, batch.Count) > JointLabels.MostOutcomes)
                {
                    break;
                }
                var before = Joint(p, c.members, c.classes, batch);
                var gains = open.ToDictionary(i => i, i => Joint(p, c.members, c.classes, [.. batch, i]) - before);
                choice.Value.Should().BeApproximately(gains[choice.Row], Rounding);
                choice.Value.Should().BeApproximately(gains.Values.Max(), Rounding);
                batch.Add(choice.Row);
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void SampledLabelsGiveTheEntropyOfTheTableWithinTheirError()
    {
        // Eight rows of four classes: 65,536 outcomes are sampled, and can still be written out here.
        const int Rows = 8;
        const int Members = 6;
        const int Classes = 4;
        var p = GreedyDistanceTests.Probabilities(9, (Rows + 1) * Members, Classes);
        ReadOnlySpan<float> Of(int row) => p.AsSpan(row * Members * Classes, Members * Classes);
        var errors = new List<double>();
        for (ulong seed = 0; seed < 20; seed++)
        {
            var joint = new JointLabels(Members, Classes, seed);
            for (var row = 0; row < Rows; row++)
            {
                joint.Add(Of(row));
            }
            int[] all = [.. Enumerable.Range(0, Rows)];
            var expected = JointEntropy(p, Members, Classes, [.. all, Rows]) - JointEntropy(p, Members, Classes, all);
            errors.Add(joint.Entropy(Of(Rows)) - expected);
        }
        errors.Should().OnlyContain(e => Math.Abs(e) < 0.03);
        errors.Average().Should().BeApproximately(0, 0.01, "the estimate has no bias");
    }

    [Fact]
    public void ACopyTellsLessThanAnotherRow()
    {
        // Rows 0 and 1 are the same, row 2 is a little less uncertain but splits the members another way.
        float[] p =
        [
            0.99f, 0.01f, 0.99f, 0.01f, 0.01f, 0.99f, 0.01f, 0.99f,
            0.99f, 0.01f, 0.99f, 0.01f, 0.01f, 0.99f, 0.01f, 0.99f,
            0.95f, 0.05f, 0.05f, 0.95f, 0.95f, 0.05f, 0.05f, 0.95f,
        ];

        var order = GreedyDistanceTests.ChooseAll(new BatchBald(p, 4, 2, [3, 2, 1], 0), 3, every: 1).Select(c => c.Choice.Row);

        order.Should().Equal(0, 2, 1);
    }

    [Fact]
    public void OnceNothingIsLeftToLearnTheScoreDecides()
    {
        // Two members that one row tells apart for certain.
        float[] p = [1, 0, 0, 1, 0.6f, 0.4f, 0.4f, 0.6f, 0.7f, 0.3f, 0.3f, 0.7f, 0.5f, 0.5f, 0.5f, 0.5f];

        var choices = GreedyDistanceTests.ChooseAll(new BatchBald(p, 2, 2, [4, 1, 2, 3], 0), 4, every: 1).Select(c => c.Choice).ToList();

        choices.Select(c => c.Row).Should().Equal(0, 3, 2, 1);
        choices[0].Value.Should().BeApproximately(Math.Log(2), 1e-9);
        choices.Skip(1).Should().OnlyContain(c => c.Value == 0);
    }

    /// <summary>I(y_1 .. y_n; member) = H(y_1 .. y_n) − Σ mean H(y_i | member).</summary>
    private static double Joint(float[] p, int members, int classes, IReadOnlyList<int> rows) =>
        JointEntropy(p, members, classes, rows) - rows.Sum(row => Enumerable.Range(0, members).Average(m =>
            p.Skip(((row * members) + m) * classes).Take(classes).Sum(v => v > 0 ? -v * Math.Log(v) : 0)));

    private static double JointEntropy(float[] p, int members, int classes, IReadOnlyList<int> rows)
    {
        double entropy = 0;
        for (long outcome = 0; outcome < (long)Math.Pow(classes, rows.Count); outcome++)
        {
            double probability = 0;
            for (var member = 0; member < members; member++)
            {
                var (product, rest) = (1.0 / members, outcome);
                foreach (var row in rows)
                {
                    product *= p[(((row * members) + member) * classes) + (int)(rest % classes)];
                    rest /= classes;
                }
                probability += product;
            }
            entropy -= probability > 0 ? probability * Math.Log(probability) : 0;
        }
        return entropy;
    }
}
