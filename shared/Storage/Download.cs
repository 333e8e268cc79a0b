namespace ParquetPool.Storage;

/// <summary>Copies bytes of an object, going on where a connection broke, and from the beginning where other bytes came than the store says it holds.</summary>
/// <param name="patience">How long a server may send nothing before the connection counts as broken.</param>
internal sealed class Download(TimeSpan patience)
{
    private const int BufferBytes = 1 << 18;
    private const int MostBreaks = 5;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.2);

    /// <summary>Copies <paramref name="count"/> bytes from <paramref name="from"/> on to where <paramref name="target"/> stands.</summary>
    /// <param name="target">Can be written again from where it stands.</param>
    /// <exception cref="IOException">The connection breaks again and again without a byte between, or what comes is damaged again and again.</exception>
    public void Copy(StoredObject stored, long from, long count, Stream target, CancellationToken stopping)
    {
        var buffer = new byte[BufferBytes];
        var (start, done, breaks) = (target.Position, 0L, 0);
        while (done < count)
        {
            var before = done;
            Exception? broken = null;
            var writes = false;
            var body = stored.Store.Read(stored, from + done, count - done, stopping);
            try
            {
                using (body)
                {
                    while (done < count && Next(body, buffer.AsMemory(0, (int)Math.Min(buffer.Length, count - done)), stopping) is > 0 and var read)
                    {
                        writes = true;
                        target.Write(buffer, 0, read);
                        (done, writes) = (done + read, false);
                    }
                }
            }
            catch (Exception e) when (!writes && !stopping.IsCancellationRequested)
            {
                broken = e;
            }
            // A store's library tells at the end that what came is not what was to come.
            var isDamaged = broken is not null && done == count;
            if (isDamaged)
            {
                (target.Position, done, before) = (start, 0, 0);
            }
            breaks = done == before ? breaks + 1 : 0;
            if (breaks == MostBreaks)
            {
                throw new IOException($"{stored.Address}: {(isDamaged ? "what comes is again and again not what the store says it holds" : $"the connection breaks again and again after {from + done} of {stored.Bytes} bytes")}: check the network", broken);
            }
            if (done < count)
            {
                stopping.WaitHandle.WaitOne(FirstPause * (1 << breaks));
                stopping.ThrowIfCancellationRequested();
            }
        }
    }

    private int Next(Stream body, Memory<byte> buffer, CancellationToken stopping)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        wait.CancelAfter(patience);
        return body.ReadAsync(buffer, wait.Token).AsTask().GetAwaiter().GetResult();
    }
}
