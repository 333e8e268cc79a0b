using ParquetPool.Graphs;
using ParquetPool.Sessions;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Preferences;

namespace ParquetPool.Benchmarks;

/// <summary>What a network that ranks rows gives them, dropout off, in a stock session.</summary>
internal static class ScoresOfRows
{
    public static float[] Of(TrainedRanking trained, float[][] rows)
    {
        using var session = new ModelSession(DropoutSwitch.Off(trained.Network.Forward));
        using var input = TensorBuffer.Floats(rows.Length, rows[0].Length);
        rows.SelectMany(row => row).ToArray().CopyTo(input.Span);
        return session.Run(new Dictionary<string, TensorBuffer> { [trained.Network.Inputs[0].Name] = input })[Network.Score].Values;
    }
}
