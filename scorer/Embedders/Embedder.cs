using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Scorer.Models;
using ParquetPool.Scorer.Outputs;

namespace ParquetPool.Scorer.Embedders;

/// <summary>Turns rows into the vectors that are compared.</summary>
/// <remarks>One serves several threads, each with a run of its own.</remarks>
/// <param name="columns">The columns to read.</param>
/// <param name="width">Elements of a vector.</param>
internal abstract class Embedder(IReadOnlyList<VectorColumn> columns, int width) : IDisposable
{
    /// <summary>Rows of a batch. A model runs on just as many, so a row's vector does not depend on how the reading is cut.</summary>
    public const int BatchRows = 256;

    /// <summary>The model's output that is compared.</summary>
    public const string Output = OutputCandidates.Embedding;

    /// <summary>The columns to read.</summary>
    public IReadOnlyList<VectorColumn> Columns { get; } = columns;

    /// <summary>Elements of a vector.</summary>
    public int Width { get; } = width;

    /// <summary>Views of a picture that are embedded for one vector.</summary>
    public virtual int Views => 1;

    /// <summary>Vectors of a row, of which the most similar counts.</summary>
    public virtual int Vectors => 1;

    /// <summary>Takes the vectors of a column.</summary>
    public static Embedder OfColumn(VectorColumn column) => new ColumnEmbedder(column);

    /// <summary>Takes what a model makes of its input columns.</summary>
    /// <exception cref="Errors.DataException">The model has no usable <c>embedding</c> output.</exception>
    public static Embedder OfModel(ModelPackage package, IReadOnlyList<FeatureInput> inputs) => ModelEmbedder.Open(package, inputs);

    /// <summary>Buffers for one thread.</summary>
    public abstract EmbedderRun NewRun();

    /// <inheritdoc/>
    public abstract void Dispose();
}
