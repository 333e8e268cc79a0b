namespace ParquetPool.Scorer.Acquisition;

/// <summary>A single lane: the scalar twin of the wider ones.</summary>
internal readonly struct Lanes1(double value) : ILanes<Lanes1>
{
    private readonly double value = value;

    public static int Count => 1;

    public static Lanes1 Of(double value) => new(value);

    public static Lanes1 Load(ref readonly double first) => new(first);

    public void Store(ref double first) => first = value;

    public static Lanes1 operator +(Lanes1 a, Lanes1 b) => new(a.value + b.value);

    public static Lanes1 operator -(Lanes1 a, Lanes1 b) => new(a.value - b.value);

    public static Lanes1 operator *(Lanes1 a, Lanes1 b) => new(a.value * b.value);

    public static Lanes1 operator /(Lanes1 a, Lanes1 b) => new(a.value / b.value);

    public static Lanes1 FusedMultiplyAdd(Lanes1 a, Lanes1 b, Lanes1 c) => new(Math.FusedMultiplyAdd(a.value, b.value, c.value));

    public static Lanes1 Sqrt(Lanes1 a) => new(Math.Sqrt(a.value));

    public static Lanes1 WhereGreater(Lanes1 a, Lanes1 b, Lanes1 yes, Lanes1 no) => a.value > b.value ? yes : no;

    public static Lanes1 AddBits(Lanes1 a, Lanes1 b) => Of(Bits(a) + Bits(b));

    public static Lanes1 SubtractBits(Lanes1 a, Lanes1 b) => Of(Bits(a) - Bits(b));

    public static Lanes1 BitsUp(Lanes1 a, int places) => Of(Bits(a) << places);

    public static Lanes1 BitsDown(Lanes1 a, int places) => Of(Bits(a) >>> places);

    private static Lanes1 Of(long bits) => new(BitConverter.Int64BitsToDouble(bits));

    private static long Bits(Lanes1 a) => BitConverter.DoubleToInt64Bits(a.value);
}
