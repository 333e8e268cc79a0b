using Microsoft.Extensions.Logging;

namespace ParquetPool.Scorer.Selection;

/// <summary>What a selection warns of.</summary>
internal static partial class SelectionLog
{
    [LoggerMessage(2, LogLevel.Warning, "after {Chosen} of {Wanted} rows {Rest}")]
    public static partial void NothingMoreToTell(this ILogger log, int chosen, int wanted, string rest);

    [LoggerMessage(4, LogLevel.Warning, "{Selected} rows are selected, {Asked} were asked for: {Selectable} are left that may be{Others}")]
    public static partial void FewerThanAsked(this ILogger log, int selected, int asked, long selectable, string others);
}
