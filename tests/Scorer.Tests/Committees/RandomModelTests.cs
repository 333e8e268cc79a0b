using ParquetPool.Contract;
using ParquetPool.Scorer.Committees;
using ParquetPool.Sessions;

namespace ParquetPool.Scorer.Tests.Committees;

public class RandomModelTests
{
    private const ulong Seed = 0x3_0000_0001;
    private const int Members = 3;
    private const int Rows = 7;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 60)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void AnyTreatmentOfASiteGivesTheMaskedModelOnVectors(int seed) => Check(RandomModels.Vectors(seed), seed);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void AnyTreatmentOfASiteGivesTheMaskedModelOnImages(int seed) => Check(RandomModels.Images(seed), seed);

    private static void Check(ModelPackage package, int seed)
    {
        var inputs = MaskedModel.Inputs(package);
        var rows = MaskedModel.Rows(inputs, Rows);
        var model = StochasticModel.Read(package, inputs.ToDictionary(i => i.Name, i => i.Dims.ToArray()));
        var expected = Enumerable.Range(0, Members).Select(m => MaskedModel.Logits(package, inputs, Seed, MaskKind.Balanced, m, Members, rows)).ToArray();
        var random = new Random(seed);
        var multiplied = new MemberProgram(model, [.. model.Sites.Select(s => new SitePlan(s, Treatment.Multiply))]);
        var programs = new List<MemberProgram> { multiplied, SitePlanner.Plan(model, Members) };
        for (var draw = 0; draw < 3; draw++)
        {
            var plans = model.Sites.Select(s => SitePlanner.Treatments(s, multiplied).ToArray() is var t ? new SitePlan(s, t[random.Next(t.Length)]) : null!);
            programs.Add(new MemberProgram(model, [.. plans]));
        }
        foreach (var program in programs)
        {
            var plan = string.Join(", ", program.Plans.Select(p => p.Treatment));
            var logits = Run(program, inputs[0], rows[0]);
            for (var member = 0; member < Members; member++)
            {
                var largest = expected[member].Max(Math.Abs) + 1;
                logits[member].Zip(expected[member], (a, e) => Math.Abs(a - e)).Max().Should().BeLessThan(2e-5f * largest, $"member {member} of {plan}");
            }
        }
        CostModel.Of(programs[1], Members).Should().BeLessThanOrEqualTo(programs.Min(p => CostModel.Of(p, Members)) * 1.2);
    }

    private static float[][] Run(MemberProgram program, FeatureInput input, float[] rows)
    {
        var (compiled, _) = CommitteeCompiler.Compile(program, 3, Members, Seed, MaskKind.Balanced);
        using var session = new ModelSession(compiled);
        using var buffer = TensorBuffer.Floats([Rows, .. input.Dims.Skip(1)]);
        rows.CopyTo(buffer.Span);
        var outputs = session.Run(new Dictionary<string, TensorBuffer> { [input.Name] = buffer });
        return [.. Enumerable.Range(0, Members).Select(m => outputs[CommitteeCompiler.OutputName(m)].Values)];
    }
}
