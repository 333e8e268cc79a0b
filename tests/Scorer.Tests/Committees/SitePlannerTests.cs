using ParquetPool.Contract;
using ParquetPool.Scorer.Committees;
using static ParquetPool.Scorer.Committees.Treatment;

namespace ParquetPool.Scorer.Tests.Committees;

public class SitePlannerTests
{
    private const ulong Seed = 0x1_0000_0007;

    public static TheoryData<string, Treatment[], double> Plans => new()
    {
        { "residual blocks, dropout first", [Gather, Gather], 0.55 },
        { "residual block, dropout last", [Gather, Multiply], 0.55 },
        { "highway block", [Gather, Cut], 0.35 },
        { "channel dropout between convolutions", [Gather, Cut, Cut], 0.45 },
        { "channel dropout before a convolution in groups", [Multiply], 1 },
        { "residual block of convolutions", [Gather, Cut], 0.53 },
        { "two inputs, three heads", [Gather, Gather, Cut], 0.35 },
        { "attention", [Multiply, Multiply], 1 },
        { "layer normalisation written out", [Multiply], 1 },
        { "batch normalisation before a cut site", [Gather, Cut], 0.45 },
        { "batch normalisation behind dropout", [Gather, Cut], 0.45 },
    };

    [Theory]
    [MemberData(nameof(Plans))]
    public void ASiteGetsTheTreatmentThatCostsLeast(string name, Treatment[] treatments, double share)
    {
        var package = CommitteeModels.Named(name);
        using var committee = Committee.Compile(package, MaskedModel.Inputs(package), 20, Seed);

        committee.Plan.Sites.Select(s => s.Treatment).Should().Equal(treatments);
        committee.Plan.Share.Should().BeLessThanOrEqualTo(share);
    }

    [Fact]
    public void AnMlpIsCutEverywhereAndItsFirstLayerShared()
    {
        var package = TestModels.Mlp(0.5f, 512, 512, 512, 50);
        using var committee = Committee.Compile(package, MaskedModel.Inputs(package), 20, Seed);

        committee.Plan.Sites.Select(s => s.Treatment).Should().Equal(Treatment.Gather, Treatment.Cut);
        committee.Plan.PassOperations.Should().Be(512 * 512 * 2 + 512 * 50);
        committee.Plan.Share.Should().BeApproximately((512 * 512 + 20 * (256 * 256 + 256 * 50)) / (20.0 * (512 * 512 * 2 + 512 * 50)), 0.01);
    }

    [Fact]
    public void HeadsBehindTheOnlyDropoutAreOneProductOfAGraph()
    {
        var model = Read(TestModels.Mlp(0.5f, 12, 512, 10));

        SitePlanner.Plan(model, members: 20, CostModel.Graph).Plans.Select(p => p.Treatment).Should().Equal(Stack);
        SitePlanner.Plan(model, members: 20, CostModel.Units).Plans.Select(p => p.Treatment).Should().Equal([Gather], "gathering costs nothing there");
    }

    [Fact]
    public void WeightsThatWouldNotFitAreShared()
    {
        var model = Read(TestModels.Mlp(0.5f, 12, 512, 512, 5));

        SitePlanner.Plan(model, members: 20, CostModel.Graph).Plans.Select(p => p.Treatment).Should().Equal(Gather, Cut);
        SitePlanner.Plan(model, members: 5000, CostModel.Graph).Plans.Select(p => p.Treatment).Should().Equal(Multiply, Multiply);
    }

    [Fact]
    public void HeadsThatAreNotScoredCostNothing()
    {
        var package = CommitteeModels.Named("two inputs, three heads");
        using var committee = Committee.Compile(package, MaskedModel.Inputs(package), 20, Seed);

        committee.Plan.PassOperations.Should().Be(20 * 256 + 12 * 128 + 384 * 256 + 256 * 3);
    }

    private static StochasticModel Read(ModelPackage package) =>
        StochasticModel.Read(package, MaskedModel.Inputs(package).ToDictionary(i => i.Name, i => i.Dims.ToArray()));
}
