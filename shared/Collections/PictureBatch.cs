namespace ParquetPool.Collections;

/// <summary>Pictures that are worked on at once: as many as threads like, and no more bytes than memory does.</summary>
public sealed record PictureBatch(IReadOnlyList<(FoundPicture Picture, string? Split)> Pictures)
{
    private const int MostPictures = 256;
    private const int LeastPictures = 4;
    private const long MostBytes = 1 << 26;

    /// <summary>All pictures, in their order.</summary>
    /// <param name="width">Numbers that a row is made of.</param>
    public static IEnumerable<PictureBatch> Of(IEnumerable<(FoundPicture Picture, string? Split)> pictures, int width)
    {
        var most = (int)Math.Clamp(MostBytes / (sizeof(float) * width), LeastPictures, MostPictures);
        List<(FoundPicture Picture, string? Split)> batch = [];
        var bytes = 0L;
        foreach (var found in pictures)
        {
            batch.Add(found);
            bytes += found.Picture.Bytes;
            if (batch.Count == most || bytes >= MostBytes)
            {
                yield return new(batch);
                (batch, bytes) = ([], 0);
            }
        }
        if (batch.Count > 0)
        {
            yield return new(batch);
        }
    }

    /// <summary>What all cores make of the pictures, in their order.</summary>
    /// <exception cref="OperationCanceledException">The run was told to stop.</exception>
    public TRow[] Map<TRow>(Func<FoundPicture, string?, TRow> make, CancellationToken stopping)
    {
        var rows = new TRow[Pictures.Count];
        try
        {
            Parallel.For(0, rows.Length, new ParallelOptions { CancellationToken = stopping, MaxDegreeOfParallelism = Environment.ProcessorCount }, i => rows[i] = make(Pictures[i].Picture, Pictures[i].Split));
        }
        catch (AggregateException several)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
        }
        return rows;
    }
}
