namespace ParquetPool.Scorer.Strategies;

/// <summary>Chooses rows one after another.</summary>
internal interface IStrategy
{
    /// <summary>The next row among those that are open. It counts as taken from now on, and the caller closes it.</summary>
    /// <param name="open">[row]: whether the row may be chosen. A row that was closed stays closed.</param>
    /// <returns>The row's index and what made it the choice, in the strategy's own unit (NaN where nothing did); null when no row is open.</returns>
    Choice? Next(ReadOnlySpan<bool> open);
}

/// <summary>A row and the value it was chosen for.</summary>
internal readonly record struct Choice(int Row, double Value);
