using System.Runtime.Intrinsics;

namespace ParquetPool.Scorer.Acquisition;

/// <summary>Lanes in a register of 256 bits.</summary>
internal readonly struct Lanes4(Vector256<double> values) : ILanes<Lanes4>
{
    private readonly Vector256<double> values = values;

    public static int Count => 4;

    public static Lanes4 Of(double value) => new(Vector256.Create(value));

    public static Lanes4 Load(ref readonly double first) => new(Vector256.LoadUnsafe(in first));

    public void Store(ref double first) => values.StoreUnsafe(ref first);

    public static Lanes4 operator +(Lanes4 a, Lanes4 b) => new(a.values + b.values);

    public static Lanes4 operator -(Lanes4 a, Lanes4 b) => new(a.values - b.values);

    public static Lanes4 operator *(Lanes4 a, Lanes4 b) => new(a.values * b.values);

    public static Lanes4 operator /(Lanes4 a, Lanes4 b) => new(a.values / b.values);

    public static Lanes4 FusedMultiplyAdd(Lanes4 a, Lanes4 b, Lanes4 c) => new(Vector256.FusedMultiplyAdd(a.values, b.values, c.values));

    public static Lanes4 Sqrt(Lanes4 a) => new(Vector256.Sqrt(a.values));

    public static Lanes4 WhereGreater(Lanes4 a, Lanes4 b, Lanes4 yes, Lanes4 no) =>
        new(Vector256.ConditionalSelect(Vector256.GreaterThan(a.values, b.values), yes.values, no.values));

    public static Lanes4 AddBits(Lanes4 a, Lanes4 b) => new((a.values.AsInt64() + b.values.AsInt64()).AsDouble());

    public static Lanes4 SubtractBits(Lanes4 a, Lanes4 b) => new((a.values.AsInt64() - b.values.AsInt64()).AsDouble());

    public static Lanes4 BitsUp(Lanes4 a, int places) => new((a.values.AsInt64() << places).AsDouble());

    public static Lanes4 BitsDown(Lanes4 a, int places) => new((a.values.AsInt64() >>> places).AsDouble());
}
