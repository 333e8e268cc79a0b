namespace ParquetPool.Jpegs;

/// <summary>The channels of a picture that is decoded: groups of blocks in, rows of pixels out as soon as those below them are known.</summary>
internal sealed class PictureRows : IDisposable
{
    private const int Block = 8;
    private const int Stride = 4;

    private readonly ChannelRows[] channels;
    private readonly int width;
    private readonly int height;
    private readonly int groupHeight;
    private readonly bool doublesAcross;
    private readonly bool doublesDown;
    private readonly short[] sums;
    private readonly byte[] blue;
    private readonly byte[] red;
    private int written;

    /// <param name="side">Pixels of a block's sides.</param>
    public PictureRows(JpegFrame frame, int side, int width, int height)
    {
        (this.width, this.height) = (width, height);
        var (across, down) = (frame.Channels[0].Across, frame.Channels[0].Down);
        (Groups, Count) = (Parts(frame.Width, across * Block), Parts(frame.Height, down * Block));
        // Where both sides of the chroma are half as long, a smaller picture needs them no smaller: libjpeg takes more of their coefficients.
        var chroma = side < Block && across == 2 && down == 2 ? 2 * side : side;
        (doublesAcross, doublesDown) = (across > chroma / side, down > chroma / side);
        groupHeight = down * side;
        channels = [.. frame.Channels.Select((channel, place) => place == 0
            ? new ChannelRows(channel, side, Groups, width, height)
            : new ChannelRows(channel, chroma, Groups, Parts(frame.Width * chroma, across * Block), Parts(frame.Height * chroma, down * Block)))];
        (sums, blue, red) = (new short[width + (2 * PixelRows.Lanes)], new byte[width + (4 * PixelRows.Lanes)], new byte[width + (4 * PixelRows.Lanes)]);
    }

    /// <summary>Groups in a row.</summary>
    public int Groups { get; }

    /// <summary>Rows of groups.</summary>
    public int Count { get; }

    public bool Read(ref CoefficientReader coefficients, int group, int row, scoped Span<short> block)
    {
        foreach (var channel in channels)
        {
            if (!channel.Read(ref coefficients, group, row, block))
            {
                return false;
            }
        }
        return true;
    }

    public void Restart()
    {
        foreach (var channel in channels)
        {
            channel.Restart();
        }
    }

    /// <summary>Writes the rows of pixels that can be made now that a row of groups was read.</summary>
    public void Write(int row, Span<byte> pixels)
    {
        var end = row == Count - 1 ? height : ((row + 1) * groupHeight) - (doublesDown ? 2 : 0);
        for (; written < end; written++)
        {
            var target = pixels.Slice(written * width * Stride, width * Stride);
            ref var light = ref channels[0].Row(written);
            if (channels.Length == 1)
            {
                PixelRows.Grey(ref light, target);
            }
            else if (doublesAcross)
            {
                Double(channels[1], blue);
                Double(channels[2], red);
                PixelRows.Colour(ref light, ref blue[0], ref red[0], target);
            }
            else
            {
                PixelRows.Colour(ref light, ref channels[1].Row(written), ref channels[2].Row(written), target);
            }
        }
    }

    public void Dispose() => Array.ForEach(channels, channel => channel.Dispose());

    private void Double(ChannelRows channel, byte[] result)
    {
        if (doublesDown)
        {
            var y = written / 2;
            PixelRows.Weigh(ref channel.Row(y), ref channel.Row((written & 1) == 0 ? y - 1 : y + 1), sums, channel.Width);
        }
        else
        {
            PixelRows.Copy(ref channel.Row(written), sums, channel.Width);
        }
        PixelRows.Double(sums, channel.Width, doublesDown ? 4 : 2, result);
    }

    private static int Parts(int length, int part) => (length + part - 1) / part;
}
