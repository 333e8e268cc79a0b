using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Models;
using static ParquetPool.Scorer.Committees.Treatment;

namespace ParquetPool.Scorer.Tests.Committees;

public class LayerCommitteeTests
{
    private const ulong Seed = 0x1_0000_0007;
    private const int Members = 5;

    public static MatrixTheoryData<string, MaskKind> Models => new(LayerModels.Names, [MaskKind.Balanced, MaskKind.Independent]);

    public static TheoryData<string, Treatment[], double> Plans => new()
    {
        { "transposed convolutions, channels cut", [Gather, Cut, Cut], 0.55 },
        { "lstm on shared steps, dense layers cut", [Gather, Cut], 0.4 },
        { "silu and gelu around cut sites", [Gather, Cut, Multiply], 0.6 },
        { "lstm, recurrent weights dropped", [Multiply], 1 },
        { "lstm, recurrent weights dropped in a shape that the rows seem to decide", [Multiply], 1 },
        { "three lstms, steps in front, dropout between", [Multiply, Multiply, Multiply], 1 },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void AMemberIsTheModelWithItsDropoutReplacedByTheDocumentedMasks(string name, MaskKind masks)
    {
        var package = LayerModels.Named(name);
        var inputs = MaskedModel.Inputs(package);
        using var committee = Committee.Compile(package, inputs, Members, Seed, masks);
        var rows = Rows(name, inputs, committee.TileRows);

        using var run = committee.NewRun();
        rows.CopyTo(run.Input(0));
        run.Run();

        var first = MaskedModel.Logits(run, committee, 0);
        for (var member = 0; member < Members; member++)
        {
            var expected = MaskedModel.Logits(package, inputs, Seed, masks, member, Members, [rows]);
            var actual = MaskedModel.Logits(run, committee, member);
            actual.Zip(expected, (a, e) => Math.Abs(a - e)).Max().Should().BeLessThan(1e-4f, $"member {member} of {name}");
            (member == 0 || actual.Zip(first, (a, f) => Math.Abs(a - f)).Max() > 1e-3f).Should().BeTrue($"member {member} of {name} has masks of its own");
        }
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public void ASiteGetsTheTreatmentThatCostsLeast(string name, Treatment[] treatments, double share)
    {
        var package = LayerModels.Named(name);
        using var committee = Committee.Compile(package, MaskedModel.Inputs(package), 20, Seed);

        committee.Plan.Sites.Select(s => s.Treatment).Should().Equal(treatments);
        committee.Plan.Share.Should().BeLessThanOrEqualTo(share);
    }

    [Fact]
    public void RecurrentLayersAndTransposedConvolutionsCountAsProducts()
    {
        var lstm = LayerModels.Named("lstm both ways");
        var upwards = LayerModels.Named("transposed convolution in groups");
        using var recurrent = Committee.Compile(lstm, MaskedModel.Inputs(lstm), 2, Seed);
        using var transposed = Committee.Compile(upwards, MaskedModel.Inputs(upwards), 2, Seed);

        recurrent.Plan.PassOperations.Should().Be(6 * 2 * 40 * (8 + 10) + 20 * 3);
        transposed.Plan.PassOperations.Should().Be(36 * 9 * 3 * 32 + 36 * 4 * 32 * 8 + 32 * 3);
    }

    [Fact]
    public void MasksOfWeightsAreTheSameForEveryRow()
    {
        var package = LayerModels.Named("lstm, recurrent weights dropped");
        var inputs = MaskedModel.Inputs(package);
        using var committee = Committee.Compile(package, inputs, Members, Seed);
        var row = TestModels.Numbers(5, inputs[0].Width);
        using var run = committee.NewRun();
        Enumerable.Range(0, committee.TileRows).SelectMany(_ => row).ToArray().CopyTo(run.Input(0));
        run.Run();

        for (var member = 0; member < Members; member++)
        {
            MaskedModel.Logits(run, committee, member).Chunk(3).Should().AllSatisfy(l => l.Zip(MaskedModel.Logits(run, committee, member)).Should().OnlyContain(p => Math.Abs(p.First - p.Second) < 1e-6f));
        }
    }

    [Fact]
    public void DropoutOfRowsThatLieAlongNoAxisIsRefused()
    {
        var package = TestModels.Build([6, 8], 3, (w, x, on) =>
        {
            var longer = w.Dropout(w.Graph.Op("Concat", [x, w.Tensor("row", 1, 1, 6, 8)], Attributes.Int("axis", 0)), 0.5f, on); // A row more than the batch has.
            return w.Dense(w.Graph.Op("Reshape", [w.Graph.Op("Slice", [longer, w.Graph.Ints(0), w.Graph.Ints(-1), w.Graph.Ints(0)]), w.Graph.Ints(-1, 48)]), 48, 3);
        });

        var act = () => Committee.Compile(package, MaskedModel.Inputs(package), 5, Seed);

        act.Should().Throw<DataException>().WithMessage("*dropout 'Dropout' has shape ?0, 6, 8?*expected the batch (-1) along one axis*");
    }

    /// <summary>Numbers, or ids where the model reads such.</summary>
    private static float[] Rows(string name, FeatureInput[] inputs, int rows)
    {
        var numbers = MaskedModel.Rows(inputs, rows)[0];
        return name.StartsWith("token", StringComparison.Ordinal) || name.StartsWith("embedding", StringComparison.Ordinal) ? Array.ConvertAll(numbers, n => MathF.Floor((n + 1.74f) * 1.4f)) : numbers;
    }
}
