using Microsoft.ML.OnnxRuntime;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Models;
using ParquetPool.Sessions;

namespace ParquetPool.Scorer.Tests.Committees;

public class CommitteeTests
{
    private const ulong Seed = 0x1_0000_0007;

    public static MatrixTheoryData<string, MaskKind, Device> Models => new(CommitteeModels.Names, [MaskKind.Balanced, MaskKind.Independent], Devices);

    /// <summary>The execution providers that this machine has.</summary>
    private static Device[] Devices
    {
        get
        {
            try
            {
                using var options = new SessionOptions();
                CudaProvider.Append(options, new Device(0));
                return [Device.Cpu, new Device(0)];
            }
            catch (UsageException)
            {
                return [Device.Cpu];
            }
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void AMemberIsTheModelWithItsDropoutReplacedByTheDocumentedMasks(string name, MaskKind masks, Device device)
    {
        var package = CommitteeModels.Named(name);
        var inputs = Inputs(package);
        using var committee = Committee.Compile(package, inputs, 5, Seed, masks, device);
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
            var actual = MaskedModel.Logits(run, committee, member);
            // A GPU's tensor cores round the factors of a product to ten bits.
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
                    ((double)MaskedModel.Logits(run, committee, member)[row * 5 + c]).Should().BeApproximately(x[c], 1e-4);
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

        (committee.Passes, committee.Members).Should().Be((0, 1));
        var model = package.Model.Clone();
        foreach (var node in model.Graph.Node.Where(n => n.OpType == "Dropout"))
        {
            (node.OpType, var kept) = ("Identity", node.Input[0]);
            node.Input.Clear();
            node.Input.Add(kept);
        }
        MaxDifference(MaskedModel.Logits(run, committee, 0), MaskedModel.Run(model, Inputs(package), [rows])).Should().BeLessThan(1e-5);
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
