using System.Text.Json.Serialization;
using ParquetPool.Contract;
using ParquetPool.Trainer.Labels;
using ParquetPool.Trainer.Stopping;

namespace ParquetPool.Trainer.Rounds;

/// <summary>The last line on stdout of <c>trainer round</c>.</summary>
/// <param name="Published">Whether there is a new round.</param>
/// <param name="Reason">Why, or why not.</param>
/// <param name="Model">The task's newest round's folder; null where there is none.</param>
/// <param name="NewLabels">Labels, new or changed, since the last round.</param>
/// <param name="Labels">Rows learnt from and held out; 0 where nothing was trained.</param>
/// <param name="Changed">Labels that their annotator changed later; the later ones stand.</param>
/// <param name="Disagreements">Rows on which annotators disagree.</param>
/// <param name="Ties">Those among them without a majority: left out.</param>
/// <param name="NotInPool">Labels for ids that no shard holds: left out.</param>
/// <param name="NotAskedFor">Labels for rows that no file of --asked names: used all the same.</param>
/// <param name="LeftOut">Labels left out for another reason; see remarks.csv.</param>
/// <param name="HoldoutRows">Rows measured on; see <see cref="RoundRecord"/>.</param>
/// <param name="Advice">Whether more labels pay.</param>
internal sealed record RoundSummary(
    string Command,
    string Task,
    bool Published,
    string Reason,
    int? Round,
    string? Model,
    LabelsRead Read,
    int NewLabels,
    int Labels,
    int Changed,
    int Disagreements,
    int Ties,
    int NotInPool,
    int NotAskedFor,
    int LeftOut,
    int HoldoutRows,
    double? HoldoutAccuracy,
    double? AccuracyBefore,
    Agreement? Agreement,
    ExpectedGain? GainPer100,
    string? Advice,
    double Seconds)
{
    /// <summary>Rows learnt from of which is known that they are of one of several classes, which are not among <see cref="Labels"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int PartialRows { get; init; }

    /// <summary>How sure the published round is of its predictions; null where none is published, or nobody asked.</summary>
    public ModelCalibration? Calibration { get; init; }

    /// <summary>What a reader should know of the labels: what was left out and why, what was read as one class, what decided.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
