using ParquetPool.Trainer.Libtorch;
using ParquetPool.Trainer.Losses;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Tests.Losses;

/// <summary>Both losses of rows that belong together, by loops in double arithmetic.</summary>
public sealed class TripletsTests
{
    private static readonly double[] Rows = [1, 2, -1, 0.5, 1, 0, -2, 1, 1, 0.3, -1, 2, 1, 1.5, -0.7, -1, 0.2, 0.4];

    /// <summary>Rows of a group belong together; the last has nobody.</summary>
    private static readonly int[] Groups = [0, 1, 0, 1, 0, 2];

    [Theory]
    [InlineData(0.2)]
    [InlineData(1.5)]
    public void Semi_hard_takes_the_nearest_that_is_further_away_or_else_the_furthest(double margin)
    {
        var losses = new List<double>();
        foreach (var (anchor, positive) in Pairs(together: true))
        {
            double[] negatives = [.. Pairs(together: false).Where(p => p.One == anchor).Select(p => Squared(anchor, p.Other))];
            var own = Squared(anchor, positive);
            var further = negatives.Where(d => d > own).ToList();
            losses.Add(Math.Max(0, own - (further.Count > 0 ? further.Min() : negatives.Max()) + margin));
        }
        Of(rows => Triplets.SemiHard(rows, Related(), (float)margin)).Should().BeApproximately(losses.Average(), 1e-6);
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(1.5)]
    public void Batch_all_is_the_mean_of_the_triplets_that_violate_the_margin(double margin)
    {
        double[] losses =
        [
            .. from pair in Pairs(together: true) from other in Pairs(together: false) where other.One == pair.One
               select Squared(pair.One, pair.Other) - Squared(pair.One, other.Other) + margin into loss where loss > 0 select loss,
        ];
        Of(rows => Triplets.BatchAll(rows, Related(), (float)margin)).Should().BeApproximately(losses.Average(), 1e-6);
    }

    [Fact]
    public void Contrastive_draws_pairs_together_and_pushes_others_out_of_the_margin()
    {
        var near = Pairs(together: false).Select(p => Math.Sqrt(Squared(p.One, p.Other))).Where(d => d < 1.2).ToList();
        var together = Pairs(together: true).Select(p => Squared(p.One, p.Other)).ToList();
        var expected = (together.Sum() + near.Sum(d => (1.2 - d) * (1.2 - d))) / together.Count;
        near.Should().NotBeEmpty();
        Of(rows => ContrastivePairs.Of(rows, Related(), 1.2f)).Should().BeApproximately(expected, 1e-6);
    }

    [Fact]
    public void Gradients_match_finite_differences()
    {
        Numbers.CheckGradient(rows => Triplets.SemiHard(Unit(rows), Related(), 0.2f), Rows, 6, 3);
        Numbers.CheckGradient(rows => Triplets.BatchAll(Unit(rows), Related(), 0.2f), Rows, 6, 3);
        Numbers.CheckGradient(rows => ContrastivePairs.Of(Unit(rows), Related(), 1.2f), Rows, 6, 3);
    }

    [Fact]
    public void Where_nothing_belongs_together_or_nothing_is_apart_there_is_no_loss()
    {
        foreach (var related in (Tensor[])[torch.zeros(6, 6, dtype: torch.ScalarType.Float64), torch.ones(6, 6, dtype: torch.ScalarType.Float64)])
        {
            Of(rows => Triplets.SemiHard(rows, related, 0.2f)).Should().Be(0);
            Of(rows => Triplets.BatchAll(rows, related, 0.2f)).Should().Be(0);
        }
    }

    private static double Of(Func<Tensor, Tensor> loss) => loss(Unit(Numbers.Tensor(Rows, 6, 3))).item<double>();

    private static Tensor Unit(Tensor rows) => rows.div(rows.pow(Scalars.Of(2)).sum(1, keepdim: true).sqrt());

    private static Tensor Related() => torch.tensor(Enumerable.Range(0, 36).Select(i => Groups[i / 6] == Groups[i % 6] ? 1.0 : 0).ToArray(), [6, 6]);

    private static IEnumerable<(int One, int Other)> Pairs(bool together) =>
        from one in Enumerable.Range(0, 6) from other in Enumerable.Range(0, 6) where one != other && (Groups[one] == Groups[other]) == together select (one, other);

    private static double Squared(int one, int other)
    {
        double[] Direction(int row) => Numbers.Row(Rows, 3, row) is var v ? Array.ConvertAll(v, x => x / Math.Sqrt(v.Sum(y => y * y))) : [];
        return Direction(one).Zip(Direction(other), (a, b) => (a - b) * (a - b)).Sum();
    }
}
