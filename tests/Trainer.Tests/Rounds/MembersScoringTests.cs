using System.CommandLine;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Scorer.Audits;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Scoring;
using ParquetPool.Scorer.Selection;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.Tests.Training;

namespace ParquetPool.Trainer.Tests.Rounds;

public sealed class MembersScoringTests : IDisposable
{
    private readonly TestFolder folder = new();

    public MembersScoringTests()
    {
        Blobs.Write(folder.File("pool.parquet"), Enumerable.Range(0, 120));
        File.WriteAllText(folder.File("network.json"), """{ "layers": [ { "type": "randomWire", "nodes": 5, "k": 2, "width": 12 }, { "type": "dropout", "rate": 0.5 } ] }""");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Networks_trained_as_one_model_are_scored_selected_from_and_trained_on_as_any_other()
    {
        (await Train("--members", $"{folder.File("network.json")}:3", "--epochs", "8", "--learning-rate", "0.01")).Should().Be(ExitCode.Success);
        var manifest = ModelPackage.Open(folder.File("models/m")).Manifest!;
        manifest.Scores!.Networks.Should().Equal("logits_1", "logits_2", "logits_3");
        manifest.Outputs.Select(o => o.Name).Should().Equal("logits", "embedding", "logits_1", "logits_2", "logits_3");
        manifest.Training.HoldoutAccuracy.Should().BeGreaterThan(0.8);

        (await Run(ScoreCommand.Create(), "score", "--model", folder.File("models/m"), "--pool", folder.File("pool.parquet"), "--out", folder.File("scored"), "--passes", "6")).Should().Be(ExitCode.Success);
        (await Run(SelectCommand.Create(), "select", "--scores", folder.File("scored"), "--out", folder.File("query"), "--top", "9", "--strategy", "badge")).Should().Be(ExitCode.Success);
        File.ReadLines(folder.File("query/selected.csv")).Should().HaveCount(10);
        (await Run(AuditCommand.Create(), "audit", "--within", folder.File("pool.parquet"), "--model", folder.File("models/m"), "--out", folder.File("audited"))).Should().Be(ExitCode.Success);
        Inspection.Of(folder.File("models/m"), passes: 20).Lines().Should().Contain(line => line.Contains("the mean of 3 networks, each of which has members of its own"));

        (await Train("--members", "3", "--network", folder.File("network.json"), "--epochs-per-round", "1")).Should().Be(ExitCode.Success);
        ModelPackage.Open(folder.File("models/m")).Manifest!.Scores!.Networks.Should().HaveCount(3);
    }

    [Theory]
    [InlineData("--members is 'network:0', expected a number from 1 to 64*", "--members", "network:0")]
    [InlineData("--members mlp:2 is given with --network, expected the network named once: give --members 2", "--members", "mlp:2", "--network", "cnn")]
    [InlineData("--learn noisy-student is given with 2 members, expected one network*", "--members", "2", "--learn", "noisy-student", "--unlabelled", "pool")]
    [InlineData("--members is given with --from, expected one*", "--members", "2", "--from", "model.onnx")]
    public void What_cannot_be_several_networks_is_refused(string message, params string[] options)
    {
        var parse = new RootCommand { TrainCommand.Create() }.Parse(["train", "--task", "m", "--pool", "pool", "--label-column", "label", .. options]);

        FluentActions.Invoking(() => TrainCommand.RequestOf(parse).Check()).Should().Throw<UsageException>().WithMessage(message);
    }

    private Task<int> Train(params string[] options) => Run(
        TrainCommand.Create(), ["train", "--task", "m", "--models", folder.File("models"), "--pool", folder.File("pool.parquet"), "--label-column", "label", .. options]);

    private static Task<int> Run(Command command, params string[] arguments) => CommandHost.InvokeAsync(new RootCommand { command }, [.. arguments, "--quiet"]);
}
