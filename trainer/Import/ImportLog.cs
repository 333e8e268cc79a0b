using Microsoft.Extensions.Logging;

namespace ParquetPool.Trainer.Import;

/// <summary>What an import warns of.</summary>
internal static partial class ImportLog
{
    [LoggerMessage(3, LogLevel.Warning, "a text has {Features} distinct features on average, so hardly two are alike but those that are the same{Remedy}")]
    public static partial void FewFeatures(this ILogger log, double features, string remedy);

    [LoggerMessage(4, LogLevel.Warning, "{Count} files are no rows: {Folder}/rejects.csv names each with its cause")]
    public static partial void RejectedPictures(this ILogger log, long count, string folder);

    [LoggerMessage(59, LogLevel.Warning, "{Count} of {Rows} texts have more than {Width} tokens, and what lies behind these is left out of the column tokens: raise --max-tokens")]
    public static partial void CutTexts(this ILogger log, long count, long rows, int width);

    [LoggerMessage(5, LogLevel.Warning, "pictures lie {Depths} folders deep, so the folders are no labels: bring them to one depth, or name labels in a metadata.csv with file_name and label")]
    public static partial void MixedDepths(this ILogger log, string depths);
}
