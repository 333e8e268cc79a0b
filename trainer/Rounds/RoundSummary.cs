using System.Text.Json.Serialization;
using ParquetPool.Contract;
using ParquetPool.Labels;
using ParquetPool.Trainer.Labels;
using ParquetPool.Trainer.Stopping;

namespace ParquetPool.Trainer.Rounds;

/// <summary>The last line on stdout of <c>trainer round</c>.</summary>
internal sealed record RoundSummary
{
    public string Command { get; } = "round";

    public required string Task { get; init; }

    /// <summary>Whether there is a new round.</summary>
    public bool Published { get; init; }

    /// <summary>Why, or why not.</summary>
    public string Reason { get; init; } = "";

    public int? Round { get; init; }

    /// <summary>The task's newest round's folder; null where there is none.</summary>
    public string? Model { get; init; }

    public required LabelsRead Read { get; init; }

    /// <summary>Labels, new or changed, since the last round.</summary>
    public int NewLabels { get; init; }

    /// <summary>Rows learnt from and held out; 0 where nothing was trained.</summary>
    public int Labels { get; init; }

    /// <summary>Labels that their annotator changed later; the later ones stand.</summary>
    public int Changed { get; init; }

    /// <summary>Rows on which annotators disagree.</summary>
    public int Disagreements { get; init; }

    /// <summary>Those among them without a majority: left out.</summary>
    public int Ties { get; init; }

    /// <summary>Labels for ids that no shard holds: left out.</summary>
    public int NotInPool { get; init; }

    /// <summary>Labels for rows that no file of --asked names: used all the same.</summary>
    public int NotAskedFor { get; init; }

    /// <summary>Labels left out for another reason; see remarks.csv.</summary>
    public int LeftOut { get; init; }

    /// <summary>Rows measured on; see <see cref="RoundRecord"/>.</summary>
    public int HoldoutRows { get; init; }

    public double? HoldoutAccuracy { get; init; }

    public double? AccuracyBefore { get; init; }

    public Agreement? Agreement { get; init; }

    public ExpectedGain? GainPer100 { get; init; }

    /// <summary>Whether more labels pay.</summary>
    public string? Advice { get; init; }

    public double Seconds { get; init; }

    /// <summary>Rows learnt from of which is known that they are of one of several classes, which are not among <see cref="Labels"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int PartialRows { get; init; }

    /// <summary>How sure the published round is of its predictions; null where none is published, or nobody asked.</summary>
    public ModelCalibration? Calibration { get; init; }

    /// <summary>What a reader should know of the labels: what was left out and why, what was read as one class, what decided.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>With what annotators say.</summary>
    public RoundSummary With(Consensus said) => this with { Changed = said.Changed, Disagreements = said.Disagreements.Count, Ties = said.Disagreements.Count(d => d.Label is null) };

    /// <summary>With what the pool's rows have of labels.</summary>
    public RoundSummary With(RoundLabels labels) => With(labels.Consensus) with
    {
        NotInPool = labels.NotInPool,
        NotAskedFor = labels.Remarks.Count(r => r.Used),
        LeftOut = labels.Remarks.Count(r => !r.Used) - labels.NotInPool,
    };
}
