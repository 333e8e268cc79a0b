using ParquetPool.Errors;
using ParquetPool.Scorer.Scoring;
using ParquetPool.Scorer.Selection;

namespace ParquetPool.Scorer.Tests.Selection;

/// <summary>Selections from a pool that was scored in partitions.</summary>
public sealed class MergedPoolTests : IDisposable
{
    private readonly SelectFolder folder = new();

    public static TheoryData<string> Strategies => [.. ResidentQuery.Strategies];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task AMergedRunAndItsPartitionsAreSelectedFromAsTheUndividedRun(string strategy)
    {
        // Row 700, of the last shard, has the id of row 5, of the first.
        static string Id(int row) => SelectFolder.Id(row == 700 ? 5 : row);
        await folder.ScoreAsync("whole", id: Id);
        await folder.ScoreAsync("part", id: Id, partitions: 2);
        string[] parts = [folder.File("part-2"), folder.File("part-1")];
        MergeRun.Execute(new MergeOptions(parts, folder.File("merged")), SelectFolder.Context());
        await File.WriteAllLinesAsync(folder.File("labels.csv"), ["id,label", $"{SelectFolder.Id(8)},1"], TestContext.Current.CancellationToken);
        SelectOptions From(string output, params string[] scores) => folder.Options(strategy, 60, output: output) with
        {
            Scores = scores,
            Explore = 0.2,
            NoNearDuplicates = 0.9,
            Exclude = [folder.File("labels.csv")],
        };

        var query = await SelectFolder.SelectAsync(From("from-whole", folder.File("whole")));
        await SelectFolder.SelectAsync(From("from-merged", folder.File("merged")));
        await SelectFolder.SelectAsync(From("from-parts", parts));

        query.Select(r => r["id"]).Should().HaveCount(60).And.OnlyHaveUniqueItems();
        foreach (var file in Directory.EnumerateFiles(folder.File("from-whole")).Where(f => Path.GetFileName(f) != "select.json"))
        {
            File.ReadAllBytes(folder.File("from-merged", Path.GetFileName(file))).Should().Equal(File.ReadAllBytes(file));
            File.ReadAllBytes(folder.File("from-parts", Path.GetFileName(file))).Should().Equal(File.ReadAllBytes(file));
        }
        File.ReadAllText(folder.File("from-merged/select.json")).Should().Be(File.ReadAllText(folder.File("from-whole/select.json")));
        File.ReadAllText(folder.File("from-parts/select.json")).Should().Be(File.ReadAllText(folder.File("from-whole/select.json")));
        Directory.Exists(folder.File("from-parts.spill")).Should().BeFalse();
    }

    [Fact]
    public async Task PartitionsThatAreGoneOrNotAllThereAreNamed()
    {
        await folder.ScoreAsync("part", partitions: 2);
        string[] parts = [folder.File("part-1"), folder.File("part-2")];
        MergeRun.Execute(new MergeOptions(parts, folder.File("merged")), SelectFolder.Context());

        await Selecting(parts[0]).Should().ThrowAsync<DataException>().WithMessage("1 of 2 partitions are there, missing 2/2*");
        await Selecting([.. parts, folder.File("merged")]).Should().ThrowAsync<DataException>().WithMessage("*merged holds a run over a whole pool*");
        Directory.Move(parts[1], folder.File("moved"));
        await Selecting(folder.File("merged")).Should().ThrowAsync<DataException>().WithMessage("*merged was merged from *part-2, which is not there: name the folders of all partitions*--scores");
        await Selecting(parts[0], folder.File("moved")).Should().NotThrowAsync();
    }

    private Func<Task> Selecting(params string[] scores) => () => SelectFolder.SelectAsync(folder.Options("top", 10) with { Scores = scores });
}
