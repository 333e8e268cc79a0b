namespace ParquetPool.Scorer.Acquisition;

/// <summary>A few rows' numbers side by side, one row a lane.</summary>
/// <remarks>
/// Every operation is the one of IEEE 754, rounded once, in each lane alone. So what is computed with it has the same bits whatever the
/// number of lanes.
/// </remarks>
/// <typeparam name="TSelf">The implementation.</typeparam>
internal interface ILanes<TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    /// <summary>The number of lanes.</summary>
    static abstract int Count { get; }

    /// <summary>The number in every lane.</summary>
    static abstract TSelf Of(double value);

    /// <summary>The <see cref="Count"/> numbers from <paramref name="first"/> on.</summary>
    static abstract TSelf Load(ref readonly double first);

    /// <summary>Writes the lanes to <paramref name="first"/> and the places after it.</summary>
    void Store(ref double first);

    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a, TSelf b);

    static abstract TSelf operator *(TSelf a, TSelf b);

    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>a · b + c, rounded once.</summary>
    static abstract TSelf FusedMultiplyAdd(TSelf a, TSelf b, TSelf c);

    static abstract TSelf Sqrt(TSelf a);

    /// <summary><paramref name="yes"/> where a &gt; b, else <paramref name="no"/>; a NaN is greater than nothing.</summary>
    static abstract TSelf WhereGreater(TSelf a, TSelf b, TSelf yes, TSelf no);

    /// <summary>The sum of the lanes' bits, taken as whole numbers.</summary>
    static abstract TSelf AddBits(TSelf a, TSelf b);

    /// <summary>The difference of the lanes' bits, taken as whole numbers.</summary>
    static abstract TSelf SubtractBits(TSelf a, TSelf b);

    /// <summary>The lanes' bits moved up.</summary>
    static abstract TSelf BitsUp(TSelf a, int places);

    /// <summary>The lanes' bits moved down, zeros from above.</summary>
    static abstract TSelf BitsDown(TSelf a, int places);
}
