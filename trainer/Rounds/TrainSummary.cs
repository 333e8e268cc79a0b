using System.Text.Json.Serialization;
using ParquetPool.Contract;

namespace ParquetPool.Trainer.Rounds;

/// <summary>The last line on stdout of <c>trainer train</c>.</summary>
/// <param name="Model">The round's folder.</param>
/// <param name="Rows">Labelled rows learnt from.</param>
/// <param name="LossCorrelation">Spearman's correlation of predicted and true losses of the held-out rows; null where none are predicted.</param>
/// <param name="Seconds">From the first row read to the model published.</param>
internal sealed record TrainSummary(
    string Model,
    string Task,
    int Round,
    int Classes,
    int Rows,
    int HoldoutRows,
    double HoldoutAccuracy,
    double HoldoutLoss,
    int Epochs,
    int BestEpoch,
    double? LossCorrelation,
    string Sha256,
    double Seconds)
{
    /// <summary>Rows learnt from of which is known that they are of one of several classes, which are not among the rows.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int PartialRows { get; init; }

    /// <summary>Rows without labels that were learnt from, which are not among the rows; null where none were.</summary>
    public ModelUnlabelled? Unlabelled { get; init; }

    /// <summary>How sure the model is of its predictions; null where nobody asked.</summary>
    public ModelCalibration? Calibration { get; init; }

    /// <summary>What a reader should know of the labels.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
