using ParquetPool.Errors;
using ParquetPool.Randomness;
using ParquetPool.Statistics;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Training;

/// <summary>Draws the rows of an epoch by the inverse of the density around them, so that rows of thin regions come more often.</summary>
/// <remarks>
/// w = (1 / (density + α))ᵗ (Amini et al. 2019, eq. 5, with the density of <see cref="RowDensity"/>, among the training rows by what the network is fed with, in the place of a
/// product of histograms), t the largest power up to 1 that leaves the draws worth <see cref="SamplerOptions.MinEffective"/> of the rows. An epoch has as many draws as there
/// are rows; each row is drawn ⌊n w / Σw⌋ times or once more (systematic sampling: Madow 1949), so equal weights give each row once.
/// </remarks>
internal sealed class RowDraws
{
    private const int Halvings = 50;
    private const double LeastDensity = 1e-100; // So that the square of a weight is a number.

    private readonly double[] drawn; // [row]: draws an epoch, in the mean.
    private readonly SamplerOptions options;
    private readonly double power;

    /// <param name="rarities">[row], in nats: minus the logarithm of the density.</param>
    public RowDraws(double[] rarities, SamplerOptions options)
    {
        this.options = options;
        var weights = Array.ConvertAll(rarities, rarity => 1 / (Math.Max(Math.Exp(-rarity), LeastDensity) + options.Alpha));
        (drawn, power) = (Tempered(weights, 1), 1);
        if (Worth(drawn) < options.MinEffective)
        {
            var above = 1.0;
            power = 0;
            for (var i = 0; i < Halvings; i++)
            {
                var middle = (power + above) / 2;
                (power, above) = Worth(Tempered(weights, middle)) >= options.MinEffective ? (middle, above) : (power, middle);
            }
            drawn = Tempered(weights, power);
        }
    }

    /// <summary>[row]: how often it is drawn in an epoch, in the mean.</summary>
    public IReadOnlyList<double> Drawn => drawn;

    /// <summary>The share of the rows that the draws are worth: Kish's effective sample size.</summary>
    public double Effective => Worth(drawn);

    /// <summary>How rows are drawn, for the manifest.</summary>
    public string Text => Recipe.Text($"debias: by inverse density, alpha {options.Alpha}, to the power {power:0.###}; the draws are worth {100 * Effective:0.#} % of the rows, the rarest comes {drawn.Max():0.##} times an epoch, the commonest {drawn.Min():0.##}");

    /// <summary>Null where each row comes once.</summary>
    /// <exception cref="DataException">The rows are too few to tell a density by.</exception>
    public static RowDraws? Of(IReadOnlyList<LabelledRow> rows, TrainOptions options) => options.Sampler.Kind == SamplerKind.Uniform ? null
        : rows.Count >= RowDensity.LeastSample ? new RowDraws(RaritiesOf(rows, options.Seed), options.Sampler)
        : throw new DataException($"{rows.Count} rows to learn from, expected {RowDensity.LeastSample} or more to tell how thinly they lie: add labels, or leave --sampler debias out");

    /// <summary>The rows of an epoch, in their order, those that come more often side by side.</summary>
    public int[] Epoch(ulong seed, int epoch)
    {
        var word = new uint[1];
        Philox.Fill(seed, Purpose.EpochDraws, 0, (uint)epoch, 0, word);
        var (rows, begin, sum) = (new int[drawn.Length], word[0] / (uint.MaxValue + 1.0), 0.0);
        for (var (row, at) = (0, 0); row < drawn.Length; row++)
        {
            sum += drawn[row];
            var upTo = row == drawn.Length - 1 ? drawn.Length : Math.Min(drawn.Length, (int)Math.Floor(sum + begin));
            for (; at < upTo; at++)
            {
                rows[at] = row;
            }
        }
        return rows;
    }

    private static double[] RaritiesOf(IReadOnlyList<LabelledRow> rows, ulong seed)
    {
        var draws = new PhiloxStream(seed, Purpose.TrainingDensity);
        var order = Enumerable.Range(0, rows.Count).Select(row => (Row: row, Key: draws.Uniform())).OrderBy(row => row.Key).Take(RowDensity.SampleOf(rows[0].Features.Length)).Select(row => row.Row).Order().ToArray();
        var places = order.Index().ToDictionary(row => row.Item, row => row.Index);
        var density = new RowDensity([.. order.Select(row => rows[row].Features)]);
        var rarities = new double[rows.Count];
        Parallel.For(0, rows.Count, row => rarities[row] = density.Rarity(rows[row].Features, places.GetValueOrDefault(row, -1)));
        return rarities;
    }

    /// <summary>Weights to a power, their mean 1.</summary>
    private static double[] Tempered(double[] weights, double power)
    {
        var tempered = Array.ConvertAll(weights, weight => Math.Pow(weight, power));
        var mean = tempered.Average();
        return Array.ConvertAll(tempered, weight => weight / mean);
    }

    private static double Worth(double[] weights) => Math.Pow(weights.Sum(), 2) / weights.Sum(weight => weight * weight) / weights.Length;
}
