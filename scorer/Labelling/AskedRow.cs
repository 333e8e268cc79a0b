using System.Globalization;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Labelling;

/// <summary>A row of a ranked or selected file.</summary>
/// <param name="Place">From 1, in the order of asking.</param>
/// <param name="Score">What it was ranked by.</param>
/// <param name="Confidence">Of the predicted class; null where the file does not say.</param>
internal sealed record AskedRow(int Place, string Id, string Shard, long Row, double Score, string Predicted, double? Confidence)
{
    /// <exception cref="Commands.DataException">The file is no ranked or selected one.</exception>
    public static IEnumerable<AskedRow> Read(string path)
    {
        var hasConfidence = TextTable.Columns(path).Contains("confidence");
        string[] columns = ["id", "shard", "row", "score", "predicted", .. hasConfidence ? ["confidence"] : Array.Empty<string>()];
        return TextTable.ReadWithNumbers(path, columns).Select((r, place) => new AskedRow(
            place + 1, r[0]!, r[1]!, long.Parse(r[2]!, CultureInfo.InvariantCulture), Number(r[3]) ?? 0, r[4]!, hasConfidence ? Number(r[5]) : null));
    }

    private static double? Number(string? text) => text is null ? null : double.Parse(text, CultureInfo.InvariantCulture);
}
