using ParquetPool.Scorer.Acquisition;

namespace ParquetPool.Scorer.Tests.Acquisition;

public class LaneMathTests
{
    private const long MostUnits = 2;

    [Fact]
    public void TheExponentialIsTheLibrarysWithinTwoUnitsInTheLastPlace()
    {
        long worst = 0;
        for (var i = 0; i <= 1_000_000; i++)
        {
            var x = -708.0 * i / 1_000_000 * (i % 3 == 0 ? 0.001 : 1);
            worst = Math.Max(worst, UnitsApart(Scalar(LaneMath.Exp(Lanes1.Of(x))), Math.Exp(x)));
        }
        worst.Should().BeLessThanOrEqualTo(MostUnits);
    }

    [Fact]
    public void TheExponentialHasItsLimits()
    {
        Scalar(LaneMath.Exp(Lanes1.Of(0))).Should().Be(1);
        Scalar(LaneMath.Exp(Lanes1.Of(-709))).Should().Be(0);
        Scalar(LaneMath.Exp(Lanes1.Of(double.NegativeInfinity))).Should().Be(0);
        Scalar(LaneMath.Exp(Lanes1.Of(double.NaN))).Should().Be(double.NaN);
    }

    [Fact]
    public void TheLogarithmIsTheLibrarysWithinTwoUnitsInTheLastPlace()
    {
        long worst = 0;
        for (var i = 1; i <= 1_000_000; i++)
        {
            worst = Math.Max(worst, UnitsApart(Scalar(LaneMath.Log(Lanes1.Of(i * 1e-5))), Math.Log(i * 1e-5)));
            worst = Math.Max(worst, UnitsApart(Scalar(LaneMath.Log(Lanes1.Of(Math.Exp(-i * 7e-4)))), Math.Log(Math.Exp(-i * 7e-4))));
        }
        worst.Should().BeLessThanOrEqualTo(MostUnits);
        Scalar(LaneMath.Log(Lanes1.Of(1))).Should().Be(0);
    }

    private static double Scalar(Lanes1 lane)
    {
        double value = 0;
        lane.Store(ref value);
        return value;
    }

    private static long UnitsApart(double a, double b) => Math.Abs(BitConverter.DoubleToInt64Bits(a) - BitConverter.DoubleToInt64Bits(b));
}
