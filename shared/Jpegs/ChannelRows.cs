using System.Buffers;

namespace ParquetPool.Jpegs;

/// <summary>The pixels of a channel, of the last two rows of groups.</summary>
internal sealed class ChannelRows : IDisposable
{
    private const int Block = 8;
    private const int Beyond = 64; // So that registers may read and write behind the last pixel.

    private readonly JpegChannel channel;
    private readonly byte[] bytes;
    private readonly int stride;
    private readonly int rows;
    private readonly int side;
    private int level;

    /// <param name="side">Pixels of a block's sides.</param>
    /// <param name="groups">Groups in a row.</param>
    /// <param name="width">Pixels of a row that belong to the picture.</param>
    public ChannelRows(JpegChannel channel, int side, int groups, int width, int height)
    {
        (this.channel, this.side, Width, Height) = (channel, side, width, height);
        stride = (groups * channel.Across * side) + Beyond;
        rows = 2 * channel.Down * side;
        bytes = ArrayPool<byte>.Shared.Rent((rows * stride) + Beyond);
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>The pixels of a row; the first or last one's for what lies outside.</summary>
    public ref byte Row(int y) => ref bytes[Math.Clamp(y, 0, Height - 1) % rows * stride];

    /// <summary>Reads the channel's blocks of a group.</summary>
    /// <returns>Whether they are what an encoder writes.</returns>
    public bool Read(ref CoefficientReader coefficients, int group, int row, scoped Span<short> block)
    {
        for (var y = 0; y < channel.Down; y++)
        {
            var top = ((row * channel.Down) + y) * side % rows * stride;
            for (var x = 0; x < channel.Across; x++)
            {
                var last = coefficients.Read(block, channel.First, channel.Others, channel.Steps, ref level);
                if (last < 0)
                {
                    return false;
                }
                ref var target = ref bytes[top + (((group * channel.Across) + x) * side)];
                Write(block, last, ref target);
            }
        }
        return true;
    }

    /// <summary>The next block's first coefficient is no difference.</summary>
    public void Restart() => level = 0;

    public void Dispose() => ArrayPool<byte>.Shared.Return(bytes);

    private void Write(Span<short> block, int last, ref byte target)
    {
        if (last == 0 || side == 1)
        {
            BlockTransform.WriteLevel(block[0], side, ref target, stride);
        }
        else if (side == Block)
        {
            BlockTransform.Write(block, ref target, stride);
        }
        else if (side == Block / 2)
        {
            SmallTransform.WriteFour(block, ref target, stride);
        }
        else
        {
            SmallTransform.WriteTwo(block, ref target, stride);
        }
        if (last == 0)
        {
            block[0] = 0;
        }
        else
        {
            block.Clear();
        }
    }
}
