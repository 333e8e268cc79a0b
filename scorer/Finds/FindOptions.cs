namespace ParquetPool.Scorer.Finds;

/// <summary>What is looked for, and where; exactly one of <see cref="Text"/>, <see cref="Image"/> and <see cref="Like"/> is given.</summary>
/// <param name="Pool">Files, folders or globs of shards.</param>
internal sealed record FindOptions(IReadOnlyList<string> Pool)
{
    /// <summary>A text, which becomes a vector as those of the column did.</summary>
    public string? Text { get; init; }

    /// <summary>A file of a picture, which becomes a vector as those of the column did.</summary>
    public string? Image { get; init; }

    /// <summary>The id of a row of the pool.</summary>
    public string? Like { get; init; }

    /// <summary>The vectors that are compared; null for <c>embedding</c>, or the only one.</summary>
    public string? Column { get; init; }

    /// <summary>The encoder of the text or picture; null for <c>minilm</c> or <c>resnet18</c>, where the shards' footers name it.</summary>
    public string? Encoder { get; init; }

    /// <summary>Rows in the answer.</summary>
    public int Top { get; init; } = 20;

    /// <summary>A CSV file; null for none.</summary>
    public string? Out { get; init; }

    /// <summary>A page of the answer; null for none.</summary>
    public string? Page { get; init; }
}
