namespace ParquetPool.Scorer.Outputs;

/// <summary>The numbers of a value for made-up rows.</summary>
/// <param name="Values">Row-major.</param>
internal sealed record ProbedValue(float[] Values, long[] Dims, int Rows)
{
    private const double Tolerance = 1e-3;

    /// <summary>Numbers a row; 0 where the value has not the rows in front and one axis with more than one number behind.</summary>
    public int Width => Dims.Length > 0 && Dims[0] == Rows && Dims.Skip(1).Count(d => d != 1) <= 1 ? Values.Length / Rows : 0;

    /// <summary>The rows that have no NaN and no infinity.</summary>
    private IEnumerable<int> Usable => Enumerable.Range(0, Rows).Where(row => Of(row).All(float.IsFinite));

    /// <summary>Whether every row is a distribution over the classes; of a single column, whether all are between 0 and 1.</summary>
    public bool IsDistribution() => Usable.Any() && Usable.All(row => Of(row).All(v => v is >= -1e-6f and <= 1 + 1e-5f) && (Width == 1 || Math.Abs(Of(row).Sum(v => (double)v) - 1) < Tolerance));

    /// <summary>Whether all numbers are 0 or 1.</summary>
    public bool AreVotes() => Values.All(v => v is 0 or 1);

    /// <summary>Whether every row holds logarithms of a distribution.</summary>
    public bool IsLogDistribution() => Width > 1 && Values.All(v => !float.IsNaN(v) && v <= 1e-5f) && Enumerable.Range(0, Rows).All(row => Math.Abs(Of(row).Sum(v => Math.Exp(v)) - 1) < Tolerance);

    /// <summary>Whether all numbers are between 0 and 1 and not all are the same.</summary>
    public bool IsBetweenZeroAndOne() => Usable.Any() && Usable.All(row => Of(row).All(v => v is >= 0 and <= 1)) && !IsOneNumber();

    /// <summary>Whether all numbers are between -1 and 1.</summary>
    public bool IsWithinOne() => Usable.Any() && Usable.All(row => Of(row).All(v => Math.Abs(v) <= 1 + 1e-5f));

    /// <summary>Whether all rows have the same number everywhere.</summary>
    public bool IsOneNumber() => !Values.Distinct().Skip(1).Any();

    /// <summary>Whether a row differs from the others by one number in all its columns, so that the softmax of all rows is the same.</summary>
    public bool AreShifts()
    {
        var rows = Usable.Select(row => Of(row).ToArray()).ToList();
        var most = rows.SelectMany(row => row).Select(Math.Abs).DefaultIfEmpty().Max();
        return Width > 1 && rows.Any(row => Math.Abs(row[0] - rows[0][0]) > Tolerance * most)
            && rows.All(row => row.Zip(rows[0]).All(v => Math.Abs(v.First - v.Second - (row[0] - rows[0][0])) <= 1e-6f * most));
    }

    /// <summary>Whether this value's rows are the softmax of another's, or of single columns the logistic function.</summary>
    /// <param name="logarithm">Whether this value holds the logarithms of that.</param>
    /// <param name="step">By how much quantisation may have moved this value's numbers.</param>
    public bool IsSquashed(ProbedValue logits, bool logarithm, double step) => Width > 0 && logits.Width == Width && Usable.Intersect(logits.Usable).ToList() is { Count: > 0 } rows && rows.All(row =>
        Of(row).Zip(Squashed(logits.Of(row))).All(v => Math.Abs((logarithm ? Math.Exp(v.First) : v.First) - v.Second) < Math.Max(Tolerance, step)));

    private ArraySegment<float> Of(int row) => new(Values, row * Width, Width);

    private static double[] Squashed(ArraySegment<float> logits)
    {
        if (logits.Count == 1)
        {
            return [1 / (1 + Math.Exp(-logits[0]))];
        }
        var most = logits.Max();
        var powers = logits.Select(z => Math.Exp(z - most)).ToArray();
        return Array.ConvertAll(powers, p => p / powers.Sum());
    }
}
