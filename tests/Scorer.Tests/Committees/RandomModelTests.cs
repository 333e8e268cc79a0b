using ParquetPool.Contract;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Models;
using ParquetPool.Scorer.Programs;
using ParquetPool.Sessions;

namespace ParquetPool.Scorer.Tests.Committees;

public class RandomModelTests
{
    private const ulong Seed = 0x3_0000_0001;
    private const int Members = 3;
    private const int Classes = 3;
    private const int Rows = UnitProgram.RowMultiple;

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
        var programs = new List<MemberProgram> { multiplied, SitePlanner.Plan(model, Members, CostModel.Graph), SitePlanner.Plan(model, Members, CostModel.Units) };
        for (var draw = 0; draw < 3; draw++)
        {
            var plans = model.Sites.Select(s => SitePlanner.Treatments(s, multiplied).ToArray() is var t ? new SitePlan(s, t[random.Next(t.Length)]) : null!);
            programs.Add(new MemberProgram(model, [.. plans]));
        }
        foreach (var program in programs)
        {
            var plan = string.Join(", ", program.Plans.Select(p => p.Treatment));
            foreach (var logits in Run(program, inputs[0], rows[0]))
            {
                for (var member = 0; member < Members; member++)
                {
                    var largest = expected[member].Max(Math.Abs) + 1;
                    logits[member].Zip(ByClass(expected[member]), (a, e) => Math.Abs(a - e)).Max().Should().BeLessThan(1e-4f * largest, $"member {member} of {plan}");
                }
            }
        }
        CostModel.Graph.Of(programs[1], Members).Should().BeLessThanOrEqualTo(programs.Min(p => CostModel.Graph.Of(p, Members)) * 1.2);
        CostModel.Units.Of(programs[2], Members).Should().BeLessThanOrEqualTo(programs.Min(p => CostModel.Units.Of(p, Members)) * 1.2);
    }

    /// <summary>The members' logits, [class, row], by the graph of all members, and on unit vectors where they can run there.</summary>
    private static IEnumerable<float[][]> Run(MemberProgram program, FeatureInput input, float[] rows)
    {
        var (compiled, shared, _) = CommitteeCompiler.Compile([program], Classes, Members, Seed, MaskKind.Balanced);
        var outputs = Run(compiled, input, rows);
        yield return [.. Enumerable.Range(0, Members).Select(m => outputs[CommitteeCompiler.OutputName(m)].Values)];
        if (UnitProgramCompiler.Compile(compiled, shared, new Dictionary<string, long[]> { [input.Name] = [.. input.Dims] }, Classes) is { } units)
        {
            var vectors = new float[units.Places * Rows];
            var values = Run(units.Shared, input, rows);
            units.Inputs.SelectMany(i => values[i.Name].Values).ToArray().CopyTo(vectors, 0);
            units.Run(vectors, Rows, Rows);
            yield return [.. Enumerable.Range(0, Members).Select(m => vectors.AsSpan((units.Logits + m * Classes) * Rows, Classes * Rows).ToArray())];
        }
    }

    private static IReadOnlyDictionary<string, (float[] Values, long[] Dims)> Run(ModelProto model, FeatureInput input, float[] rows)
    {
        using var session = new ModelSession(model);
        using var buffer = TensorBuffer.Floats([Rows, .. input.Dims.Skip(1)]);
        rows.CopyTo(buffer.Span);
        return session.Run(new Dictionary<string, TensorBuffer> { [input.Name] = buffer });
    }

    private static float[] ByClass(float[] logits) => [.. Enumerable.Range(0, logits.Length).Select(i => logits[i % Rows * Classes + i / Rows])];
}
