using ParquetPool.Trainer.Libtorch;
using ParquetPool.Trainer.Torch;
using TorchSharp;

namespace ParquetPool.Trainer.Tests.Libtorch;

public sealed class ScalarsTests
{
    [Fact]
    public async Task A_number_is_not_freed_while_libtorch_reads_it()
    {
        TorchLibrary.Use();
        using var stop = new CancellationTokenSource();
        var collecting = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        }, TestContext.Current.CancellationToken);

        for (var turn = 0; turn < 1000; turn++)
        {
            using var scope = torch.NewDisposeScope();
            torch.ones(3000).mul(Scalars.Of(2)).add(Scalars.Of(0.5)).clamp(Scalars.Of(0), Scalars.Of(9)).sum().item<float>().Should().Be(7500);
        }
        await stop.CancelAsync();
        await collecting;
    }
}
