using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Shards;
using ParquetPool.Storage;
using ParquetPool.Trainer.Rounds;

namespace ParquetPool.Trainer.Pretraining;

/// <summary>The flow of <c>trainer pretrain</c>: a pool to a published model that knows its rows and no labels.</summary>
internal static class PretrainRun
{
    /// <exception cref="UsageException">The request contradicts itself or the pool.</exception>
    /// <exception cref="DataException">A shard cannot be read, the pool is too small, or a training diverged.</exception>
    /// <exception cref="IOException">The model cannot be written.</exception>
    public static async Task<PretrainSummary> ExecuteAsync(PretrainRequest request, CommandContext context)
    {
        var start = context.Clock.GetTimestamp();
        ModelRegistry.CheckTask(request.Task);
        request.Check();
        var pool = ShardSet.Resolve(request.Pool);
        var progress = ProgressFile.PathOf("pretrain", request.Models, request.Task);
        var summary = request.Method switch
        {
            PretrainRequest.Lsa => await DirectionsRun.ExecuteAsync(request, pool, TrainColumns.Of(pool, request.Features), progress, context),
            PretrainRequest.MaskedLanguage => await EncoderRun.ExecuteAsync(request, pool, progress, context),
            _ => await BodyRun.ExecuteAsync(request, pool, TrainColumns.Of(pool, TrainColumns.Encoded(pool, request.Features, request.Network)), progress, context),
        };
        return summary with { Seconds = Math.Round(context.Clock.GetElapsedTime(start).TotalSeconds, 2) };
    }
}
