using ParquetPool.Contract;
using ParquetPool.Scorer.Committees;
using static ParquetPool.Scorer.Committees.Treatment;

namespace ParquetPool.Scorer.Tests.Committees;

public class MemberProgramTests
{
    public static MatrixTheoryData<string, Treatment> Programs => new(
        ["mlp, two sites", "residual around dropout", "dropout before an activation", "batch normalisation before a cut site", "dropout twice in a row", "feature maps, flattened", "feature maps, convolved on"],
        Enum.GetValues<Treatment>());

    /// <summary>The order is part of the program: nothing is read before it is made.</summary>
    [Theory]
    [MemberData(nameof(Programs))]
    public void AStepReadsWhatIsSharedOrWasMadeBefore(string name, Treatment treatment)
    {
        var program = Program(CommitteeModels.Named(name), site => treatment);
        HashSet<Form> made = [.. program.SharedValues.Select(value => new Form(value)), .. program.SharedSteps.Select(step => step.Output)];

        foreach (var step in program.Steps)
        {
            Inputs(step).Should().OnlyContain(form => made.Contains(form));
            made.Add(step.Output);
        }
        made.Should().Contain(program.Logits);
        (program.Logits.Set, program.Logits.Raw, program.Logits.Transposed).Should().Be((null, false, false), "logits are asked for whole");
    }

    [Fact]
    public void WhatNoDropoutReachesIsShared()
    {
        var program = Program(TestModels.Mlp(0.5f, 12, 40, 30, 5), _ => Cut);

        program.SharedValues.Should().Equal(program.Plans[0].Site.Input);
        program.IsShared(program.Plans[0].Site.Input).Should().BeTrue();
        program.IsShared(program.Plans[1].Site.Input).Should().BeFalse();
        program.IsShared(program.Logits.Value).Should().BeFalse();
    }

    [Fact]
    public void AProductBetweenTwoSitesReadsWhatOneLeavesAndWritesWhatTheOtherLeaves()
    {
        var program = Program(TestModels.Mlp(0.5f, 12, 40, 30, 5), site => site.Ordinal == 0 ? Gather : Cut);

        var products = program.Steps.OfType<ProductStep>().ToList();
        products.Select(product => (product.Input.Set?.Width, product.Output.Set?.Width)).Should().Equal((40, 30), (30, null));
        program.Plans.Should().OnlyContain(plan => !program.IsMultiplied(plan.Site));
    }

    [Fact]
    public void MultipliedSitesLeaveProductsWhole()
    {
        var program = Program(TestModels.Mlp(0.5f, 12, 40, 30, 5), _ => Multiply);

        program.Plans.Should().OnlyContain(plan => program.IsMultiplied(plan.Site));
        program.Steps.OfType<ProductStep>().Should().BeEmpty();
        program.Steps.OfType<CopyStep>().Count(step => step.Node.OpType == "Gemm").Should().Be(2);
    }

    [Fact]
    public void AStackedSiteIsReadByOneProductOfAllMembers()
    {
        var program = Program(TestModels.Mlp(0.5f, 12, 40, 5), _ => Stack);

        program.Steps.OfType<StackStep>().Should().ContainSingle().Which.Site.Should().Be(program.Plans[0].Site);
        program.IsMultiplied(program.Plans[0].Site).Should().BeFalse();
    }

    /// <summary>A shortcut around a cut layer still gets all units, masked.</summary>
    [Fact]
    public void AValueThatIsAskedForInTwoFormsIsMadeInBoth()
    {
        var program = Program(CommitteeModels.Named("residual around dropout"), site => site.Ordinal == 0 ? Gather : Cut);

        program.IsMultiplied(program.Plans[0].Site).Should().BeTrue();
        program.Steps.OfType<ProductStep>().Should().Contain(product => product.Input.Set != null);
    }

    private static MemberProgram Program(ModelPackage package, Func<DropoutSite, Treatment> treatment)
    {
        var model = StochasticModel.Read(package, MaskedModel.Inputs(package).ToDictionary(i => i.Name, i => i.Dims.ToArray()));
        var multiplied = new MemberProgram(model, [.. model.Sites.Select(site => new SitePlan(site, Multiply))]);
        return new MemberProgram(
            model, [.. model.Sites.Select(site => new SitePlan(site, SitePlanner.Treatments(site, multiplied).Contains(treatment(site)) ? treatment(site) : Multiply))]);
    }

    private static IEnumerable<Form> Inputs(Step step) => step switch
    {
        CopyStep copy => copy.Inputs.OfType<Form>().Concat(copy.Captured),
        ProductStep product => [product.Input],
        StackStep stack => [new Form(stack.Site.Input)],
        GatherStep gather => [gather.Input],
        TransposeStep transpose => [transpose.Input],
        MaskStep mask => [mask.Input],
        ReshapeStep reshape => [reshape.Input],
        JoinStep join => join.Inputs,
        _ => throw new InvalidOperationException($"no rule for {step}"),
    };
}
