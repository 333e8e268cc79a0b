using System.Buffers;

namespace ParquetPool.Columns;

/// <summary>Memory for values of many lengths; all of it is free again at once.</summary>
internal sealed class Arena<T> : IDisposable
{
    private const int FirstBlock = 1 << 10;
    private const int LargestBlock = 1 << 18;
    private readonly List<T[]> blocks = [];
    private int block;
    private int used;

    /// <summary>Values that were taken since <see cref="Clear"/>.</summary>
    public long Taken { get; private set; }

    /// <summary>A part of the arena that is the caller's until <see cref="Clear"/>.</summary>
    public Memory<T> Take(int length)
    {
        while (block < blocks.Count && used + length > blocks[block].Length)
        {
            (block, used) = (block + 1, 0);
        }

        if (block == blocks.Count)
        {
            var size = Math.Min(LargestBlock, blocks.Count == 0 ? FirstBlock : 2 * blocks[^1].Length);
            blocks.Add(ArrayPool<T>.Shared.Rent(Math.Max(size, length)));
        }

        (used, Taken) = (used + length, Taken + length);
        return blocks[block].AsMemory(used - length, length);
    }

    /// <summary>Gives back the end of what was taken last.</summary>
    public void GiveBack(int length) => (used, Taken) = (used - length, Taken - length);

    public void Clear() => (block, used, Taken) = (0, 0, 0);

    public void Dispose()
    {
        blocks.ForEach(lent => ArrayPool<T>.Shared.Return(lent));
        blocks.Clear();
        Clear();
    }
}
