namespace ParquetPool.Contract;

/// <summary>A label as one annotator gave it.</summary>
/// <param name="Id">The row's.</param>
/// <param name="Annotator">Empty where the file names none.</param>
/// <param name="Seconds">What it took; NaN where the file does not say.</param>
public sealed record LabelEntry(string Id, string Label, string Annotator, double Seconds);
