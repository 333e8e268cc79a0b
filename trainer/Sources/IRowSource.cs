using ParquetPool.Grams;

namespace ParquetPool.Trainer.Sources;

/// <summary>Rows of one import, read once from the first to the last.</summary>
internal interface IRowSource : IDisposable
{
    /// <summary>What the shards are called where no split is named.</summary>
    string Name { get; }

    int Width { get; }

    /// <summary>How a row's numbers are a picture: height and width, with the channels before or behind; null where nothing says so.</summary>
    IReadOnlyList<int>? Picture => null;

    /// <summary>Rows in all; null where only reading tells.</summary>
    long? Rows { get; }

    bool HasIds { get; }

    bool HasLabels { get; }

    /// <summary>What the features are made of where that is a text, which is kept; null where they are numbers.</summary>
    TextGramKind? Grams => null;

    /// <summary>The splits that its files' names tell; null where nothing does.</summary>
    IReadOnlyList<string>? Splits => null;

    /// <summary>Distinct features of the texts read so far, all together.</summary>
    long DistinctFeatures => 0;

    /// <summary>What a reader should know of the rows read so far.</summary>
    IEnumerable<string> Notes => [];

    /// <summary>Where a row that was read stands, for people.</summary>
    /// <param name="row">From 0, among those that can be used.</param>
    string Place(long row) => $"row {row + 1} of {Name}";

    /// <summary>Fills the rows from the first on; 0 at the end, unless rows were rejected.</summary>
    /// <exception cref="ParquetPool.Errors.DataException">The source is not what it must be.</exception>
    int Read(SourceRows rows);
}
