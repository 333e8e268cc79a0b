using System.Text.Json.Serialization;
using ParquetPool.Errors;
using ParquetPool.Labels;
using ParquetPool.Trainer.Augmentation;
using ParquetPool.Trainer.Rehearsal;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Studies;

/// <summary>What <c>trainer study</c> is asked to do.</summary>
/// <param name="Pool">Files, folders or globs of labelled rows.</param>
/// <param name="Test">Files, folders or globs of the rows that accuracy is measured on.</param>
/// <param name="Out">The folder of the outputs.</param>
internal sealed record StudyOptions(IReadOnlyList<string> Pool, IReadOnlyList<string> Test, string Out)
{
    public const int DefaultPretrainSteps = 1000;

    public string LabelColumn { get; init; } = SimulateOptions.DefaultLabelColumn;

    /// <summary>Whether words that may be no classes (<see cref="ClassNames.Doubts"/>) are taken for classes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NewClasses { get; init; }

    /// <summary>Feature columns; empty for <c>features</c> if the pool has it, else every vector column.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>Labels of a training, each with all else.</summary>
    public IReadOnlyList<int> LabelsPerRun { get; init; } = [50, 250];

    /// <summary>As <see cref="StudyStart.Parse"/> reads them; <see cref="StudyStart.Scratch"/> is always among them.</summary>
    public IReadOnlyList<string> Starts { get; init; } = [StudyStart.Scratch, "autoencoder", "random-labels"];

    /// <summary>Strengths of <c>--augment</c>.</summary>
    public IReadOnlyList<string> Augment { get; init; } = ["none", "light", "strong"];

    /// <summary>Whether no picture is mirrored.</summary>
    public bool NoFlip { get; init; }

    /// <summary>As <see cref="StudyLearning.Parse"/> reads them; labels alone are always among them.</summary>
    public IReadOnlyList<string> Learn { get; init; } = [Learning.Supervised];

    /// <summary>Files, folders or globs of the labelled rows of another task, for <see cref="StudyLearning.Joint"/>; empty for none.</summary>
    public IReadOnlyList<string> Related { get; init; } = [];

    /// <summary>Trainings of each kind, with the seeds 0, 1, ...</summary>
    public int Seeds { get; init; } = 3;

    /// <summary>The most steps that a start learns from the pool without labels.</summary>
    public int PretrainSteps { get; init; } = DefaultPretrainSteps;

    /// <summary>How a network is trained; start, seed and strength are each training's own.</summary>
    public TrainOptions Training { get; init; } = new();

    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Rejects settings out of range.</summary>
    /// <exception cref="UsageException">Names the option, its value and what was expected.</exception>
    internal void Check()
    {
        Ranges.Require(this);
        if (LabelsPerRun.Count == 0 || Augment.Count == 0)
        {
            throw new UsageException($"{(LabelsPerRun.Count == 0 ? "--labels-per-run" : "--augment")} is empty, expected one or more, separated by commas");
        }
        foreach (var labels in LabelsPerRun)
        {
            OptionRange.AtLeast(2).Require("--labels-per-run", labels);
        }
        if (Learn.Contains(StudyLearning.Joint) != (Related.Count > 0))
        {
            throw new UsageException(Related.Count > 0
                ? $"--related-pool is given without --learn {StudyLearning.Joint}, expected both: it learns from the task and the related one together"
                : $"--learn {StudyLearning.Joint} is given without --related-pool, expected both: name the labelled rows of the related task");
        }
        Training.Check();
    }

    /// <summary>The starts, <see cref="StudyStart.Scratch"/> first.</summary>
    /// <exception cref="UsageException">One is none.</exception>
    internal IReadOnlyList<StudyStart> StartsOf() => [.. Starts.Prepend(StudyStart.Scratch).Distinct().Select(StudyStart.Parse)];

    /// <summary>The ways of learning, labels alone first.</summary>
    /// <exception cref="UsageException">One is none.</exception>
    internal IReadOnlyList<StudyLearning> Learnings() => [.. Learn.Prepend(Learning.Supervised).Distinct().Select(StudyLearning.Parse)];

    /// <summary>The strengths, in the order given.</summary>
    /// <exception cref="UsageException">One is none.</exception>
    internal IReadOnlyList<AugmentStrength> Strengths() => [.. Augment.Distinct().Select(Strength)];

    private static AugmentStrength Strength(string text)
    {
        var all = Enum.GetValues<AugmentStrength>();
        return Array.FindIndex(all, s => NameOf(s) == text) is >= 0 and var at
            ? all[at]
            : throw new UsageException($"--augment {text}: '{text}' is no strength, expected one of {string.Join(", ", all.Select(NameOf))}");
    }

    private static string NameOf(AugmentStrength strength) => strength.ToString().ToLowerInvariant();

    internal static readonly OptionRanges<StudyOptions> Ranges = new()
    {
        { "--seeds", options => options.Seeds, OptionRange.AtLeast(1) },
        { "--pretrain-steps", options => options.PretrainSteps, OptionRange.AtLeast(1) },
        { "--threads", options => options.Threads, OptionRange.AtLeast(1) },
    };
}
