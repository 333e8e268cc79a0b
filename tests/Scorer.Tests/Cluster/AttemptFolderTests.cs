using ParquetPool.Scorer.Cluster;

namespace ParquetPool.Scorer.Tests.Cluster;

public sealed class AttemptFolderTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void ANewAttemptTakesWhatTheOneBeforeHadAndWhoStillWritesThereCannotReachIt()
    {
        var first = Attempt(1);
        AttemptFolder.Prepare(first);
        File.WriteAllText(Path.Combine(first.Folder, "finished"), "kept");
        using var zombie = new StreamWriter(Path.Combine(first.Folder, "unfinished.tmp"));

        AttemptFolder.Prepare(Attempt(4)); // Two that came between never began.

        File.ReadAllText(Path.Combine(Attempt(4).Folder, "finished")).Should().Be("kept");
        zombie.Write("late");
        zombie.Close();
        FluentActions.Invoking(() => File.Move(Path.Combine(first.Folder, "unfinished.tmp"), Path.Combine(first.Folder, "unfinished"))).Should().Throw<IOException>();
        Directory.Exists(first.Folder).Should().BeFalse();
    }

    [Fact]
    public void PublishingTwiceLeavesTheSameFilesAndTheTasksOwnAreUntouched()
    {
        var task = Attempt(1);
        AttemptFolder.Prepare(task);
        File.WriteAllText(Path.Combine(task.Folder, "run.json"), "record");
        Directory.CreateDirectory(Path.Combine(task.Folder, "scores"));
        File.WriteAllText(Path.Combine(task.Folder, "scores", "a.parquet"), "scores");

        AttemptFolder.Publish(task);
        File.WriteAllText(folder.File("out", "run.json.0123456789abcdef.tmp"), "left by one that was killed");
        AttemptFolder.Publish(task);

        File.ReadAllText(folder.File("out", "run.json")).Should().Be("record");
        File.ReadAllText(folder.File("out", "scores", "a.parquet")).Should().Be("scores");
        File.ReadAllText(Path.Combine(task.Folder, "run.json")).Should().Be("record");
        File.Exists(folder.File("out", "run.json.0123456789abcdef.tmp")).Should().BeFalse();
    }

    private ClusterTask Attempt(int number) => new(folder.File("out"), "audit", ["audit"], folder.Root) { Attempt = number };
}
