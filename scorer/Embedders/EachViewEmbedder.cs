using ParquetPool.Engine;
using ParquetPool.Pictures;
using ParquetPool.ShardRows;

namespace ParquetPool.Scorer.Embedders;

/// <summary>An embedding of each view of a row's picture, one after another; other columns stay as they are.</summary>
/// <param name="column">Holds the pictures; one of those the embedder reads.</param>
/// <param name="views">The picture as it is comes first.</param>
internal sealed class EachViewEmbedder(Embedder embedder, VectorColumn column, PictureFormat format, IReadOnlyList<View> views)
    : Embedder(embedder.Columns, embedder.Width)
{
    /// <inheritdoc/>
    public override int Views => views.Count;

    /// <inheritdoc/>
    public override int Vectors => views.Count;

    /// <inheritdoc/>
    public override EmbedderRun NewRun() => new Run(embedder, column, format, views);

    /// <inheritdoc/>
    public override void Dispose() => embedder.Dispose();

    private sealed class Run(Embedder embedder, VectorColumn column, PictureFormat format, IReadOnlyList<View> views) : EmbedderRun
    {
        private readonly EmbedderRun run = embedder.NewRun();
        private readonly RowBatch viewed = new(new RowSchema(embedder.Columns), BatchRows);
        private float[] vectors = [];

        public override void Embed(RowBatch batch)
        {
            var count = batch.Count * views.Count;
            if (vectors.Length < count * embedder.Width)
            {
                vectors = new float[count * embedder.Width];
            }
            for (var first = 0; first < count; first += BatchRows)
            {
                viewed.Count = Math.Min(BatchRows, count - first);
                for (var i = 0; i < viewed.Count; i++)
                {
                    Write(batch, (first + i) / views.Count, views[(first + i) % views.Count], i);
                }
                run.Embed(viewed);
                run.VectorsOf(viewed)[..(viewed.Count * embedder.Width)].CopyTo(vectors.AsSpan(first * embedder.Width));
            }
        }

        public override ReadOnlySpan<float> VectorsOf(RowBatch batch) => vectors;

        public override void Dispose() => run.Dispose();

        private void Write(RowBatch batch, int row, View view, int place)
        {
            foreach (var read in embedder.Columns)
            {
                var source = Values(batch, read).AsSpan(row * read.Width, read.Width);
                var target = Values(viewed, read).AsSpan(place * read.Width, read.Width);
                if (read == column)
                {
                    view.Write(source, format, target);
                }
                else
                {
                    source.CopyTo(target);
                }
            }
        }
    }
}
