namespace ParquetPool.Trainer.SemiSupervised;

/// <summary>A mean of the numbers so far in which older ones count less.</summary>
/// <param name="kept">What it keeps of itself, in (0, 1); of the first numbers it is the plain mean, as long as that forgets faster.</param>
internal sealed class RunningMean(double kept)
{
    private int count;

    public double Value { get; private set; }

    public double Follow(double number)
    {
        count++;
        Value += Math.Max(1 - kept, 1.0 / count) * (number - Value);
        return Value;
    }
}
