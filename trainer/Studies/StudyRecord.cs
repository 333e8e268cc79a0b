using System.Globalization;
using ParquetPool.Scorer.Records;

namespace ParquetPool.Trainer.Studies;

/// <summary><c>study.json</c>: what was asked for and what came out.</summary>
/// <param name="Cells">Every place of the grid, those of fewer labels first.</param>
/// <param name="Findings">What each start, way of learning and strength brings over the first of its kind.</param>
/// <param name="Best">The best place with each number of labels, fewer first.</param>
/// <param name="Learnt">What the starts that learn from the pool came to.</param>
internal sealed record StudyRecord(
    int SchemaVersion, StudyOptions Options, long PoolRows, long TestRows, long RejectedRows, int Classes, IReadOnlyList<PlaceFinding> Cells, IReadOnlyList<Finding> Findings, IReadOnlyList<BestPlace> Best,
    IReadOnlyList<LearntStart> Learnt, RunVersions Versions);

/// <summary>A place of the grid.</summary>
/// <param name="Accuracy">The mean over the seeds.</param>
/// <param name="OfStart">What its start brings over weights of chance, all else alike; null of these.</param>
internal sealed record PlaceFinding(CellPlace Place, double Accuracy, Effect? OfStart);

/// <summary>What one value of a factor brings over the first one in the mean of all places of the grid, and where it does most for good and for bad.</summary>
/// <param name="Kind">start, learning or augmentation.</param>
internal sealed record Finding(string Kind, string Name, string Over, Effect Gain, string Verdict, string Most, string Least)
{
    /// <summary>It in one sentence.</summary>
    internal string Text => $"{Kind} {Name} over {Over}: {Verdict}, in the mean of all; most {Most}; least {Least}";
}

/// <summary>The best place with a number of labels.</summary>
/// <param name="Plain">The accuracy of weights of chance and labels alone, at the best strength of augmentation.</param>
internal sealed record BestPlace(CellPlace Place, double Accuracy, double Plain)
{
    /// <summary>It in one sentence.</summary>
    internal string Text => string.Create(CultureInfo.InvariantCulture, $"best with {Place.Setting}: {100 * Accuracy:F1}%; weights of chance and labels alone have {100 * Plain:F1}%");
}

/// <summary>How far a start that learns from the pool got.</summary>
/// <param name="Share">Of the method's own measure, in the mean of its models.</param>
internal sealed record LearntStart(string Start, double Share, int Models)
{
    /// <summary>It in words.</summary>
    internal string Text => string.Create(CultureInfo.InvariantCulture, $"{100 * Share:F1}% of {Start switch
    {
        Pretraining.PretrainRequest.RandomLabels => "the random labels are learnt by heart",
        Pretraining.PretrainRequest.Contrastive => "altered copies of other rows have their own row nearest",
        _ => "how other rows differ is in the reconstruction",
    }}");
}

/// <summary>The last line of <c>trainer study</c>.</summary>
/// <param name="Verdicts">By the kind and name of each finding.</param>
internal sealed record StudySummary(
    string Command, int Cells, int CellsReused, int Seeds, IReadOnlyDictionary<string, string> Verdicts, IReadOnlyList<BestPlace> Best, double Seconds, string File, string Report);
