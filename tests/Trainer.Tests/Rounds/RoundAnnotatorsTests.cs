using System.CommandLine;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Texts;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.Tests.Training;

namespace ParquetPool.Trainer.Tests.Rounds;

public sealed class RoundAnnotatorsTests : IDisposable
{
    private const int Rows = 90;
    private readonly TestFolder folder = new();

    public RoundAnnotatorsTests()
    {
        File.WriteAllText(folder.File("network.json"), """{ "layers": [ { "type": "dense", "units": 8, "dropout": 0.5 } ] }""");
        Blobs.Write(folder.File("pool/a.parquet"), Enumerable.Range(0, Rows));
        Directory.CreateDirectory(folder.File("labels"));
        // Two are right, three are no better than chance.
        var random = new Random(4);
        File.WriteAllLines(
            folder.File("labels/votes.csv"),
            ["id,annotator,label", .. from row in Enumerable.Range(0, Rows) from a in Enumerable.Range(0, 5) select $"row-{row},annotator-{a},{Blobs.Label(a < 2 ? row : random.Next(3))}"]);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Votes_count_by_what_their_annotators_are_worth()
    {
        (await Round()).Should().Be(ExitCode.Success);
        var most = Right();
        (await Round("--annotators", "--publish-worse")).Should().Be(ExitCode.Success);

        Right().Should().BeGreaterThan(most).And.BeGreaterThan(Rows - 3);
        TextTable.ReadWithNumbers(folder.File("models/m/labels/annotators.parquet"), "annotator", "accuracy").OrderByDescending(r => r[1], StringComparer.Ordinal).Take(2).Select(r => r[0]).Should().BeEquivalentTo("annotator-0", "annotator-1");
        File.Exists(folder.File("models/m/labels/relabel.csv")).Should().BeTrue();
        (await Round("--annotators")).Should().Be(ExitCode.Success);
        new ModelRegistry(folder.File("models")).Rounds("m").Should().HaveCount(2, "nothing is new");
    }

    private int Right() => LabelFile.Read([folder.File("models/m/labels/labels.csv")]).Count(l => l.Value == Blobs.Label(int.Parse(l.Key[4..])));

    private Task<int> Round(params string[] more) => CommandHost.InvokeAsync(
        new RootCommand { RoundCommand.Create() },
        ["round", "--task", "m", "--models", folder.File("models"), "--pool", folder.File("pool"), "--labels", folder.File("labels"), "--network", folder.File("network.json"), "--epochs", "2", "--quiet", .. more]);
}
