using ParquetPool.Trainer.Augmentation;
using ParquetPool.Trainer.Rehearsal;

namespace ParquetPool.Trainer.Studies;

/// <summary>A training of a study.</summary>
/// <param name="Labels">Rows with labels, drawn at random: those of fewer labels are among those of more.</param>
internal sealed record StudyCell(StudyStart Start, StudyLearning Learning, AugmentStrength Strength, int Labels, int Seed)
{
    public CellPlace Place => new(Start.Name, Strength.ToString().ToLowerInvariant(), Learning.Name, Labels);

    /// <summary>Its file's.</summary>
    public string FileName => FormattableString.Invariant($"{new string([.. Start.ShortName.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')])}{Start.Related?.Sha256[..8]}-{Place.Augment}-{Place.Learn}-{Labels}-seed-{Seed}.json");
}

/// <summary>Where a training stands in the grid, whatever its seed.</summary>
internal readonly record struct CellPlace(string Start, string Augment, string Learn, int Labels)
{
    /// <summary>In words.</summary>
    internal string Setting => FormattableString.Invariant($"{Labels:N0} labels, start {Start}, augmentation {Augment}, {Learn}");
}

/// <summary>A finished training.</summary>
/// <param name="Key">Of everything that decides it.</param>
/// <param name="Test">On the test rows, dropout off.</param>
/// <param name="Seconds">The only number that differs from one run to the next.</param>
internal sealed record CellResult(string Key, CellPlace Place, int Seed, TestScore Test, double Seconds);
