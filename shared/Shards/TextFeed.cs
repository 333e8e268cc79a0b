namespace ParquetPool.Shards;

/// <summary>A feed of one text column.</summary>
internal static class TextFeed
{
    public static Feed Of(string name, IEnumerable<string> texts)
    {
        var column = new ShardColumn(name, ShardType.Text);
        var chunks = texts.Chunk(Feed.ChunkRows).GetEnumerator();
        return new([column], chunk =>
        {
            if (!chunks.MoveNext())
            {
                chunks.Dispose();
                return 0;
            }

            chunk.Copy(0, column, chunks.Current, 0, 0, chunks.Current.Length);
            return chunks.Current.Length;
        });
    }
}
