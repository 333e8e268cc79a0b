using System.CommandLine;
using System.Globalization;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Graphs;
using ParquetPool.Scorer.Scoring;
using ParquetPool.Sessions;
using ParquetPool.Texts;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.Tests.Training;

namespace ParquetPool.Trainer.Tests.Rounds;

public sealed class CalibratedScoringTests : IDisposable
{
    private const int Rows = 300;
    private readonly TestFolder folder = new();

    public CalibratedScoringTests()
    {
        // Every fifth label is wrong.
        Blobs.Write(folder.File("pool/a.parquet"), Enumerable.Range(0, Rows), label: row => Blobs.Label(row + (row % 5 == 0 ? 1 : 0)));
        File.WriteAllText(folder.File("network.json"), """{ "layers": [ { "type": "dense", "units": 16, "dropout": 0.5 } ] }""");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Calibrated_scores_are_those_of_the_logits_over_the_temperature()
    {
        await Train("a", "--validation", "0.3");
        var (package, raw) = (ModelPackage.Open(folder.File("models/a")), Confidences("raw", await Score("a", "raw", "0")));

        var calibrated = Confidences("sure", await Score("a", "sure", "0", "--probabilities", "calibrated"));

        var temperature = package.Manifest!.Calibration!.Single!.Temperature;
        temperature.Should().NotBeApproximately(1, 0.001);
        var (logits, classes) = (Logits(package), package.Manifest.Classes.Count);
        for (var row = 0; row < Rows; row++)
        {
            var (r, of) = (row, logits);
            double Highest(double by) => Enumerable.Range(0, classes).Max(c => Math.Exp(of[(r * classes) + c] / by)) / Enumerable.Range(0, classes).Sum(c => Math.Exp(of[(r * classes) + c] / by));
            raw[$"row-{row}"].Should().BeApproximately(Highest(1), 1e-5);
            calibrated[$"row-{row}"].Should().BeApproximately(Highest(temperature), 1e-5);
        }
    }

    [Fact]
    public async Task A_committee_has_a_temperature_of_its_own_and_a_run_that_was_not_calibrated_is_not_reused()
    {
        await Train("a", "--validation", "0.3");
        var calibration = ModelPackage.Open(folder.File("models/a")).Manifest!.Calibration!;
        calibration.Committee!.Members.Should().Be(20);
        calibration.Committee.Temperature.Should().NotBe(calibration.Single!.Temperature);
        calibration.RowsChoseEpoch.Should().BeTrue();

        var raw = Confidences("scored", await Score("a", "scored", "5"));
        var calibrated = Confidences("scored", await Score("a", "scored", "5", "--probabilities", "calibrated"));

        calibrated.Should().HaveCount(Rows).And.NotEqual(raw);
    }

    [Fact]
    public async Task No_weight_depends_on_it_and_few_held_out_rows_have_none()
    {
        await Train("few");
        await Train("none", "--calibrate", "none");

        File.ReadAllBytes(folder.File("models/few/round-0001/model.onnx")).Should().Equal(File.ReadAllBytes(folder.File("models/none/round-0001/model.onnx")));
        var few = ModelPackage.Open(folder.File("models/few")).Manifest!.Calibration!;
        few.Why.Should().Contain("are too few to fit a temperature to, expected 50");
        few.Single.Should().BeNull();
        File.ReadAllText(folder.File("models/none/round-0001/manifest.json")).Should().NotContain("calibration");
        foreach (var model in new[] { "few", "none" })
        {
            (await Score(model, "scored", "5", "--probabilities", "calibrated")).Should().Be(ExitCode.Data);
        }
    }

    private static float[] Logits(ModelPackage package)
    {
        using var session = new ModelSession(DropoutSwitch.Off(package.Model));
        using var features = TensorBuffer.Over(Enumerable.Range(0, Rows).SelectMany(Blobs.Features).ToArray(), Rows, Blobs.Width);
        return session.Run(new Dictionary<string, TensorBuffer> { ["features"] = features })["logits"].Values;
    }

    private Dictionary<string, double> Confidences(string output, int code)
    {
        code.Should().Be(ExitCode.Success);
        return TextTable.ReadWithNumbers(folder.File($"{output}/scores/a.parquet"), "id", "confidence").ToDictionary(r => r[0]!, r => double.Parse(r[1]!, CultureInfo.InvariantCulture));
    }

    private async Task Train(string task, params string[] more) => (await Run(
        TrainCommand.Create(),
        ["train", "--task", task, "--models", folder.File("models"), "--pool", folder.File("pool"), "--label-column", "label", "--epochs", "5", "--network", folder.File("network.json"), "--quiet", .. more]))
        .Should().Be(ExitCode.Success);

    private Task<int> Score(string task, string output, string passes, params string[] more) => Run(
        ScoreCommand.Create(), ["score", "--model", folder.File($"models/{task}"), "--pool", folder.File("pool"), "--out", folder.File(output), "--passes", passes, "--rank-by", "margin", "--quiet", .. more]);

    private static Task<int> Run(Command command, params string[] arguments) => CommandHost.InvokeAsync(new RootCommand { command }, arguments);
}
