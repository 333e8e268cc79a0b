using Microsoft.Extensions.Logging;

namespace ParquetPool.Scorer.Labelling;

/// <summary>What the tasks of a labelling tool lack.</summary>
internal static partial class LabellingLog
{
    [LoggerMessage(5, LogLevel.Warning, "no classes are known, so the labelling interface offers none: name them with --classes")]
    public static partial void NoClasses(this ILogger log);
}
