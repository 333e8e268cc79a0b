namespace ParquetPool.Benchmarks;

/// <summary>Ordinal votes of people with a bias and a scale of their own, on rows of which the mean vote of all of them is known.</summary>
/// <remarks>
/// A row's quality is a smooth function of its 16 numbers. A voter gives round(1.5 + scale · quality + bias + noise), within 0 and 3. Who votes depends on the row: strict people see other rows than kind ones do.
/// </remarks>
internal sealed class MadeVoters
{
    public const int Width = 16;
    public const int Grades = 4;
    private const double Noise = 0.4;

    private readonly Random random;
    private readonly double[][] directions;

    public MadeVoters(int seed, int voters)
    {
        random = new Random(seed);
        directions = [.. Enumerable.Range(0, 4).Select(_ => Enumerable.Range(0, Width).Select(_ => Normal() / Math.Sqrt(Width)).ToArray())];
        Bias = [.. Enumerable.Range(0, voters).Select(_ => 0.8 * Normal())];
        Scale = [.. Enumerable.Range(0, voters).Select(_ => Math.Exp(0.3 * Normal()))];
    }

    public double[] Bias { get; }

    public double[] Scale { get; }

    public float[] Row() => [.. Enumerable.Range(0, Width).Select(_ => (float)Normal())];

    /// <summary>One to three voters of a row and what they say.</summary>
    public IEnumerable<(int Voter, int Grade)> Votes(float[] row)
    {
        var (seen, quality) = (Along(row, 3), Quality(row));
        double[] weights = [.. Bias.Select(bias => Math.Exp(1.5 * seen * bias))];
        var voters = new HashSet<int>();
        var count = 1 + random.Next(3);
        while (voters.Count < count)
        {
            var (draw, voter) = (random.NextDouble() * weights.Sum(), 0);
            while (voter < weights.Length - 1 && (draw -= weights[voter]) > 0)
            {
                voter++;
            }
            voters.Add(voter);
        }
        foreach (var voter in voters.Order())
        {
            yield return (voter, Math.Clamp((int)Math.Round(1.5 + (Scale[voter] * quality) + Bias[voter] + (Noise * Normal())), 0, Grades - 1));
        }
    }

    /// <summary>The mean of what all voters would say.</summary>
    public double Mean(float[] row)
    {
        var (quality, sum) = (Quality(row), 0.0);
        for (var voter = 0; voter < Bias.Length; voter++)
        {
            var centre = 1.5 + (Scale[voter] * quality) + Bias[voter];
            for (var grade = 1; grade < Grades; grade++)
            {
                sum += 1 - Below((grade - 0.5 - centre) / Noise); // The chance of this grade or more.
            }
        }
        return sum / Bias.Length;
    }

    private double Quality(float[] row) => (1.2 * Math.Tanh(1.5 * Along(row, 0))) + (0.8 * Math.Sin(2 * Along(row, 1))) + (0.5 * Along(row, 2) * Along(row, 0));

    private double Along(float[] row, int direction) => row.Zip(directions[direction], (x, d) => x * d).Sum();

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>The normal distribution function: Abramowitz and Stegun 7.1.26, within 1e-7.</summary>
    private static double Below(double z)
    {
        var (x, t) = (Math.Abs(z) / Math.Sqrt(2), 1 / (1 + (0.3275911 * Math.Abs(z) / Math.Sqrt(2))));
        var tail = ((((((((1.061405429 * t) - 1.453152027) * t) + 1.421413741) * t) - 0.284496736) * t) + 0.254829592) * t * Math.Exp(-x * x);
        return z > 0 ? 1 - (tail / 2) : tail / 2;
    }
}
