using System.CommandLine;
using System.Globalization;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Graphs;
using ParquetPool.Scorer.Scoring;
using ParquetPool.Scorer.Selection;
using ParquetPool.Sessions;
using ParquetPool.Texts;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.Tests.Training;

namespace ParquetPool.Trainer.Tests.Rounds;

public sealed class LearningLossScoringTests : IDisposable
{
    private const int Rows = 300;
    private readonly TestFolder folder = new();

    public LearningLossScoringTests()
    {
        Blobs.Write(folder.File("pool/a.parquet"), Enumerable.Range(0, 200));
        Blobs.Write(folder.File("pool/b.parquet"), Enumerable.Range(200, 100));
        File.WriteAllText(folder.File("network.json"), """{ "layers": [ { "type": "dense", "units": 16, "batchNorm": true, "dropout": 0.5 } ] }""");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Rows_are_scored_and_ranked_by_what_the_model_predicts_without_dropout()
    {
        await Train("--learning-loss");
        foreach (var passes in new[] { "3", "0" })
        {
            (await Score("--passes", passes, "--rank-by", "predicted_loss")).Should().Be(ExitCode.Success);

            var ranked = TextTable.ReadWithNumbers(folder.File("scored/ranked.parquet"), "id", "score", "predicted_loss").ToList();
            var expected = Predicted();
            ranked.Should().HaveCount(Rows).And.OnlyContain(r => r[1] == r[2]);
            ranked.Should().OnlyContain(r => Math.Abs(Number(r[1]) - expected[r[0]!]) < 1e-4);
            ranked.Select(r => Number(r[1])).Should().BeInDescendingOrder();
        }
        ModelPackage.Open(folder.File("models/m")).Manifest!.Outputs.Should().ContainEquivalentOf(new ModelOutput("predicted_loss", [-1, 1]));
    }

    [Fact]
    public async Task Partitions_are_merged_and_queries_selected_by_it()
    {
        await Train("--learning-loss");
        await Score("--rank-by", "predicted_loss");
        var whole = File.ReadAllBytes(folder.File("scored/ranked.csv"));
        await Score("--partition", "1/2", "--out", folder.File("parts/1"));
        await Score("--partition", "2/2", "--out", folder.File("parts/2"));

        (await Run(MergeCommand.Create(), "merge", "--scores", folder.File("parts/1"), folder.File("parts/2"), "--out", folder.File("merged"), "--rank-by", "predicted_loss", "--quiet")).Should().Be(ExitCode.Success);
        (await Select("top")).Should().Be(ExitCode.Success);
        (await Select("power")).Should().Be(ExitCode.Usage, "the predicted loss is no measure, only an order");

        File.ReadAllBytes(folder.File("merged/ranked.csv")).Should().Equal(whole);
        TextTable.Read(folder.File("query/selected.parquet"), "id").Select(r => r[0]).Should().Equal(TextTable.Read(folder.File("scored/ranked.parquet"), "id").Take(5).Select(r => r[0]));

        Task<int> Select(string strategy) =>
            Run(SelectCommand.Create(), "select", "--scores", folder.File("scored"), "--out", folder.File("query"), "--top", "5", "--strategy", strategy, "--by", "predicted_loss", "--quiet");
    }

    [Fact]
    public async Task A_model_that_predicts_no_losses_cannot_rank_by_them()
    {
        await Train();

        (await Score("--rank-by", "predicted_loss")).Should().Be(ExitCode.Usage);
        (await Score()).Should().Be(ExitCode.Success);
        File.ReadLines(folder.File("scored/ranked.csv")).First().Should().NotContain("predicted_loss");
    }

    private Dictionary<string, double> Predicted()
    {
        using var session = new ModelSession(DropoutSwitch.Off(ModelPackage.Open(folder.File("models/m")).Model));
        using var features = TensorBuffer.Over(Enumerable.Range(0, Rows).SelectMany(Blobs.Features).ToArray(), Rows, Blobs.Width);
        var losses = session.Run(new Dictionary<string, TensorBuffer> { ["features"] = features })["predicted_loss"].Values;
        return Enumerable.Range(0, Rows).ToDictionary(r => $"row-{r}", r => (double)losses[r]);
    }

    private async Task Train(params string[] more) => (await Run(
        TrainCommand.Create(),
        ["train", "--task", "m", "--models", folder.File("models"), "--pool", folder.File("pool"), "--label-column", "label", "--epochs", "5", "--network", folder.File("network.json"), "--quiet", .. more]))
        .Should().Be(ExitCode.Success);

    private Task<int> Score(params string[] more) => Run(
        ScoreCommand.Create(), ["score", "--model", folder.File("models/m"), "--pool", folder.File("pool"), "--quiet", .. more.Contains("--out") ? [] : (string[])["--out", folder.File("scored")], .. more]);

    private static Task<int> Run(Command command, params string[] arguments) => CommandHost.InvokeAsync(new RootCommand { command }, arguments);

    private static double Number(string? text) => double.Parse(text!, CultureInfo.InvariantCulture);
}
