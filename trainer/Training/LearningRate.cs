namespace ParquetPool.Trainer.Training;

/// <summary>A learning rate that rises linearly, then falls along half a cosine.</summary>
/// <param name="Peak">The rate at the end of the warm-up.</param>
/// <param name="WarmupSteps">Steps of the rise; 0 starts at the peak.</param>
/// <param name="TotalSteps">Steps until <paramref name="Floor"/> is reached; it holds from then on.</param>
/// <param name="Floor">The rate at the end.</param>
/// <remarks>Loshchilov and Hutter 2017 (SGDR), equation 5, without restarts.</remarks>
public readonly record struct LearningRate(float Peak, int WarmupSteps, int TotalSteps, float Floor)
{
    /// <summary>The rate of step <paramref name="step"/>, counted from 0.</summary>
    public float At(int step)
    {
        if (step < WarmupSteps)
        {
            return Peak * (step + 1) / WarmupSteps;
        }
        var progress = TotalSteps <= WarmupSteps ? 1 : Math.Min(1, (double)(step - WarmupSteps) / (TotalSteps - WarmupSteps));
        return (float)(Floor + ((Peak - Floor) * 0.5 * (1 + Math.Cos(Math.PI * progress))));
    }
}
