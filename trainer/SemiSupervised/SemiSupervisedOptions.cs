using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Trainer.Augmentation;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.SemiSupervised;

/// <summary>How rows that nobody has labelled are learnt from.</summary>
internal sealed record SemiSupervisedOptions
{
    /// <summary>With fewer labels a class than this, mixing hurts more than it helps in so few steps: the few rows there are get blurred.</summary>
    internal const int LabelsToMix = 50;

    public const int DefaultMostRows = 50_000;

    public LearningMethod Method { get; init; }

    /// <summary>Files, folders or globs of the rows; labels in them are not read.</summary>
    public IReadOnlyList<string> Pool { get; init; } = [];

    /// <summary>The most rows that are kept in memory, drawn by id and seed from those there are.</summary>
    public int MostRows { get; init; } = DefaultMostRows;

    /// <summary>Students of a noisy student; each one is the next one's teacher.</summary>
    public int StudentRounds { get; init; } = 2;

    /// <summary>Whether MixMatch mixes.</summary>
    public MixupChoice Mixup { get; init; }

    /// <summary>Classes that no label names, of a generative model; null for any other method.</summary>
    public int? HiddenClasses { get; init; }

    /// <summary>Files of labels that are measured by and never learnt from.</summary>
    public IReadOnlyList<string> HiddenLabels { get; init; } = [];

    internal bool IsGenerative => Method is LearningMethod.GmDgm or LearningMethod.M2;

    internal bool IsUsed => Method != LearningMethod.Supervised;

    /// <summary>What is altered how much where nobody says so: lightly, for copies altered more take more steps to learn from than they are worth. A generative model gives back rows as they are.</summary>
    internal AugmentStrength UsualStrength => IsUsed && !IsGenerative ? AugmentStrength.Light : AugmentStrength.None;

    internal static readonly OptionRanges<SemiSupervisedOptions> Ranges = new()
    {
        { "--student-rounds", options => options.StudentRounds, OptionRange.Between(1, 10) },
        { "--hidden-classes", options => options.HiddenClasses, OptionRange.Between(1, 100) },
        { "--unlabelled-rows", options => options.MostRows, OptionRange.Between(1, 1_000_000) },
    };

    /// <summary>Whether rows and targets are mixed, given so many rows to learn from.</summary>
    internal bool Mixes(int rows, int classes) => Mixup == MixupChoice.On || (Mixup == MixupChoice.Auto && rows >= LabelsToMix * classes);

    /// <summary>Rejects settings that contradict each other or the training's.</summary>
    /// <exception cref="UsageException">Names the option, its value and what was expected.</exception>
    internal void Check(TrainOptions options, bool continues)
    {
        Ranges.Require(this);
        if (IsUsed != (Pool.Count > 0))
        {
            throw new UsageException(IsUsed
                ? $"--learn {Name} is given without --unlabelled, expected both: name the pool whose rows are to be learnt from"
                : "--unlabelled is given without --learn, expected both: --learn noisy-student, mixmatch, fixmatch, gm-dgm or m2");
        }
        if (!IsUsed)
        {
            return;
        }
        if (IsGenerative && HiddenClasses is null)
        {
            throw new UsageException($"--learn {Name} is given without --hidden-classes, expected both: say how many classes there may be that no label names, rather too many than too few");
        }
        if (continues)
        {
            throw new UsageException($"--learn {Name} is given with --epochs-per-round, expected one: it starts from first weights");
        }
        if (options.From is not null)
        {
            throw new UsageException($"--learn {Name} is given with --from, expected one: it starts from a network's first weights");
        }
        if (options.Sampler.Kind != SamplerKind.Uniform)
        {
            throw new UsageException($"--learn {Name} is given with --sampler debias, expected one: its steps join rows with and without labels, and draw each evenly");
        }
        if (options.Network.Members > 1)
        {
            throw new UsageException($"--learn {Name} is given with {options.Network.Members} members, expected one network: the guesses of their mean would make them alike");
        }
        if (options.Network.PredictedLoss)
        {
            throw NoLosses();
        }
    }

    /// <exception cref="UsageException">The network is one that this way of learning is not made for.</exception>
    internal void Check(Network network)
    {
        if (network.LossTaps.Count > 0)
        {
            throw NoLosses();
        }
        if (network.Heads.Count > 1)
        {
            throw new UsageException($"--learn {Name}: the network has {network.Heads.Count} heads, expected one: give a network.json with \"towerHeads\": false");
        }
        if (IsGenerative && (network.Meanings.Any(m => m.IsIds) || network.Inputs.Any(input => input.Missing == ModelInput.NaN)))
        {
            throw new UsageException($"--learn {Name}: the network reads {(network.Tokens > 0 ? "token ids" : "columns that may be missing")}, expected pictures or vectors that every row has: a generative model gives them back");
        }
        if (Method == LearningMethod.MixMatch && network.Meanings.Any(m => m.IsIds))
        {
            throw new UsageException("--learn mixmatch: the network reads token ids, which cannot be mixed, expected pictures or vectors: use --learn noisy-student --augment none");
        }
    }

    private UsageException NoLosses() => new($"--learn {Name} is given with --learning-loss, expected one: a guess has no loss of its own to predict");

    internal string Name => Method switch { LearningMethod.NoisyStudent => "noisy-student", LearningMethod.MixMatch => "mixmatch", LearningMethod.FixMatch => "fixmatch", LearningMethod.GmDgm => "gm-dgm", LearningMethod.M2 => "m2", _ => "supervised" };
}
