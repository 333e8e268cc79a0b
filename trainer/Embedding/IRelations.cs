using ParquetPool.Engine;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Embedding;

/// <summary>Which rows belong together: by their labels, or by pairs.</summary>
internal interface IRelations
{
    /// <summary>The feature columns of the rows.</summary>
    IReadOnlyList<VectorColumn> Columns { get; }

    /// <summary>In the order of their ids.</summary>
    IReadOnlyList<LabelledRow> Rows { get; }

    /// <summary>Class names, where labels say it; else empty.</summary>
    IReadOnlyList<string> Classes { get; }

    /// <summary>Places of the rows that are learnt from.</summary>
    IReadOnlyList<int> Learnt { get; }

    /// <summary>Places of held-out rows, which are measured by; rows of these places are in no batch.</summary>
    IReadOnlyList<int> Queries { get; }

    /// <summary>Places of the rows among which those that belong to a query are sought, itself left out.</summary>
    IReadOnlyList<int> Sought { get; }

    /// <summary>Whether two rows are known to belong together.</summary>
    bool AreRelated(int one, int other);

    /// <summary>The rows that a query was said not to belong to; empty where nothing was said, and all that are not known to belong to it count.</summary>
    IReadOnlyCollection<int> SaidApart(int query);

    /// <summary>Rows of each step: places, each once, of which some belong together and some do not.</summary>
    /// <param name="rows">The most.</param>
    /// <param name="among">Places of the rows that they are taken from; null for all that are learnt from.</param>
    /// <returns>Without an end; empty where too little belongs together among the rows.</returns>
    IEnumerable<int[]> Batches(int rows, ulong seed, IReadOnlySet<int>? among = null);
}
