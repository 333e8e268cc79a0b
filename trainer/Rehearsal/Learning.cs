using ParquetPool.Errors;
using ParquetPool.Trainer.Augmentation;
using ParquetPool.Trainer.SemiSupervised;

namespace ParquetPool.Trainer.Rehearsal;

/// <summary>How a rehearsal learns from what it has bought.</summary>
/// <param name="Name">As asked for.</param>
/// <param name="Method">With or without the rows that are not bought.</param>
/// <param name="Strength">How much rows are altered.</param>
internal sealed record Learning(string Name, LearningMethod Method, AugmentStrength Strength)
{
    /// <summary>What every way of learning is compared with.</summary>
    public const string Supervised = "supervised";

    private const char Augmented = ':';

    private static readonly Dictionary<string, LearningMethod> Methods =
        new() { [Supervised] = LearningMethod.Supervised, ["noisy-student"] = LearningMethod.NoisyStudent, ["mixmatch"] = LearningMethod.MixMatch, ["fixmatch"] = LearningMethod.FixMatch };

    /// <summary>The ways there are.</summary>
    public static IReadOnlyCollection<string> Names => Methods.Keys;

    /// <summary>What <c>trainer train</c> is to be told to learn so.</summary>
    public string Arguments => (Method == LearningMethod.Supervised ? "" : $" --learn {Name.Split(Augmented)[0]} --unlabelled POOL") + (Strength == AugmentStrength.None ? "" : $" --augment {StrengthName(Strength)}");

    /// <summary>Reads <c>METHOD[:STRENGTH]</c>.</summary>
    /// <param name="usual">Where it names no strength; none for what is usual with the method.</param>
    /// <exception cref="UsageException">There is no such method or strength.</exception>
    public static Learning Parse(string text, AugmentStrength usual)
    {
        var parts = text.Split(Augmented);
        if (!Methods.TryGetValue(parts[0], out var method))
        {
            throw new UsageException($"--learn {text}: '{parts[0]}' is no way of learning, expected one of {string.Join(", ", Methods.Keys)}");
        }
        var strengths = Enum.GetValues<AugmentStrength>();
        var strength = parts.Length == 1 ? (usual != AugmentStrength.None ? usual : new SemiSupervisedOptions { Method = method }.UsualStrength)
            : parts.Length == 2 && Array.FindIndex(strengths, s => StrengthName(s) == parts[1]) is >= 0 and var at ? strengths[at]
            : throw new UsageException($"--learn {text}: '{text[(parts[0].Length + 1)..]}' is no strength of --augment, expected one of {string.Join(", ", strengths.Select(StrengthName))}");
        return new Learning(text, method, strength);
    }

    private static string StrengthName(AugmentStrength strength) => strength.ToString().ToLowerInvariant();
}
