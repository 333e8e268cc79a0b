using Microsoft.Extensions.Logging;

namespace ParquetPool.Trainer.Import;

/// <summary>What an import warns of.</summary>
internal static partial class ImportLog
{
    [LoggerMessage(3, LogLevel.Warning, "a text has {Features} distinct features on average, so hardly two are alike but those that are the same{Remedy}")]
    public static partial void FewFeatures(this ILogger log, double features, string remedy);
}
