using ParquetPool.Engine;
using ParquetPool.Pictures;
using ParquetPool.ShardRows;

namespace ParquetPool.Scorer.Embedders;

/// <summary>The mean of an embedding over views of each row's picture; other columns stay as they are. Costs one embedding for each view.</summary>
/// <remarks>
/// Sums are in double, where as many floats of one size add up without rounding: a picture and its mirror image, which have the same
/// views where one of two is mirrored, have the same vector.
/// </remarks>
/// <param name="column">Holds the pictures; one of those the embedder reads.</param>
internal sealed class ViewEmbedder(Embedder embedder, VectorColumn column, PictureFormat format, IReadOnlyList<View> views)
    : Embedder(embedder.Columns, embedder.Width)
{
    /// <inheritdoc/>
    public override int Views => views.Count;

    /// <inheritdoc/>
    public override EmbedderRun NewRun() => new Run(embedder, column, format, views);

    /// <inheritdoc/>
    public override void Dispose() => embedder.Dispose();

    private sealed class Run(Embedder embedder, VectorColumn column, PictureFormat format, IReadOnlyList<View> views) : EmbedderRun
    {
        private readonly EmbedderRun run = embedder.NewRun();
        private readonly RowBatch viewed = new(new RowSchema(embedder.Columns), BatchRows);
        private readonly double[] sums = new double[BatchRows * embedder.Width];
        private readonly float[] means = new float[BatchRows * embedder.Width];

        public override void Embed(RowBatch batch)
        {
            viewed.Count = batch.Count;
            foreach (var other in embedder.Columns.Where(other => other != column))
            {
                Values(batch, other).AsSpan(0, batch.Count * other.Width).CopyTo(Values(viewed, other));
            }
            var (pictures, target) = (Values(batch, column), Values(viewed, column));
            var elements = batch.Count * embedder.Width;
            sums.AsSpan(0, elements).Clear();
            foreach (var view in views)
            {
                for (var start = 0; start < batch.Count * column.Width; start += column.Width)
                {
                    view.Write(pictures.AsSpan(start, column.Width), format, target.AsSpan(start, column.Width));
                }
                run.Embed(viewed);
                var vectors = run.VectorsOf(viewed);
                for (var i = 0; i < elements; i++)
                {
                    sums[i] += vectors[i];
                }
            }
            for (var i = 0; i < elements; i++)
            {
                means[i] = (float)(sums[i] / views.Count);
            }
        }

        public override ReadOnlySpan<float> VectorsOf(RowBatch batch) => means;

        public override void Dispose() => run.Dispose();
    }
}
