namespace ParquetPool.Benchmarks;

/// <summary>Accuracies of one strategy on one pool.</summary>
internal sealed record Curve(string Strategy, string Pool)
{
    /// <summary>[seed][queries labelled].</summary>
    public IReadOnlyList<double[]> Runs { get; init; } = [];

    /// <summary>Mean and standard error over the seeds of the accuracy after all queries, averaged over the queries.</summary>
    public (double Mean, double Error) Overall => Of([.. Runs.Select(r => r.Average())]);

    /// <summary>Mean and standard error over the seeds after a number of queries.</summary>
    public (double Mean, double Error) At(int queries) => Of([.. Runs.Select(r => r[queries])]);

    /// <summary>The queries after which the mean first has the given accuracy; null where it never has.</summary>
    public int? Reaches(double accuracy) => Enumerable.Range(0, Runs[0].Length).Select(i => (int?)i).FirstOrDefault(i => At(i!.Value).Mean >= accuracy);

    private static (double Mean, double Error) Of(double[] values) =>
        (values.Average(), Math.Sqrt(values.Sum(v => Math.Pow(v - values.Average(), 2)) / (values.Length - 1) / values.Length));
}
