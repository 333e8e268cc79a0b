using System.Numerics.Tensors;

namespace ParquetPool.Scorer.Acquisition;

/// <summary>From logits to scores, in double precision; entropies are in nats. Not for two threads at a time.</summary>
/// <remarks>
/// p_t = softmax(logits of member t), p = mean over t. Least confidence, margin, entropy: Settles, "Active learning literature survey"
/// (2009). BALD: Houlsby et al. (2011), for dropout committees Gal, Islam and Ghahramani (2017). Variation ratio and mean standard deviation:
/// Gal (2016). The entropy of a member is log Z − Σ p·(z − max z), which needs one logarithm a member. Sums run in a fixed order, so the
/// same logits give the same bits whatever the vector width.
/// </remarks>
public sealed class ScoreKernel(int members, int classes)
{
    private readonly double[] shifted = new double[classes];
    private readonly double[] exponentials = new double[classes];
    private readonly double[] mean = new double[classes];
    private readonly double[] probabilities = new double[members * classes]; // [member, class]
    private readonly double[] logs = new double[classes];
    private readonly int[] votes = new int[classes];

    /// <summary>Scores the first <paramref name="rows"/> rows of a tile into <paramref name="target"/> from row <paramref name="at"/> on.</summary>
    /// <param name="logits">[member, row, class] with <paramref name="tileRows"/> rows a member.</param>
    public void Score(ReadOnlySpan<float> logits, int tileRows, int rows, ScoreBatch target, int at)
    {
        for (var row = 0; row < rows; row++)
        {
            ScoreRow(logits, tileRows, row, target, at + row);
        }
    }

    private void ScoreRow(ReadOnlySpan<float> logits, int tileRows, int row, ScoreBatch target, int at)
    {
        Array.Clear(mean);
        Array.Clear(votes);
        double expectedEntropy = 0;
        for (var member = 0; member < members; member++)
        {
            expectedEntropy += AddMember(logits.Slice((member * tileRows + row) * classes, classes), probabilities.AsSpan(member * classes, classes));
        }
        expectedEntropy /= members;

        var (first, second) = Summarise();
        TensorPrimitives.Log(mean, logs);
        double entropy = 0;
        double deviation = 0;
        var mostVotes = 0;
        for (var c = 0; c < classes; c++)
        {
            entropy -= mean[c] > 0 ? mean[c] * logs[c] : 0;
            deviation += Deviation(c);
            mostVotes = Math.Max(mostVotes, votes[c]);
        }

        target.Predicted[at] = first;
        target.Confidence[at] = mean[first];
        for (var i = 0; i < target.Columns.Count; i++)
        {
            var column = target.Columns[i];
            target.Column(i)[at] =
                column == ScoreColumn.LeastConfidence ? 1 - mean[first]
                : column == ScoreColumn.Margin ? mean[first] - mean[second]
                : column == ScoreColumn.Entropy ? entropy
                : column == ScoreColumn.ExpectedEntropy ? expectedEntropy
                : column == ScoreColumn.Bald ? Math.Max(0, entropy - expectedEntropy)
                : column == ScoreColumn.VariationRatio ? 1 - (double)mostVotes / members
                : deviation / classes;
        }
    }

    /// <summary>Adds a member's probabilities and its vote; returns its entropy.</summary>
    private double AddMember(ReadOnlySpan<float> z, Span<double> p)
    {
        var top = 0;
        for (var c = 1; c < z.Length; c++)
        {
            top = z[c] > z[top] ? c : top;
        }
        votes[top]++;
        for (var c = 0; c < z.Length; c++)
        {
            shifted[c] = (double)z[c] - z[top];
        }
        TensorPrimitives.Exp(shifted, exponentials);
        double sum = 0;
        double weighted = 0;
        for (var c = 0; c < exponentials.Length; c++)
        {
            sum += exponentials[c];
            weighted += exponentials[c] * shifted[c];
        }
        var scale = 1 / sum;
        for (var c = 0; c < exponentials.Length; c++)
        {
            p[c] = exponentials[c] * scale;
            mean[c] += p[c];
        }
        return Math.Log(sum) - weighted * scale;
    }

    /// <summary>The members' standard deviation of a class's probability, in two passes: one would lose half the digits.</summary>
    private double Deviation(int c)
    {
        double sum = 0;
        for (var i = c; i < probabilities.Length; i += classes)
        {
            var difference = probabilities[i] - mean[c];
            sum += difference * difference;
        }
        return Math.Sqrt(sum / members);
    }

    /// <summary>Divides the sums by the members and finds the two most probable classes, the first of equals first.</summary>
    private (int First, int Second) Summarise()
    {
        var (first, second) = (-1, -1);
        for (var c = 0; c < classes; c++)
        {
            mean[c] /= members;
            if (first < 0 || mean[c] > mean[first])
            {
                (first, second) = (c, first);
            }
            else if (second < 0 || mean[c] > mean[second])
            {
                second = c;
            }
        }
        return (first, second);
    }
}
