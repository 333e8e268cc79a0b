using System.CommandLine;
using ParquetPool.Errors;
using ParquetPool.Trainer.Augmentation;
using ParquetPool.Trainer.SemiSupervised;

namespace ParquetPool.Trainer.Rounds;

/// <summary>The options of a training that also learns from rows without labels.</summary>
internal static class UnlabelledOptions
{
    private static readonly SemiSupervisedOptions Defaults = new();

    public static readonly Option<string[]> Unlabelled = new("--unlabelled")
    {
        Description = "With --learn: Parquet files, folders or globs of rows to learn from without their labels; the pool itself, say. Rows that are held out, or would be, are not among them.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "GLOB",
    };

    private static readonly Option<LearningMethod> Learn = LearningOptions.Choice<LearningMethod>(
        "--learn",
        "What is learnt from: 'supervised' is labels alone; 'noisy-student' also what a teacher guesses of --unlabelled; 'mixmatch' and 'fixmatch' also its own guesses as it learns, all of them or those it is sure of; all three with --augment light where none is given; 'gm-dgm' and 'm2' also what a generative model makes of them, some of whose classes no label names.",
        "supervised|noisy-student|mixmatch|fixmatch|gm-dgm|m2");

    private static readonly Option<int> StudentRounds = new("--student-rounds")
    {
        Description = "With --learn noisy-student: students, each taught by the one before.",
        HelpName = "N",
        DefaultValueFactory = _ => Defaults.StudentRounds,
    };

    private static readonly Option<MixupChoice> Mixup = LearningOptions.Choice<MixupChoice>(
        "--mixup", $"With --learn mixmatch: whether rows and targets are mixed; 'auto' does so from {SemiSupervisedOptions.LabelsToMix} labels a class on.", "on|off|auto");

    private static readonly Option<int?> HiddenClasses = new("--hidden-classes")
    {
        Description = "With --learn gm-dgm or m2: how many classes there may be that no label names; the model calls them new-1, new-2 and so on.",
        HelpName = "N",
    };

    public static readonly Option<string[]> HiddenLabels = new("--hidden-labels")
    {
        Description = "With --learn gm-dgm or m2: label files that nobody learns from, of rows of --unlabelled, whose classes are hidden ones among others. The accuracy on hidden classes of gm-dgm, m2 and the clusters that both start from is told; the other model is trained for it.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "FILE",
    };

    private static readonly Option<int> MostRows = new("--unlabelled-rows")
    {
        Description = "The most rows of --unlabelled that are kept in memory, drawn by id and seed.",
        HelpName = "N",
        DefaultValueFactory = _ => Defaults.MostRows,
    };

    public static IReadOnlyList<Option> All => [Unlabelled, Learn, StudentRounds, Mixup, HiddenClasses, HiddenLabels, MostRows];

    public static Command AddTo(Command command)
    {
        foreach (var option in All)
        {
            command.Options.Add(option);
        }
        return command;
    }

    /// <summary>What the command line says of them.</summary>
    /// <exception cref="UsageException">An option is given that the method has no use for.</exception>
    public static SemiSupervisedOptions Of(ParseResult parse)
    {
        var method = parse.GetValue(Learn);
        if (method == LearningMethod.Supervised && parse.GetResult(MostRows) is { Implicit: false })
        {
            throw new UsageException($"{MostRows.Name} is given without --learn, expected both: --learn noisy-student, mixmatch, fixmatch, gm-dgm or m2");
        }
        foreach (var (option, of) in ((Option, LearningMethod)[])[(StudentRounds, LearningMethod.NoisyStudent), (Mixup, LearningMethod.MixMatch)])
        {
            if (method != of && parse.GetResult(option) is { Implicit: false })
            {
                throw new UsageException($"{option.Name} is given without --learn {new SemiSupervisedOptions { Method = of }.Name}, expected both");
            }
        }
        foreach (var option in (Option[])[HiddenClasses, HiddenLabels])
        {
            if (method is not (LearningMethod.GmDgm or LearningMethod.M2) && parse.GetResult(option) is { Implicit: false })
            {
                throw new UsageException($"{option.Name} is given without --learn gm-dgm or m2, expected both");
            }
        }
        return new()
        {
            Method = method,
            Pool = parse.GetValue(Unlabelled) ?? [],
            StudentRounds = parse.GetValue(StudentRounds),
            Mixup = parse.GetValue(Mixup),
            HiddenClasses = parse.GetValue(HiddenClasses),
            HiddenLabels = parse.GetValue(HiddenLabels) ?? [],
            MostRows = parse.GetValue(MostRows),
        };
    }

    /// <summary>How rows are altered: as the command line says, else as is usual with the method.</summary>
    public static AugmentOptions Augment(ParseResult parse, AugmentOptions given, SemiSupervisedOptions learning) =>
        parse.GetResult(LearningOptions.Augment) is { Implicit: false } ? given : given with { Strength = learning.UsualStrength };
}
