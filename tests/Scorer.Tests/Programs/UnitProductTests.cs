using ParquetPool.Scorer.Models;
using ParquetPool.Scorer.Programs;

namespace ParquetPool.Scorer.Tests.Programs;

public class UnitProductTests
{
    [Theory]
    [InlineData(1, 1, 16, 1)]
    [InlineData(7, 6, 64, 0)]
    [InlineData(256, 50, 128, 0)]
    [InlineData(33, 13, 80, 0.1)]
    public void EachOutputAddsItsInputsUpInOrderWhateverTheWidthOfTheRegisters(int inputs, int outputs, int rows, double slope)
    {
        var places = inputs + 5;
        var sources = Enumerable.Range(0, inputs).Select(i => (i * 3 + 2) % places).ToArray();
        var (weights, bias) = (TestModels.Numbers(1, inputs * outputs), TestModels.Numbers(2, outputs));
        var step = new UnitProduct(sources, places, new PackedWeights(new DenseProduct(inputs, outputs, weights, bias)), new Activation((float)slope));
        var given = TestModels.Numbers(3, places * rows);

        foreach (var wide in new[] { false, true })
        {
            var units = new float[(places + outputs) * rows];
            given.CopyTo(units, 0);
            Run(step, units, rows, wide);

            units.Take(given.Length).Should().Equal(given, "a step writes only its outputs");
            for (var o = 0; o < outputs; o++)
            {
                for (var row = 0; row < rows; row++)
                {
                    var sum = bias[o];
                    for (var i = 0; i < inputs; i++)
                    {
                        sum = MathF.FusedMultiplyAdd(weights[i * outputs + o], given[sources[i] * rows + row], sum);
                    }
                    units[(places + o) * rows + row].Should().Be(sum < 0 && slope != 1 ? sum * (float)slope : sum);
                }
            }
        }
    }

    [Theory]
    [InlineData(float.NaN, float.NaN)]
    [InlineData(float.NegativeInfinity, 0)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity)]
    public void WhatIsNoNumberIsNotHiddenByRelu(float x, float expected)
    {
        var units = Enumerable.Repeat(x, 128).ToArray();
        var step = new UnitProduct([0], 1, new PackedWeights(new DenseProduct(1, 1, [1], null)), new Activation(0));

        Run(step, units, 64, wide: true);
        units[64..].Should().AllBeEquivalentTo(expected);
    }

    private static unsafe void Run(UnitProduct step, float[] units, int rows, bool wide)
    {
        fixed (float* first = units)
        {
            step.Run(first, rows, rows, wide);
        }
    }
}
