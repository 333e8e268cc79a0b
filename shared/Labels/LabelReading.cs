using ParquetPool.Exports;
using ParquetPool.Shards;

namespace ParquetPool.Labels;

/// <summary>What is known beforehand of labels that are read.</summary>
public sealed record LabelReading
{
    /// <summary>The rows that the labels are for: ids are then spelled as there; null where they are not known.</summary>
    public ShardSet? Pool { get; init; }

    /// <summary>The classes there are; none where they are those of the labels.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>Super-classes that labels and answers may be about; null for none.</summary>
    public Hierarchy? Hierarchy { get; init; }

    /// <summary>The control, question or column whose choices are labels.</summary>
    public string Control { get; init; } = LabelStudioExport.Control;

    /// <summary>Whether labels that may be no classes (<see cref="ClassNames.Doubts"/>) are refused until somebody says that they are.</summary>
    public bool AsksOfDoubts { get; init; }

    /// <summary>Told what a reader should know.</summary>
    public Action<string> Tell { get; init; } = _ => { };

    public CancellationToken Stopping { get; init; }
}
