using ParquetPool.Errors;
using ParquetPool.Trainer.Augmentation;
using ParquetPool.Trainer.Rehearsal;
using ParquetPool.Trainer.SemiSupervised;

namespace ParquetPool.Trainer.Studies;

/// <summary>What a training of a study learns from.</summary>
/// <param name="Name">As asked for.</param>
/// <param name="Method">Null for the labels of the task and of a related one.</param>
internal sealed record StudyLearning(string Name, LearningMethod? Method)
{
    /// <summary>Labels and those of a related task, by one network with a head for each.</summary>
    public const string Joint = "joint";

    /// <exception cref="UsageException">It is none, or names a strength: these are a side of the grid by themselves.</exception>
    public static StudyLearning Parse(string text) =>
        text == Joint ? new StudyLearning(text, null)
        : text.Contains(':') ? throw new UsageException($"--learn {text}: expected a way of learning alone, for each is tried with every strength of --augment")
        : Learning.Names.Contains(text) ? new StudyLearning(text, Learning.Parse(text, AugmentStrength.None).Method)
        : throw new UsageException($"--learn {text}: '{text}' is no way of learning, expected one of {string.Join(", ", Learning.Names.Append(Joint))}");
}
