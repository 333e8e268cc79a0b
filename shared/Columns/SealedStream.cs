using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;

namespace ParquetPool.Columns;

/// <summary>Passes a Parquet file on to where it goes, hashes it on the way, and holds its footer back until it is sealed.</summary>
/// <remarks>Written forwards only, in larger pieces than it comes in. Everything happens at once, on the caller's thread, also where a task is given.</remarks>
internal sealed class SealedStream(Stream target) : Stream
{
    private const int EndBytes = 8;
    private const int HeldBytes = 1 << 14;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly XxHash128 seal = new();
    private readonly byte[] held = new byte[HeldBytes];
    private int waiting;
    private MemoryStream? footer;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>What is written from now on is the footer.</summary>
    public void BeginFooter()
    {
        Pass();
        footer = new MemoryStream();
    }

    /// <summary>Passes the footer on, edited and sealed.</summary>
    /// <returns>SHA-256 of the whole file.</returns>
    public string EndFooter(IReadOnlyList<TypeAnnotation?> annotations)
    {
        var written = footer!.GetBuffer().AsSpan(0, (int)footer.Length);
        var edited = FooterEditor.Edit(written[..^EndBytes], annotations);
        byte[] end = [.. edited, .. written[^EndBytes..]];
        BinaryPrimitives.WriteInt32LittleEndian(end.AsSpan(edited.Length), edited.Length);
        FileSeal.Close(seal, end);
        target.Write(end);
        hash.AppendData(end);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (footer is not null)
        {
            footer.Write(buffer);
            return;
        }

        if (waiting + buffer.Length > held.Length)
        {
            Pass();
        }

        if (buffer.Length > held.Length)
        {
            Pass(buffer);
        }
        else
        {
            buffer.CopyTo(held.AsSpan(waiting));
            waiting += buffer.Length;
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    /// <summary>Nothing: the file is brought to the disk once, when it is whole.</summary>
    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        hash.Dispose();
        footer?.Dispose();
        base.Dispose(disposing);
    }

    private void Pass()
    {
        Pass(held.AsSpan(0, waiting));
        waiting = 0;
    }

    private void Pass(ReadOnlySpan<byte> bytes)
    {
        target.Write(bytes);
        hash.AppendData(bytes);
        seal.Append(bytes);
    }
}
