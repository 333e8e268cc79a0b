namespace ParquetPool.Scorer.Labelling;

/// <summary>What <c>scorer tasks</c> is asked to do.</summary>
/// <param name="Rows">A ranked or selected file, or any list of ids.</param>
/// <param name="Pool">The shards that hold its rows: files, folders or globs.</param>
/// <param name="Out">The file of tasks, which ends in <c>.json</c>, or a folder for it.</param>
internal sealed record TasksOptions(string Rows, IReadOnlyList<string> Pool, string Out)
{
    /// <summary>The most tasks; null for all rows.</summary>
    public int? Top { get; init; }

    /// <summary>The classes that people choose among; empty for those of the model, or else those predicted.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>The columns that people are shown; empty for all texts but id, label and split.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>The file of tasks.</summary>
    public string File => Out.EndsWith(".json", StringComparison.Ordinal) ? Out : Path.Combine(Out, "tasks.json");

    /// <summary>How a vector is a picture, such as <c>28x28</c>; null for what the shards' footers or the model's manifest say, if anything.</summary>
    public string? Image { get; init; }

    /// <summary>What stands before a row's id in the address at which the labelling tool finds its picture; null where tasks hold the pictures themselves.</summary>
    public string? ImagePrefix { get; init; }
}

/// <summary>The last line of <c>scorer tasks</c>.</summary>
/// <param name="Fields">What people are shown.</param>
/// <param name="Interface">The labelling interface that goes with the tasks.</param>
internal sealed record TasksSummary(string Command, int Tasks, IReadOnlyList<string> Fields, IReadOnlyList<string> Classes, string File, string Interface)
{
    /// <summary>The task of the model that ranked the rows; null where none did. Not part of the line.</summary>
    internal string? Task { get; init; }

    /// <summary>The super-classes that tasks ask about; null where they ask for classes. Not part of the line.</summary>
    internal string? Hierarchy { get; init; }
}
