using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Programs;
using ParquetPool.Sessions;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Scorer.Tests.Programs;

public class UnitProgramCompilerTests
{
    private const int Rows = 64;
    private const int Width = 9;
    private const int Classes = 3;

    public static TheoryData<string> Operators => [.. Cases.Keys];

    /// <summary>A member's nodes: from the shared [row, 9] to [row, 9].</summary>
    private static readonly Dictionary<string, Func<TestModels.Weights, string, string>> Cases = new()
    {
        ["a product alone"] = (_, x) => x,
        ["Relu"] = (w, x) => w.Graph.Op("Relu", [w.Dense(x, 9, 9)]),
        ["Relu of what is read elsewhere too"] = (w, x) =>
        {
            var h = w.Dense(x, 9, 9);
            return w.Graph.Op("Add", [h, w.Graph.Op("Relu", [h])]);
        },
        ["LeakyRelu"] = (w, x) => w.Graph.Op("LeakyRelu", [w.Dense(x, 9, 9)], Attributes.Float("alpha", 0.2f)),
        ["MatMul with a bias"] = (w, x) => w.Graph.Op("Add", [w.Graph.Op("MatMul", [x, w.Tensor("weight", 1, 9, 9)]), w.Tensor("bias", 1, 9)]),
        ["Gemm with a transposed weight"] = (w, x) => w.Graph.Op("Gemm", [x, w.Tensor("weight", 1, 9, 9)], Attributes.Int("transB", 1), Attributes.Float("alpha", 0.5f)),
        ["mask"] = (w, x) => w.Graph.Op("Mul", [x, w.Tensor("mask", 1, 1, 9)]),
        ["scalar"] = (w, x) => w.Graph.Op("Mul", [w.Graph.Scalar(0.7f), x]),
        ["residual"] = (w, x) => w.Graph.Op("Add", [x, w.Graph.Op("Relu", [w.Dense(x, 9, 9)])]),
        ["gate"] = (w, x) => w.Graph.Op("Mul", [w.Dense(x, 9, 9), w.Graph.Op("Sub", [x, w.Dense(x, 9, 9)])]),
        ["quotient"] = (w, x) => w.Graph.Op("Div", [x, w.Graph.Op("Add", [w.Graph.Op("Mul", [x, x]), w.Graph.Scalar(1)])]),
        ["batch normalisation"] = (w, x) =>
            w.Graph.Op("BatchNormalization", [x, w.Tensor("scale", 1, 9), w.Tensor("shift", 1, 9), w.Tensor("mean", 1, 9), w.Graph.Constant("variance", [.. Enumerable.Repeat(0.7f, 9)], 9)]),
        ["gathered units"] = (w, x) => w.Dense(w.Graph.Op("Gather", [x, w.Graph.Ints(8, 0, -3)], Attributes.Int("axis", 1)), 3, 9),
        ["gathered units, laid out by unit"] = (w, x) =>
        {
            var kept = w.Graph.Op("Gather", [w.Graph.Op("Transpose", [x], Attributes.Ints("perm", 1, 0)), w.Graph.Ints(1, 2, 5)]);
            return w.Graph.Op("Gemm", [w.Graph.Op("Relu", [kept]), w.Tensor("weight", 1, 3, 9)], Attributes.Int("transA", 1));
        },
        ["vectors joined"] = (w, x) => w.Dense(w.Graph.Op("Concat", [x, w.Dense(x, 9, 4)], Attributes.Int("axis", -1)), 13, 9),
        ["constants on either side"] = (w, x) => w.Graph.Op("Sub", [w.Tensor("one", 1, 9), w.Graph.Op("Div", [w.Graph.Op("Sub", [x, w.Tensor("two", 1, 1, 9)]), w.Tensor("three", 1, 9)])]),
        ["highway"] = (w, x) =>
        {
            var gate = w.Graph.Op("Sigmoid", [w.Dense(x, 9, 9)]);
            var open = w.Graph.Op("Mul", [gate, w.Graph.Op("Tanh", [w.Dense(x, 9, 9)])]);
            return w.Graph.Op("Add", [open, w.Graph.Op("Mul", [w.Graph.Op("Sub", [w.Graph.Scalar(1), gate]), x])]);
        },
        ["Gelu"] = (w, x) => w.Graph.Op("Gelu", [w.Dense(x, 9, 9)]),
        ["Gelu of older opsets"] = (w, x) =>
        {
            var erf = w.Graph.Op("Erf", [w.Graph.Op("Div", [x, w.Graph.Scalar(MathF.Sqrt(2))])]);
            return w.Graph.Op("Mul", [w.Graph.Op("Mul", [x, w.Graph.Op("Add", [erf, w.Graph.Scalar(1)])]), w.Graph.Scalar(0.5f)]);
        },
        ["exponential"] = (w, x) => w.Graph.Op("Exp", [w.Dense(x, 9, 9)]),
        ["layer normalisation"] = (w, x) => w.Graph.Op("LayerNormalization", [w.Dense(x, 9, 9), w.Tensor("scale", 1, 9), w.Tensor("shift", 1, 9)]),
        ["layer normalisation without a shift"] = (w, x) => w.Graph.Op("LayerNormalization", [x, w.Tensor("scale", 1, 9)], Attributes.Float("epsilon", 0.1f)),
        ["layer normalisation, step by step"] = (w, x) =>
        {
            var axis = w.Graph.Ints(-1);
            var centred = w.Graph.Op("Sub", [x, w.Graph.Op("ReduceMean", [x, axis])]);
            var variance = w.Graph.Op("ReduceMean", [w.Graph.Op("Pow", [centred, w.Graph.Scalar(2)]), axis]);
            return w.Graph.Op("Div", [centred, w.Graph.Op("Sqrt", [w.Graph.Op("Add", [variance, w.Graph.Scalar(1e-5f)])])]);
        },
        ["views of views"] = (w, x) => w.Graph.Op("Identity", [w.Graph.Op("Flatten", [x])]),
    };

    [Theory]
    [MemberData(nameof(Operators))]
    public void TheProgramComputesWhatTheGraphComputes(string name)
    {
        var model = Committee(Cases[name], out var shared);
        var program = UnitProgramCompiler.Compile(model.Clone(), shared, new Dictionary<string, long[]> { ["x"] = [-1, Width] }, Classes)!;
        var rows = TestModels.Numbers(50, Rows * Width);
        var expected = Run(model, rows);
        var units = new float[program.Places * Rows];
        Run(program.Shared, rows).SelectMany(v => v).ToArray().CopyTo(units, 0);
        program.Run(units, Rows, Rows);
        units.Skip(program.Logits * Rows).Take(2 * Classes * Rows).Zip(expected.SelectMany(v => v), (a, e) => Math.Abs(a - e) / Math.Max(1, Math.Abs(e))).Max().Should().BeLessThan(1e-5f);
    }

    [Theory]
    [MemberData(nameof(Operators))]
    public void TheFirstRowsHaveTheBitsThatTheyHaveInTheWhole(string name)
    {
        const int Few = 20;
        var program = UnitProgramCompiler.Compile(Committee(Cases[name], out var shared), shared, new Dictionary<string, long[]> { ["x"] = [-1, Width] }, Classes)!;
        var given = Run(program.Shared, TestModels.Numbers(50, Rows * Width)).SelectMany(v => v).ToArray();
        var (whole, few) = (new float[program.Places * Rows], new float[program.Places * Rows]);
        given.CopyTo(whole, 0);
        given.CopyTo(few, 0);

        program.Run(whole, Rows, Rows);
        program.Run(few, Rows, Few);

        FirstLogits(few).Should().Equal(FirstLogits(whole));

        IEnumerable<float> FirstLogits(float[] units) => units.Chunk(Rows).Skip(program.Logits).Take(2 * Classes).SelectMany(unit => unit.Take(Few));
    }

    [Fact]
    public void PlacesAreUsedAgain()
    {
        string Deep(TestModels.Weights w, string x) => Enumerable.Range(0, 10).Aggregate(x, (h, _) => w.Graph.Op("Relu", [w.Dense(h, 9, 9)]));
        var program = UnitProgramCompiler.Compile(Committee(Deep, out var shared), shared, new Dictionary<string, long[]> { ["x"] = [-1, Width] }, Classes)!;

        program.Places.Should().Be(Width + 2 * Classes + 2 * Width, "a layer needs its inputs and its outputs only");
    }

    [Fact]
    public void WeightsThatMembersShareAreHeldOnce()
    {
        string? weight = null;
        var model = Committee((w, x) => w.Graph.Op("Relu", [w.Graph.Op("Gemm", [x, weight ??= w.Tensor("weight", 1, 9, 9)])]), out var shared);
        var program = UnitProgramCompiler.Compile(model, shared, new Dictionary<string, long[]> { ["x"] = [-1, Width] }, Classes)!;

        program.Steps.OfType<UnitProduct>().Should().HaveCount(4);
        program.Steps.OfType<UnitProduct>().Select(p => p.Weights).Distinct().Should().HaveCount(3, "two heads differ");
    }

    [Theory]
    [InlineData("Softmax")]
    [InlineData("Sin")]
    public void OtherOperatorsStayWithTheGraph(string operation)
    {
        var model = Committee((w, x) => w.Graph.Op(operation, [x]), out var shared);

        UnitProgramCompiler.Compile(model, shared, new Dictionary<string, long[]> { ["x"] = [-1, Width] }, Classes).Should().BeNull();
    }

    /// <summary>A shared layer, and two members that end in a product.</summary>
    private static ModelProto Committee(Func<TestModels.Weights, string, string> member, out int shared)
    {
        var weights = new TestModels.Weights();
        var g = weights.Graph;
        var hidden = g.Op("Relu", [weights.Dense(g.Input("x", DataType.Float, -1, Width), Width, 9)]);
        shared = g.Model.Graph.Node.Count;
        for (var m = 0; m < 2; m++)
        {
            g.Output(g.Op("Transpose", [weights.Dense(member(weights, hidden), 9, Classes)], Attributes.Ints("perm", 1, 0)), $"member_{m}", DataType.Float, Classes, -1);
        }
        return g.Model;
    }

    private static List<float[]> Run(ModelProto model, float[] rows)
    {
        using var session = new ModelSession(model);
        using var x = TensorBuffer.Floats(Rows, Width);
        rows.CopyTo(x.Span);
        var outputs = session.Run(new Dictionary<string, TensorBuffer> { ["x"] = x });
        return [.. model.Graph.Output.Select(o => outputs[o.Name].Values)];
    }
}
