using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Scorer.Committees;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Scorer.Tests.Committees;

public class NetworksTests
{
    private const ulong Seed = 0x1_0000_0007;
    private const int Classes = 3;

    [Theory]
    [InlineData(6, false, MaskKind.Balanced)]
    [InlineData(5, false, MaskKind.Independent)]
    [InlineData(5, true, MaskKind.Balanced)]
    [InlineData(2, true, MaskKind.Balanced)]
    public void Members_go_round_the_networks_each_under_the_masks_of_its_own_network(int members, bool pictures, MaskKind masks)
    {
        var package = Published(pictures);
        var inputs = MaskedModel.Inputs(package);
        using var committee = Committee.Compile(package, inputs, members, Seed, masks);
        var rows = MaskedModel.Rows(inputs, committee.TileRows);
        using var run = committee.NewRun();
        rows[0].CopyTo(run.Input(0));
        run.Run();

        committee.Plan.OnUnits.Should().Be(!pictures);
        for (var member = 0; member < members; member++)
        {
            var network = member % 2;
            var expected = MaskedModel.Logits(Model(pictures, network), inputs, Seed, masks, member / 2, (members + 1 - network) / 2, rows);
            MaskedModel.Logits(run, committee, member).Zip(expected, (a, e) => Math.Abs(a - e)).Max().Should().BeLessThan(1e-4f, $"member {member}");
        }
    }

    [Fact]
    public void A_single_prediction_is_the_mean_of_the_networks()
    {
        var package = Published(pictures: false);
        var inputs = MaskedModel.Inputs(package);
        using var committee = Committee.Compile(package, inputs, passes: 0, Seed);
        var rows = MaskedModel.Rows(inputs, committee.TileRows);
        using var run = committee.NewRun();
        rows[0].CopyTo(run.Input(0));
        run.Run();

        committee.Members.Should().Be(1);
        MaskedModel.Logits(run, committee, 0).Zip(MaskedModel.Run(DropoutSwitch.Off(package.Model), inputs, rows), (a, e) => Math.Abs(a - e)).Max().Should().BeLessThan(1e-5f);
    }

    [Fact]
    public void A_network_costs_its_own_members_only()
    {
        var package = Published(pictures: true);
        using var two = Committee.Compile(package, MaskedModel.Inputs(package), 20, Seed);
        using var one = Committee.Compile(Model(true, 0), MaskedModel.Inputs(package), 10, Seed);

        two.Plan.Sites.Should().HaveCount(4);
        two.Plan.Operations.Should().BeApproximately(2 * one.Plan.Operations, 0.1 * one.Plan.Operations);
    }

    [Fact]
    public void Fewer_passes_than_networks_are_refused() =>
        FluentActions.Invoking(() => Committee.Compile(Published(false), MaskedModel.Inputs(Published(false)), 1, Seed))
            .Should().Throw<UsageException>().WithMessage("--passes is 1, the model holds 2 networks, expected as many passes at least, or 0*");

    [Fact]
    public void A_manifest_that_names_what_is_no_output_is_refused()
    {
        var package = Published(false, "logits_1", "logits_9");

        FluentActions.Invoking(() => Committee.Compile(package, MaskedModel.Inputs(package), 4, Seed))
            .Should().Throw<DataException>().WithMessage("*names the network 'logits_9', which is no output of the model*");
    }

    private static ModelPackage Published(bool pictures, params string[] networks)
    {
        var model = Model(pictures, null).Model;
        return new ModelPackage("test.onnx", model, "", new ModelManifest
        {
            Task = "t",
            Round = 1,
            CreatedUtc = default,
            Classes = ["a", "b", "c"],
            Inputs = [],
            Outputs = [],
            Scores = new ModelScores("logits", "logits") { Networks = networks.Length > 0 ? networks : ["logits_1", "logits_2"] },
            Dropout = [],
            Training = new ModelTraining(1, 1, 1, 1, 1, 1, 1, new Dictionary<string, string>()),
            Sha256 = "0",
        });
    }

    /// <summary>Two networks of one another's shape; their mean, or one of them, is called logits.</summary>
    private static ModelPackage Model(bool pictures, int? network) => TestModels.Build(pictures ? [1, 8, 8] : [12], Classes, (w, x, on) =>
    {
        string[] networks = [pictures ? Pictures() : Vectors(), pictures ? Pictures() : Vectors()];
        if (network is { } one)
        {
            return networks[one];
        }
        foreach (var (i, logits) in networks.Index())
        {
            w.Graph.Output(logits, $"logits_{i + 1}", DataType.Float, -1, Classes);
        }
        return w.Graph.Op("Mul", [w.Graph.Op("Add", networks), w.Graph.Scalar(0.5f)]);

        string Vectors() => w.Dense(w.Dropout(w.Relu(w.Dense(w.Dropout(w.Relu(w.Dense(x, 12, 40)), 0.5f, on), 40, 33)), 0.3f, on), 33, Classes);

        string Pictures()
        {
            var map = w.Relu(w.Convolution(w.DropChannels(w.Relu(w.Convolution(x, 1, 6)), 0.4f, on), 6, 5));
            return w.Dense(w.Dropout(w.Graph.Op("Flatten", [map]), 0.5f, on), 320, Classes);
        }
    });
}
