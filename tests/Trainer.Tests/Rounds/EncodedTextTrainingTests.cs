using System.CommandLine;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Trainer.Import;
using ParquetPool.Trainer.Rounds;

namespace ParquetPool.Trainer.Tests.Rounds;

/// <summary>A head with dropout on what an encoder makes of texts: the column is computed once, at import.</summary>
public sealed class EncodedTextTrainingTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_head_learns_from_the_column_of_an_encoder()
    {
        // What a text is about is told by one word among others.
        var rows = Enumerable.Range(0, 240).Select(i => $"{Other(i)} {(i % 3) switch { 0 => "card", 1 => "money", _ => "cafe" }} {Other(i / 5)},{"abc"[i % 3]}");
        File.WriteAllLines(folder.File("q.csv"), ["text,label", .. rows]);
        File.WriteAllText(folder.File("network.json"), """{ "layers": [ { "type": "dense", "units": 32, "dropout": 0.5 } ] }""");
        ImportRun.Execute(new() { Source = new() { Texts = [folder.File("q.csv")] }, Shards = new(folder.File("pool")), Encoder = MadeEncoder.In(folder) }, ct: TestContext.Current.CancellationToken);

        var root = new RootCommand { TrainCommand.Create() };
        var exit = await CommandHost.InvokeAsync(root, ["train", "--task", "texts", "--pool", folder.File("pool"), "--label-column", "label", "--features", "embedding", "--network", folder.File("network.json"), "--epochs", "30", "--models", folder.File("models"), "--quiet"]);

        exit.Should().Be(ExitCode.Success);
        var manifest = ModelPackage.Open(folder.File("models", "texts")).Manifest!;
        manifest.Inputs.Should().ContainSingle().Which.Columns.Should().Equal("embedding");
        manifest.Training.HoldoutAccuracy.Should().BeGreaterThan(0.8);
    }

    private static string Other(int i) => (i % 4) switch { 0 => "where is my", 1 => "lost", 2 => "my", _ => "is" };
}
