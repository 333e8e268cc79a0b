using System.Globalization;
using ParquetPool.Scorer.Records;
using ParquetPool.Trainer.Rehearsal;

namespace ParquetPool.Trainer.Studies;

/// <summary><c>study.json</c>: what was asked for and what came out.</summary>
/// <param name="Cells">Every place of the grid.</param>
/// <param name="Best">The best place with each number of labels, fewer first.</param>
internal sealed record StudyRecord(
    int SchemaVersion, StudyOptions Options, long PoolRows, long TestRows, long RejectedRows, int Classes, IReadOnlyList<PlaceFinding> Cells, IReadOnlyList<StartFinding> Starts, IReadOnlyList<BestPlace> Best, RunVersions Versions);

/// <summary>A place of the grid.</summary>
/// <param name="Accuracy">The mean over the seeds.</param>
/// <param name="OfStart">What its start brings over weights of chance, all else alike; null of these.</param>
internal sealed record PlaceFinding(CellPlace Place, double Accuracy, Estimate? OfStart);

/// <summary>What a start brings over weights of chance in the mean of all places of the grid, and where it does most for good and for bad.</summary>
internal sealed record StartFinding(string Start, Estimate Gain, string Verdict, string Most, string Least);

/// <summary>The best place with a number of labels.</summary>
/// <param name="Plain">The accuracy of weights of chance and labels alone, at the best strength of augmentation.</param>
internal sealed record BestPlace(CellPlace Place, double Accuracy, double Plain)
{
    /// <summary>It in one sentence.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"best with {Place.Labels:N0} labels: start {Place.Start}, augmentation {Place.Augment}, {Place.Learn}, {100 * Accuracy:F1}%; weights of chance and labels alone have {100 * Plain:F1}%");
}

/// <summary>The last line of <c>trainer study</c>.</summary>
internal sealed record StudySummary(
    string Command, int Cells, int CellsReused, int Seeds, IReadOnlyDictionary<string, string> Verdicts, IReadOnlyList<BestPlace> Best, double Seconds, string File, string Report);
