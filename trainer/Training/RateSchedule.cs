namespace ParquetPool.Trainer.Training;

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
