using System.Xml;

namespace ParquetPool.Exports;

/// <summary>Reads XML for a parser that holds a whole tag in memory: one that is longer than any of use is refused while it is read.</summary>
internal sealed class TagStream(Stream inner) : Stream
{
    /// <summary>The most bytes from one tag to the next.</summary>
    public const int LongestTag = 4 << 20;

    private long sinceTag;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <exception cref="XmlException">A tag has no end within <see cref="LongestTag"/>.</exception>
    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        var last = buffer[..read].LastIndexOf((byte)'<');
        sinceTag = last < 0 ? sinceTag + read : read - last;
        return sinceTag > LongestTag ? throw new XmlException($"a tag or a text is longer than {LongestTag} bytes") : read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }
}
