using System.Buffers;
using System.Runtime.CompilerServices;

namespace ParquetPool.Columns;

/// <summary>Values one after another in memory that is lent, not allocated: cleared and filled again for every row group.</summary>
internal sealed class GrowingBuffer<T> : IDisposable
{
    private const int FirstValues = 64;
    private const int Growth = 4; // The arrays grown out of stay with the pool: a third of the last one together.
    private T[] values = [];

    public int Count { get; private set; }

    public ReadOnlyMemory<T> Memory => values.AsMemory(0, Count);

    public void Add(T value) => Take(1)[0] = value;

    /// <summary>Room for so many more, whatever is left in it.</summary>
    public Span<T> Take(int count)
    {
        if (Count + count > values.Length)
        {
            var larger = ArrayPool<T>.Shared.Rent(Math.Max(Math.Max(FirstValues, Growth * values.Length), Count + count));
            values.AsSpan(0, Count).CopyTo(larger);
            Return();
            values = larger;
        }

        Count += count;
        return values.AsSpan(Count - count, count);
    }

    public void Clear() => Count = 0;

    public void Dispose()
    {
        Return();
        (values, Count) = ([], 0);
    }

    private void Return()
    {
        if (values.Length > 0)
        {
            ArrayPool<T>.Shared.Return(values, clearArray: RuntimeHelpers.IsReferenceOrContainsReferences<T>());
        }
    }
}
