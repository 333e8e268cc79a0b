using System.Text.Json.Serialization;

namespace ParquetPool.Trainer.Rehearsal;

/// <summary>The last line of <c>trainer correlate</c>.</summary>
/// <param name="Before">Test accuracy of the model that learnt from no group yet.</param>
internal sealed record CorrelateSummary(string Command, int Initial, int Rows, int Groups, double Before, IReadOnlyList<ScoreCorrelation> Scores, double Seconds, string File);

/// <summary>A score and what groups sorted by it teach.</summary>
/// <param name="Correlation">Spearman's, between a group's mean score and the accuracy reached with it; null, as the p-values, where one of them is the same for all groups.</param>
internal sealed record ScoreCorrelation(string Score, double? Correlation, double? PValue, double? PermutationPValue, [property: JsonIgnore] IReadOnlyList<ScoreGroup> Groups)
{
    /// <summary>Mean accuracy of each tenth of the groups, lowest scores first.</summary>
    public IReadOnlyList<double> Tenths
    {
        get
        {
            var parts = Math.Min(10, Groups.Count);
            return [.. Enumerable.Range(0, parts).Select(part => Groups.Skip(Groups.Count * part / parts).Take((Groups.Count * (part + 1) / parts) - (Groups.Count * part / parts)).Average(g => g.Accuracy))];
        }
    }
}

/// <summary>Rows next to each other in the order of a score.</summary>
/// <param name="Number">From 1, lowest scores first.</param>
/// <param name="Accuracy">On the test rows after learning from the group.</param>
internal readonly record struct ScoreGroup(int Number, double MeanScore, double Accuracy);
