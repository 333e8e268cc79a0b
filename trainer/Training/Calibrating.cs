namespace ParquetPool.Trainer.Training;

/// <summary>What makes probabilities as sure as they are right.</summary>
internal enum Calibrating
{
    /// <summary>A temperature, see <see cref="Statistics.TemperatureFit"/>.</summary>
    Temperature,

    /// <summary>Nothing.</summary>
    None,
}
