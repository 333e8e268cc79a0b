using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Graphs;
using ParquetPool.Scorer.Committees;

namespace ParquetPool.Scorer.Tests.Committees;

public class CommitteeTests
{
    private const ulong Seed = 0x1_0000_0007;

    public static MatrixTheoryData<string, MaskKind> Models => new(Cases.Keys, [MaskKind.Balanced, MaskKind.Independent]);

    private static readonly Dictionary<string, Func<ModelPackage>> Cases = new()
    {
        ["mlp, two sites"] = () => TestModels.Mlp(0.5f, 12, 40, 33, 5),
        ["mlp, three sites"] = () => TestModels.Mlp(0.3f, 12, 40, 33, 20, 5),
        ["dropout on the input"] = () => TestModels.Build([12], 3, (w, x, on) => w.Dense(w.Dropout(x, 0.4f, on), 12, 3)),
        ["residual around dropout"] = () => TestModels.Build([12], 3, (w, x, on) =>
        {
            var h = w.Dropout(w.Graph.Op("Relu", [w.Dense(x, 12, 16)]), 0.5f, on);
            var r = w.Dropout(w.Graph.Op("Relu", [w.Dense(h, 16, 16)]), 0.5f, on);
            return w.Dense(w.Graph.Op("Add", [h, r]), 16, 3);
        }),
        ["one hidden layer, two heads added"] = () => TestModels.Build([12], 3, (w, x, on) =>
        {
            var h = w.Dropout(w.Graph.Op("Relu", [w.Dense(x, 12, 16)]), 0.5f, on);
            return w.Graph.Op("Add", [w.Dense(h, 16, 3), w.Dense(h, 16, 3)]);
        }),
        ["dropout before an activation"] = () => TestModels.Build([12], 3, (w, x, on) =>
        {
            var h = w.Dropout(w.Dense(x, 12, 16), 0.5f, on);
            h = w.Dropout(w.Dense(w.Graph.Op("Relu", [h]), 16, 20), 0.5f, on);
            return w.Dense(w.Graph.Op("Gelu", [h]), 20, 3);
        }),
        ["layer normalisation behind dropout"] = () => TestModels.Build([12], 3, (w, x, on) =>
        {
            var h = w.Dropout(w.Dense(x, 12, 16), 0.5f, on);
            var n = w.Graph.Op("LayerNormalization", [h, w.Tensor("scale", 1, 16), w.Tensor("shift", 1, 16)]);
            return w.Dense(n, 16, 3);
        }),
        ["batch normalisation before a cut site"] = () => TestModels.Build([12], 3, (w, x, on) =>
        {
            var h = w.Dropout(w.Graph.Op("Relu", [w.Dense(x, 12, 16)]), 0.5f, on);
            h = w.Dense(h, 16, 24);
            var variance = w.Graph.Constant("variance", [.. Enumerable.Repeat(0.7f, 24)], 24);
            h = w.Graph.Op("BatchNormalization", [h, w.Tensor("scale", 1, 24), w.Tensor("shift", 1, 24), w.Tensor("mean", 1, 24), variance]);
            return w.Dense(w.Dropout(w.Graph.Op("Tanh", [h]), 0.5f, on), 24, 3);
        }),
        ["dropout in the last hidden layer only"] = () => TestModels.Mlp(0.3f, 12, 40, 5),
        ["channel dropout before a convolution"] = () => TestModels.Build([1, 8, 8], 3, (w, x, on) =>
        {
            var map = w.Graph.Op("Relu", [w.Graph.Op("Conv", [x, w.Tensor("kernel", 0.3f, 4, 1, 3, 3)])]);
            var channels = w.Graph.Op("Shape", [map], Attributes.Int("start", 0), Attributes.Int("end", 2));
            var ones = w.Graph.Op("Expand", [w.Graph.Scalar(1), w.Graph.Op("Concat", [channels, w.Graph.Ints(1, 1)], Attributes.Int("axis", 0))]);
            map = w.Graph.Op("Mul", [map, w.Dropout(ones, 0.25f, on)]);
            map = w.Graph.Op("Relu", [w.Graph.Op("Conv", [map, w.Tensor("kernel", 0.3f, 5, 4, 3, 3)])]);
            return w.Dense(w.Graph.Op("Flatten", [map]), 80, 3);
        }),
        ["dropout twice in a row"] = () => TestModels.Build([12], 3, (w, x, on) =>
            w.Dense(w.Dropout(w.Dropout(w.Graph.Op("Relu", [w.Dense(x, 12, 16)]), 0.5f, on), 0.2f, on), 16, 3)),
        ["feature maps, flattened"] = () => TestModels.Build([1, 8, 8], 3, (w, x, on) =>
        {
            var map = w.Graph.Op("Relu", [w.Graph.Op("Conv", [x, w.Tensor("kernel", 0.3f, 4, 1, 3, 3)])]);
            map = w.Dropout(w.Graph.Op("MaxPool", [map], Attributes.Ints("kernel_shape", 2, 2), Attributes.Ints("strides", 2, 2)), 0.25f, on);
            var h = w.Graph.Op("Relu", [w.Dense(w.Graph.Op("Flatten", [map]), 36, 16)]);
            return w.Dense(w.Dropout(h, 0.5f, on), 16, 3);
        }),
        ["feature maps, convolved on"] = () => TestModels.Build([1, 8, 8], 3, (w, x, on) =>
        {
            var map = w.Dropout(w.Graph.Op("Conv", [x, w.Tensor("kernel", 0.3f, 4, 1, 3, 3)]), 0.25f, on);
            map = w.Graph.Op("Relu", [w.Graph.Op("Conv", [map, w.Tensor("kernel", 0.3f, 5, 4, 3, 3)])]);
            return w.Dense(w.Graph.Op("Flatten", [map]), 80, 3);
        }),
        ["exported by PyTorch, mlp"] = () => ModelPackage.Open(TestModels.DataFile("torch-mlp.onnx")),
        ["exported by PyTorch, cnn"] = () => ModelPackage.Open(TestModels.DataFile("torch-cnn.onnx")),
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void AMemberIsTheModelWithItsDropoutReplacedByTheDocumentedMasks(string name, MaskKind masks)
    {
        var package = Cases[name]();
        var inputs = Inputs(package);
        using var committee = Committee.Compile(package, inputs, 5, Seed, masks);
        var rows = MaskedModel.Rows(inputs, committee.TileRows);

        using var run = committee.NewRun();
        foreach (var (i, values) in rows.Index())
        {
            values.CopyTo(run.Input(i));
        }
        run.Run();

        for (var member = 0; member < 5; member++)
        {
            var expected = MaskedModel.Logits(package, inputs, Seed, masks, member, members: 5, rows);
            var actual = run.Logits.Slice(member * expected.Length, expected.Length).ToArray();
            MaxDifference(actual, expected).Should().BeLessThan(1e-4, $"member {member} of {name}");
        }
    }

    [Theory]
    [InlineData(MaskKind.Balanced)]
    [InlineData(MaskKind.Independent)]
    public void AMemberOfAnMlpIsWhatPlainDoubleArithmeticSays(MaskKind masks)
    {
        bool Keeps(int site, int member, int unit) => masks == MaskKind.Balanced
            ? DocumentedMasks.KeepsBalanced(Seed, site, member, unit, 0.5f, members: 3)
            : DocumentedMasks.KeepsIndependently(Seed, site, member, unit, 0.5f);
        int[] widths = [12, 40, 33, 5];
        var package = TestModels.Mlp(0.5f, widths);
        using var committee = Committee.Compile(package, Inputs(package), 3, Seed, masks);
        var rows = TestModels.Numbers(99, committee.TileRows * 12);
        using var run = committee.NewRun();
        rows.CopyTo(run.Input(0));
        run.Run();

        var tensors = package.Model.Graph.Initializer.ToDictionary(t => t.Name, t => t);
        var dense = package.Model.Graph.Node.Where(n => n.OpType == "Gemm").ToList();
        for (var member = 0; member < 3; member++)
        {
            for (var row = 0; row < committee.TileRows; row++)
            {
                var x = rows.Skip(row * 12).Take(12).Select(v => (double)v).ToArray();
                for (var layer = 0; layer < dense.Count; layer++)
                {
                    var weights = Tensors.ToFloats(tensors[dense[layer].Input[1]]);
                    var bias = Tensors.ToFloats(tensors[dense[layer].Input[2]]);
                    x = [.. Enumerable.Range(0, bias.Length).Select(o => bias[o] + x.Select((v, i) => v * weights[i * bias.Length + o]).Sum())];
                    if (layer < dense.Count - 1)
                    {
                        x = [.. x.Select((v, unit) => Keeps(layer, member, unit) ? Math.Max(0, v) * 2 : 0)];
                    }
                }
                for (var c = 0; c < 5; c++)
                {
                    ((double)run.Logits[(member * committee.TileRows + row) * 5 + c]).Should().BeApproximately(x[c], 1e-4);
                }
            }
        }
    }

    [Fact]
    public void WithoutPassesDropoutIsOff()
    {
        var package = TestModels.Mlp(0.5f, 12, 40, 5);
        using var committee = Committee.Compile(package, Inputs(package), 0, Seed);
        var rows = TestModels.Numbers(99, committee.TileRows * 12);
        using var run = committee.NewRun();
        rows.CopyTo(run.Input(0));
        run.Run();

        committee.Members.Should().Be(1);
        var model = package.Model.Clone();
        foreach (var node in model.Graph.Node.Where(n => n.OpType == "Dropout"))
        {
            (node.OpType, var kept) = ("Identity", node.Input[0]);
            node.Input.Clear();
            node.Input.Add(kept);
        }
        MaxDifference(run.Logits.ToArray(), MaskedModel.Run(model, Inputs(package), [rows])).Should().BeLessThan(1e-5);
    }

    [Fact]
    public void AnMlpIsCutEverywhereAndItsFirstLayerShared()
    {
        var package = TestModels.Mlp(0.5f, 512, 512, 512, 50);
        using var committee = Committee.Compile(package, Inputs(package), 20, Seed);

        committee.Plan.Sites.Select(s => s.Treatment).Should().Equal(Treatment.Gather, Treatment.Cut);
        committee.Plan.PassOperations.Should().Be(512 * 512 * 2 + 512 * 50);
        committee.Plan.Share.Should().BeApproximately((512 * 512 + 20 * (256 * 256 + 256 * 50)) / (20.0 * (512 * 512 * 2 + 512 * 50)), 0.01);
    }

    [Fact]
    public void HeadsBehindTheOnlyDropoutAreOneProduct()
    {
        var package = TestModels.Mlp(0.5f, 12, 512, 10);
        using var committee = Committee.Compile(package, Inputs(package), 20, Seed);

        committee.Plan.Sites.Select(s => s.Treatment).Should().Equal(Treatment.Stack);
        committee.Plan.Operations.Should().Be(12 * 512 + 20 * 512 * 10);
    }

    [Fact]
    public void BatchNormalisationBehindADenseProductDoesNotKeepItFromBeingCut()
    {
        var package = Cases["batch normalisation before a cut site"]();
        using var committee = Committee.Compile(package, Inputs(package), 20, Seed);

        committee.Plan.Sites.Select(s => s.Treatment).Should().Equal(Treatment.Gather, Treatment.Cut);
    }

    [Fact]
    public void DropoutThatVanishedIsAnErrorAndNotAScoreOfZero()
    {
        var package = TestModels.Build([12], 3, (w, x, _) => w.Dense(x, 12, 3));

        var act = () => Committee.Compile(package, Inputs(package), 20, Seed);

        act.Should().Throw<DataException>().WithMessage("*no active dropout*--passes 0*");
    }

    [Fact]
    public void DropoutSwitchedOffInTheFileIsNotActive()
    {
        var package = TestModels.Build([12], 3, (w, x, _) => w.Dense(w.Graph.Op("Dropout", [x, w.Graph.Scalar(0.5f)]), 12, 3));

        var act = () => Committee.Compile(package, Inputs(package), 20, Seed);

        act.Should().Throw<DataException>().WithMessage("*no active dropout*");
    }

    [Fact]
    public void BatchNormalisationInTrainingModeIsRefused()
    {
        var package = TestModels.Build([12], 3, (w, x, on) =>
        {
            var ones = w.Graph.Constant("ones", [.. Enumerable.Repeat(1f, 12)], 12);
            var n = w.Graph.Node("BatchNormalization", [x, ones, ones, ones, ones], 3, Attributes.Int("training_mode", 1)).Output[0];
            return w.Dense(w.Dropout(n, 0.5f, on), 12, 3);
        });

        var act = () => Committee.Compile(package, Inputs(package), 20, Seed);

        act.Should().Throw<DataException>().WithMessage("*training mode*PRESERVE*");
    }

    private static FeatureInput[] Inputs(ModelPackage package) => MaskedModel.Inputs(package);

    private static double MaxDifference(float[] a, float[] b) => a.Zip(b, (x, y) => Math.Abs((double)x - y)).Max();
}
