namespace ParquetPool.Trainer.Stopping;

/// <summary>How alike the predictions of two models on the same rows are.</summary>
/// <param name="Changed">Share of the rows whose predicted class is another.</param>
/// <param name="Kappa">Agreement beyond chance: Cohen (1960), κ = (p_o − p_e) / (1 − p_e); 1 where both predict one class only.</param>
internal sealed record Agreement(double Changed, double Kappa)
{
    /// <param name="before">[row]: the class predicted; at least one row.</param>
    /// <param name="after">[row]</param>
    public static Agreement Of<T>(IReadOnlyList<T> before, IReadOnlyList<T> after)
        where T : notnull
    {
        double rows = before.Count;
        var same = before.Zip(after).Count(p => p.First.Equals(p.Second)) / rows;
        var counts = after.CountBy(c => c).ToDictionary();
        var chance = before.CountBy(c => c).Sum(c => c.Value / rows * counts.GetValueOrDefault(c.Key) / rows);
        return new Agreement(1 - same, chance < 1 ? (same - chance) / (1 - chance) : 1);
    }
}
