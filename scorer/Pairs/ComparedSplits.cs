namespace ParquetPool.Scorer.Pairs;

/// <summary>Two splits that are compared, or one with itself.</summary>
/// <param name="Split">Each of its rows is a query.</param>
/// <param name="Other">Its rows are the neighbours.</param>
internal sealed record ComparedSplits(AuditSplit Split, AuditSplit Other)
{
    /// <summary>Whether a split is compared with itself.</summary>
    public bool Inside => Split == Other;

    /// <summary>The word of the files, such as <c>test-train</c>.</summary>
    public string Kind => $"{Split.Name}-{Other.Name}";

    /// <summary>Whether the labels of a pair are the same; null where one is missing.</summary>
    public bool? LabelsAgree(in AuditPair pair) =>
        Split.LabelOf(pair.Row) is { } label && Other.LabelOf(pair.OtherRow) is { } other ? label == other : null;
}
