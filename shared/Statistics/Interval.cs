namespace ParquetPool.Statistics;

/// <summary>From the 2.5 % to the 97.5 % quantile.</summary>
public sealed record Interval(double Low, double High);
