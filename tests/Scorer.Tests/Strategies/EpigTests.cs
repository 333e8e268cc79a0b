using ParquetPool.Scorer.Strategies;

namespace ParquetPool.Scorer.Tests.Strategies;

/// <summary>EPIG against the mutual information of two labels written out in double precision.</summary>
public sealed class EpigTests
{
    private const int Members = 7;
    private const int Classes = 4;

    [Fact]
    public void A_row_is_worth_the_mean_information_about_the_targets_and_never_more_than_its_bald()
    {
        var (rows, targets) = (GreedyDistanceTests.Probabilities(3, 25 * Members, Classes), GreedyDistanceTests.Probabilities(4, 11 * Members, Classes));

        var values = Epig.Of(rows, Members, Classes, targets);

        values.Should().HaveCount(25);
        for (var row = 0; row < 25; row++)
        {
            values[row].Should().BeApproximately(Enumerable.Range(0, 11).Average(target => Information(rows, row, targets, target)), 1e-6);
            values[row].Should().BeLessThanOrEqualTo(Bald(rows, row) + 1e-6);
        }
    }

    [Fact]
    public void Nothing_is_to_be_learnt_where_members_agree_on_the_row_or_on_the_targets()
    {
        var some = GreedyDistanceTests.Probabilities(3, Members, Classes);
        float[] agreed = [.. Enumerable.Range(0, Members).SelectMany(_ => some[..Classes])];
        float[] certain = [.. Enumerable.Range(0, Members).SelectMany(_ => new float[] { 0, 1, 0, 0 })];

        Epig.Of(agreed, Members, Classes, some)[0].Should().BeLessThan(1e-6);
        Epig.Of(some, Members, Classes, agreed)[0].Should().BeLessThan(1e-6);
        Epig.Of(certain, Members, Classes, some)[0].Should().BeLessThan(1e-6);
        Epig.Of(some, Members, Classes, certain)[0].Should().BeLessThan(1e-6);
    }

    [Fact]
    public void Very_many_classes_take_fewer_targets_and_never_none()
    {
        Epig.TargetsFor(2).Should().Be(Epig.MostTargets);
        Epig.TargetsFor(100).Should().Be(40);
        Epig.TargetsFor(20_000).Should().BePositive();
    }

    private static double Information(float[] rows, int row, float[] targets, int target)
    {
        double P(int member, int c) => rows[(((row * Members) + member) * Classes) + c];
        double Q(int member, int c) => targets[(((target * Members) + member) * Classes) + c];
        double Mean(Func<int, double> of) => Enumerable.Range(0, Members).Average(of);
        return (
            from y in Enumerable.Range(0, Classes)
            from other in Enumerable.Range(0, Classes)
            let joint = Mean(member => P(member, y) * Q(member, other))
            select joint > 0 ? joint * Math.Log(joint / (Mean(member => P(member, y)) * Mean(member => Q(member, other)))) : 0).Sum();
    }

    private static double Bald(float[] rows, int row)
    {
        double P(int member, int c) => rows[(((row * Members) + member) * Classes) + c];
        double Term(double p) => p > 0 ? -p * Math.Log(p) : 0;
        return Enumerable.Range(0, Classes).Sum(c => Term(Enumerable.Range(0, Members).Average(member => P(member, c))) - Enumerable.Range(0, Members).Average(member => Term(P(member, c))));
    }
}
