namespace ParquetPool.Exports;

/// <summary>A label as one annotator gave it, or took it back.</summary>
/// <param name="Id">The row's.</param>
/// <param name="Label">As <see cref="Texts.LabelText"/> spells it; empty where the annotator took it back.</param>
/// <param name="Annotator">Empty where the file names none.</param>
/// <param name="Seconds">What it took; NaN where the file does not say.</param>
public sealed record LabelEntry(string Id, string Label, string Annotator, double Seconds)
{
    /// <summary>What else the annotator is called in the same file: a number beside an address.</summary>
    public string AlsoAnnotator { get; init; } = "";

    /// <summary>The annotation's own name, by which a later state of it is known; empty where the file gives none.</summary>
    public string Annotation { get; init; } = "";

    /// <summary>When it was given, by the annotation itself.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Whether it decides, whatever others say.</summary>
    public bool IsGroundTruth { get; init; }

    /// <summary>Whether the file says that the id is the row's, and not the labelling tool's own.</summary>
    public bool IsRowId { get; init; }

    /// <summary><see cref="ShownText"/> of what the annotator saw; empty where the file does not say.</summary>
    public string Shown { get; init; } = "";

    /// <summary>The class or super-class that was asked about, where <see cref="Label"/> is <see cref="Yes"/> or <see cref="No"/>; empty for a label.</summary>
    public string Question { get; init; } = "";

    public bool IsAnswer => Question.Length > 0;

    public const string Yes = "yes";
    public const string No = "no";

    public bool IsWithdrawn => Label.Length == 0;
}
