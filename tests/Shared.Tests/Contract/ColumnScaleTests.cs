using ParquetPool.Contract;
using ParquetPool.Engine;

namespace ParquetPool.Shared.Tests.Contract;

public sealed class ColumnScaleTests
{
    [Fact]
    public void QuartilesAndEndsAreOfTheNumbersThatAreNotZero()
    {
        var numbers = Enumerable.Range(1, 1001).Select(i => (float)i).SelectMany(i => new[] { i, 0, float.NaN });

        ColumnScale.Of("x", numbers).Should().Be(new ColumnScale("x", 6, 251, 751, 996));
        ColumnScale.Of("x", Enumerable.Repeat(1f, 99)).Should().BeNull("so few numbers may lie anywhere");
    }

    [Theory]
    [InlineData(255, 0, false)]
    [InlineData(1 / 255f, 0, false)]
    [InlineData(1 / 0.35f, -0.28f / 0.35f, false)]
    [InlineData(2, -1, false)]
    [InlineData(0.5f, 0, false)]
    [InlineData(0.9f, 0.05f, true)]
    public void NumbersThatWereScaledAreToldFromThoseThatWereNot(float factor, float shift, bool areAlike)
    {
        float[] numbers = [.. Enumerable.Range(1, 1000).Select(i => i / 1000f)];
        var (learnt, pool) = (ColumnScale.Of("x", numbers)!, ColumnScale.Of("x", numbers.Select(number => (number * factor) + shift))!);

        learnt.IsLike(pool).Should().Be(areAlike);
        pool.IsLike(learnt).Should().Be(areAlike);
    }

    [Fact]
    public void EachInputHasTheScalesOfItsColumnsWhichStandOneAfterAnotherInARow()
    {
        ModelInput[] inputs = [new("one", ["a", "b"], [-1, 3]), new("other", ["c"], [-1, 1]), new("ids", ["d"], [-1, 1]) { Tokens = new TokenColumn("words", "0", 10, 0) }];
        VectorColumn[] columns = [new("a", 2), new("b", 1), new("c", 1), new("d", 1)];

        var told = ColumnScale.Learnt(inputs, columns, [.. Enumerable.Range(0, 200).Select(_ => new float[] { 1, 1, 2, 3, 4 })]);

        told.Select(input => input.Scales?.Select(scale => (scale.Column, scale.High)).ToArray()).Should().BeEquivalentTo([new[] { ("a", 1f), ("b", 2f) }, [("c", 3f)], null]);
    }
}
