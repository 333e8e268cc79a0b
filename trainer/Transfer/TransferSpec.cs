using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Trainer.Networks;

namespace ParquetPool.Trainer.Transfer;

/// <summary>A network that starts from a given model.</summary>
/// <param name="Package">The model: a package of our own or any ONNX file.</param>
internal sealed record TransferSpec(ModelPackage Package)
{
    public const float DefaultDropout = 0.5f;

    /// <summary>The learning rate of a new head, where none is given.</summary>
    public const float HeadRate = 3e-3f;

    private const float GivenShare = 1 / 30f;

    /// <summary>Whether the model's own head goes on learning; else a new one takes its place.</summary>
    public bool KeepsHead { get; init; }

    /// <summary>The value of the model that the new head is put on; null to find it.</summary>
    public string? On { get; init; }

    /// <summary>Patterns of parameters that do not learn, with * and ?.</summary>
    public IReadOnlyList<string> Freeze { get; init; } = [];

    /// <summary>Patterns of the only parameters that learn, or <see cref="LastBlock.Name"/>; none where all but the frozen do.</summary>
    public IReadOnlyList<string> Unfreeze { get; init; } = [];

    /// <summary>The learning rate of the model's own parameters; null for a small share of a new head's, or that of the head that is kept.</summary>
    public float? Rate { get; init; }

    /// <summary>The learning rate of the model's own parameters beside that of the head.</summary>
    public float RateBeside(float head) => Rate ?? (KeepsHead ? head : head * GivenShare);

    /// <summary>The share of the new head's inputs that is dropped.</summary>
    public float Dropout { get; init; } = DefaultDropout;

    /// <summary>All that it says, in one line.</summary>
    public string Text => FormattableString.Invariant(
        $"{Package.Path}, SHA-256 {Package.Sha256}, head {(KeepsHead ? "kept" : $"new on {On ?? "what was found"}, dropout {Dropout}")}, frozen: {Frozen}{(Rate is { } rate ? $", rate {rate}" : "")}");

    private string Frozen => (Freeze, Unfreeze) switch
    {
        (_, [_, ..]) => $"all but {string.Join(' ', Unfreeze)}",
        ([], _) => "nothing",
        _ => string.Join(' ', Freeze),
    };

    /// <summary>Whether rows may lack a column.</summary>
    public bool Missing => Package.Manifest?.Inputs.Any(i => i.Missing == ModelInput.NaN) ?? false;

    /// <summary>The classes of a head that is kept, in the order of its logits; null for a new one.</summary>
    public IReadOnlyList<string>? Classes => KeepsHead ? Package.Manifest!.Classes : null;

    /// <summary>Rejects settings that contradict each other or are out of range.</summary>
    /// <exception cref="UsageException">Names the option, its value and what was expected.</exception>
    public void Check()
    {
        if (KeepsHead && Package.Manifest is null)
        {
            throw new UsageException($"--head keep: {Package.Path} has no manifest that names the classes of its outputs: put a new head on it with --head new");
        }
        if (KeepsHead && On is not null)
        {
            throw new UsageException($"--head-on {On} is given with --head keep, expected --head new: a head that is kept stays where it is");
        }
        if (Freeze.Count > 0 && Unfreeze.Count > 0)
        {
            throw new UsageException($"--freeze {Freeze[0]} is given with --unfreeze {Unfreeze[0]}, expected one: what --unfreeze does not name is frozen");
        }
        if (Unfreeze.Count > 1 && Unfreeze.Contains(LastBlock.Name))
        {
            throw new UsageException($"--unfreeze {string.Join(' ', Unfreeze)}, expected {LastBlock.Name} alone or patterns of names");
        }
        NetworkSpec.DropoutRates.Require("--dropout", Dropout);
        OptionRange.AboveZero.Because("to keep the model as it is, give --freeze '*'").Require("--learning-rate-from", Rate);
    }
}
