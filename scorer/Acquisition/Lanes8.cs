using System.Runtime.Intrinsics;

namespace ParquetPool.Scorer.Acquisition;

/// <summary>Lanes in a register of 512 bits.</summary>
internal readonly struct Lanes8(Vector512<double> values) : ILanes<Lanes8>
{
    private readonly Vector512<double> values = values;

    public static int Count => 8;

    public static Lanes8 Of(double value) => new(Vector512.Create(value));

    public static Lanes8 Load(ref readonly double first) => new(Vector512.LoadUnsafe(in first));

    public void Store(ref double first) => values.StoreUnsafe(ref first);

    public static Lanes8 operator +(Lanes8 a, Lanes8 b) => new(a.values + b.values);

    public static Lanes8 operator -(Lanes8 a, Lanes8 b) => new(a.values - b.values);

    public static Lanes8 operator *(Lanes8 a, Lanes8 b) => new(a.values * b.values);

    public static Lanes8 operator /(Lanes8 a, Lanes8 b) => new(a.values / b.values);

    public static Lanes8 FusedMultiplyAdd(Lanes8 a, Lanes8 b, Lanes8 c) => new(Vector512.FusedMultiplyAdd(a.values, b.values, c.values));

    public static Lanes8 Sqrt(Lanes8 a) => new(Vector512.Sqrt(a.values));

    public static Lanes8 WhereGreater(Lanes8 a, Lanes8 b, Lanes8 yes, Lanes8 no) =>
        new(Vector512.ConditionalSelect(Vector512.GreaterThan(a.values, b.values), yes.values, no.values));

    public static Lanes8 AddBits(Lanes8 a, Lanes8 b) => new((a.values.AsInt64() + b.values.AsInt64()).AsDouble());

    public static Lanes8 SubtractBits(Lanes8 a, Lanes8 b) => new((a.values.AsInt64() - b.values.AsInt64()).AsDouble());

    public static Lanes8 BitsUp(Lanes8 a, int places) => new((a.values.AsInt64() << places).AsDouble());

    public static Lanes8 BitsDown(Lanes8 a, int places) => new((a.values.AsInt64() >>> places).AsDouble());
}
