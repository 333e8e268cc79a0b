using ParquetPool.Scorer.Jobs;

namespace ParquetPool.Scorer.Tests.Jobs;

public sealed class TaskFolderTests : IDisposable
{
    private const string Manifest = """
        { "task": "task", "round": 1, "createdUtc": "2026-11-20T00:00:00Z", "classes": ["a", "b"], "inputs": [], "outputs": [], "dropout": [], "sha256": "00",
          "training": { "rows": 100, "holdoutRows": 50, "seed": 0, "epochs": 1, "bestEpoch": 1, "holdoutAccuracy": 0.5, "holdoutLoss": 1, "recipe": {} } }
        """;

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void AManifestThatADiskDoesNotGiveBackHidesNoOtherRound()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a file that cannot be read even by the administrator");
        File.WriteAllText(folder.File("task", "round-0001", "manifest.json"), Manifest);
        File.WriteAllText(folder.File("task", "round-0002", "manifest.json"), "{");
        File.CreateSymbolicLink(folder.File("task", "round-0003", "manifest.json"), "/proc/self/mem");

        new TaskFolder(folder.File("task")).Rounds().Select(round => round.Round).Should().Equal(1);
    }
}
