namespace ParquetPool.Scorer.Comparisons;

/// <summary>Which of two rows each member of a committee prefers, by the scores that it gives them: P = σ(first − second), Bradley and Terry 1952.</summary>
/// <param name="scores">[row, member].</param>
/// <param name="members">Members.</param>
internal sealed class MemberPreferences(double[] scores, int members)
{
    // Beyond it a preference is 0 or 1 to the last bit.
    private const double MostApart = 40;

    /// <summary>The mean over the members of the probability that the first row is preferred, and its variance among them: what Christiano et al. 2017 choose by (section 2.2.4).</summary>
    public (double Mean, double Variance) Of(int first, int second)
    {
        var (mean, squares) = (0.0, 0.0);
        for (var member = 0; member < members; member++)
        {
            // Welford 1962: numerically the sums of squares are never negative.
            var preference = Preference(scores[(first * members) + member] - scores[(second * members) + member]);
            var apart = preference - mean;
            mean += apart / (member + 1);
            squares += apart * (preference - mean);
        }
        return (mean, squares / members);
    }

    private static double Preference(double apart) => 1 / (1 + Math.Exp(-Math.Clamp(apart, -MostApart, MostApart)));
}
