namespace ParquetPool.Trainer.Optimisers;

/// <summary>The learning rate of each step of a training.</summary>
/// <param name="Peak">The highest rate.</param>
/// <param name="WarmupSteps">Steps of the linear rise to the peak; 0 starts there. <see cref="RateSchedule.OneCycle"/> has a rise of its own.</param>
/// <param name="TotalSteps">Steps until the end; the last rate holds from then on.</param>
/// <param name="Schedule">How it goes from the peak to the end.</param>
internal readonly record struct LearningRate(float Peak, int WarmupSteps, int TotalSteps, RateSchedule Schedule = RateSchedule.Cosine)
{
    private const double RiseShare = 0.3;
    private const double FirstPart = 1 / 25.0;
    private const double LastPart = FirstPart / 1e4;

    /// <summary>The rate of step <paramref name="step"/>, counted from 0.</summary>
    public float At(int step)
    {
        if (Schedule == RateSchedule.OneCycle)
        {
            var (at, top) = (Math.Min(step, TotalSteps - 1), Math.Max(1, (RiseShare * TotalSteps) - 1));
            return (float)(Peak * (at <= top ? Between(FirstPart, 1, at / top) : Between(1, LastPart, (at - top) / (TotalSteps - 1 - top))));
        }
        if (step < WarmupSteps)
        {
            return Peak * (step + 1) / WarmupSteps;
        }
        if (Schedule == RateSchedule.Step)
        {
            return step >= 0.75 * TotalSteps ? Peak / 100 : step >= 0.5 * TotalSteps ? Peak / 10 : Peak;
        }
        var progress = TotalSteps <= WarmupSteps ? 1 : Math.Min(1, (double)(step - WarmupSteps) / (TotalSteps - WarmupSteps));
        return (float)(Peak * Between(1, 0, progress));
    }

    /// <summary>Along half a cosine from one value to another.</summary>
    private static double Between(double from, double to, double progress) => to + ((from - to) * 0.5 * (1 + Math.Cos(Math.PI * progress)));
}

/// <summary>How the learning rate goes over a training.</summary>
public enum RateSchedule
{
    /// <summary>It rises linearly, then falls along half a cosine: Loshchilov and Hutter 2017 (SGDR), equation 5, without restarts.</summary>
    Cosine,

    /// <summary>It rises linearly, then holds, and is a tenth from half of the steps on and a hundredth from three quarters on.</summary>
    Step,

    /// <summary>It rises and falls along half cosines, from a 25th and to a 250,000th of the peak, which it has at three tenths of the steps: Smith and Topin 2018, with torch.optim's figures.</summary>
    OneCycle,
}
