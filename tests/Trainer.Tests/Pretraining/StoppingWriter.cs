namespace ParquetPool.Trainer.Tests.Pretraining;

/// <summary>Stops a command when it says something.</summary>
internal sealed class StoppingWriter(string word, CancellationTokenSource stopping) : StringWriter
{
    public override void WriteLine(string? value)
    {
        if (value?.Contains(word, StringComparison.Ordinal) == true)
        {
            stopping.Cancel();
        }
    }
}
