namespace ParquetPool.Exports;

/// <summary>One label as a row of a table or a record states it, with all that is said of it.</summary>
/// <param name="Row">The id; empty where none stands there.</param>
/// <param name="IsRowId">Whether it says itself that it is the row's.</param>
internal sealed record StatedLabel(string Row, bool IsRowId)
{
    /// <summary>Who is said to have given it.</summary>
    public string? Annotator { get; init; }

    /// <summary>Who may have given it, where nobody is said to have.</summary>
    public string? PerhapsAnnotator { get; init; }

    /// <summary>The annotation that it is a version of.</summary>
    public string? Annotation { get; init; }

    /// <summary>Whether it is a later state of an annotation's.</summary>
    public bool IsVersion { get; init; }

    /// <summary>Where it is marked as one that does not count; null where it is not. See <see cref="LabelFields.Refusal"/>.</summary>
    public (string Field, string Word)? Refusal { get; init; }

    /// <summary>Whether it is marked as taken back.</summary>
    public bool IsWithdrawn { get; init; }

    public string? Seconds { get; init; }

    public string? Time { get; init; }

    public bool IsGroundTruth { get; init; }

    /// <summary>What people were shown.</summary>
    public string? Text { get; init; }

    /// <summary>The class or super-class that it answers about; null for a label.</summary>
    public string? Question { get; init; }

    /// <summary>Whether what was said before is taken back.</summary>
    public bool TakesBack => IsWithdrawn || Refusal is not null;

    /// <summary>Whether it neither counts nor takes anything back. A mark of it is noted, and the row stays open.</summary>
    public bool IsSetAside(SheetBuilder sheet, string place)
    {
        if (Refusal is not { } state)
        {
            return false;
        }
        sheet.Note($"labels are marked '{state.Word}' in {state.Field} and count for nothing", place);
        if (LabelFields.TakesBack(state.Word, Annotator, Annotation))
        {
            return false;
        }
        sheet.Open();
        return true;
    }

    /// <summary>Adds it: a class, or that what the same person or annotation said before is taken back. Several classes are none.</summary>
    /// <param name="choice">What it says of the class.</param>
    public void AddTo(SheetBuilder sheet, LabelChoice choice, string place)
    {
        if (choice is LabelChoice.Several several)
        {
            sheet.Note("labels name several classes and are left out", $"{place}: {SheetBuilder.Short(several.Names)}");
        }
        else if (choice is LabelChoice.None && !TakesBack)
        {
            sheet.Open();
        }
        if (choice is not LabelChoice.One && !TakesBack && !(choice is LabelChoice.Several && IsVersion))
        {
            return;
        }
        sheet.Add(
            new LabelEntry(Row, (choice as LabelChoice.One)?.Name ?? "", Annotator ?? PerhapsAnnotator ?? "", sheet.Seconds(Seconds, place))
            {
                Annotation = Annotation ?? "",
                Time = LabelTime.Parse(Time),
                IsGroundTruth = IsGroundTruth,
                IsRowId = IsRowId,
                Shown = ShownText.Of(Text),
                Question = Question ?? "",
            },
            place);
    }
}
