namespace ParquetPool.Statistics;

/// <summary>How far confidence and accuracy of predictions lie apart: the expected calibration error of Guo, Pleiss, Sun and Weinberger (2017), eq. 3.</summary>
/// <remarks>
/// With 15 bins of equal width, as they have it. Predictions are added one by one. Of few rows it is too high: a bin of some ten rows is off by 0.1 by chance.
/// </remarks>
public sealed class CalibrationError
{
    public const int Bins = 15;

    private readonly double[] confidences = new double[Bins]; // Sums.
    private readonly double[] rights = new double[Bins];
    private int rows;

    /// <param name="confidence">The probability of the predicted class, in [0, 1].</param>
    public void Add(double confidence, bool isRight)
    {
        var bin = Math.Min(Bins - 1, (int)(confidence * Bins));
        confidences[bin] += confidence;
        rights[bin] += isRight ? 1 : 0;
        rows++;
    }

    /// <summary>In [0, 1]; NaN where there was no prediction.</summary>
    public double Value => confidences.Zip(rights, (sure, was) => Math.Abs(sure - was)).Sum() / rows;
}
