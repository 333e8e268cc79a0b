namespace ParquetPool.Fuzz;

/// <summary>A verdict and what was said.</summary>
internal readonly record struct Finding(Verdict Verdict, string Words)
{
    /// <summary>Whether this is as it should be.</summary>
    public bool IsGood => Verdict is Verdict.Taken or Verdict.Refused;
}
