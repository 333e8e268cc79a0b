using System.CommandLine;
using ParquetPool.Commands;
using ParquetPool.Storage;
using ParquetPool.Texts;
using ParquetPool.Trainer.Voting;

namespace ParquetPool.Trainer.Tests.Voting;

public sealed class ConsensusRunTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Votes_become_labels_worths_and_questions()
    {
        await WriteAsync("votes.csv", ["a,x,cat", "a,y,cat", "a,z,dog", "b,x,dog", "b,y,dog", "c,x,cat", "c,y,dog", "d,z,'-dog"]);

        (await Run("--method", "majority")).Should().Be(ExitCode.Success);

        Read("labels", "id", "label", "votes").Should().BeEquivalentTo(["a cat 3", "b dog 2", "d -dog 1"], "of c as many say cat as dog");
        Read("labels", "id", "probability")[0].Should().StartWith("a 0.666");
        Read("annotators", "annotator", "labels", "agreement").Should().BeEquivalentTo(["x 3 0.5", "y 3 0.5", "z 2 0.0"], "of a row that the others are even on, half of a vote agrees");
        File.ReadLines(folder.File("agreed/annotators.csv")).First().Should().Be("annotator,labels,agreement,accuracy,bias_-dog,bias_cat,bias_dog");
        Read("relabel", "id", "ask").Should().Contain("c z").And.NotContain(line => line.StartsWith('a'), "all three have said something of a");
    }

    [Fact]
    public async Task The_order_of_files_and_rows_changes_no_byte()
    {
        string[] votes = [.. from row in Enumerable.Range(0, 40) from a in Enumerable.Range(0, 3) select $"row-{row},annotator-{a},{(row * 7 + (a * row % 3)) % 4}"];
        await WriteAsync("votes.csv", votes);
        await Run();
        var before = ConsensusFiles.Names.Select(name => File.ReadAllBytes(folder.File($"agreed/{name}"))).ToList();

        await WriteAsync("votes.csv", [.. votes.Reverse()]);
        await Run();

        foreach (var (place, name) in ConsensusFiles.Names.Index())
        {
            File.ReadAllBytes(folder.File($"agreed/{name}")).Should().Equal(before[place], name);
        }
    }

    [Fact]
    public async Task Without_two_votes_of_a_row_the_majority_is_taken()
    {
        await WriteAsync("votes.csv", ["a,x,cat", "b,y,dog"]);

        (await Run()).Should().Be(ExitCode.Success);

        File.ReadAllText(folder.File("agreed/consensus.json")).Should().Contain("\"method\": \"majority\"").And.Contain("\"heldOut\": null");
    }

    [Fact]
    public async Task One_class_is_refused()
    {
        await WriteAsync("votes.csv", ["a,x,cat", "b,y,cat"]);

        (await Run()).Should().Be(ExitCode.Data);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Labels_that_somebody_corrected_are_not_replaced(bool loses)
    {
        await WriteAsync("votes.csv", ["a,x,cat", "b,y,dog"]);
        await Run();
        (await Run()).Should().Be(ExitCode.Success);
        await File.AppendAllTextAsync(folder.File("agreed/labels.csv"), "c,cat,1,0,1\n", TestContext.Current.CancellationToken);
        if (loses)
        {
            File.Delete(folder.File("agreed", WrittenFiles.FileName));
        }

        (await Run()).Should().Be(ExitCode.Usage);

        File.ReadAllText(folder.File("agreed/labels.csv")).Should().EndWith("c,cat,1,0,1\n");
        File.Exists(folder.File("agreed/consensus.json")).Should().BeTrue("nothing of the earlier run was taken back");
    }

    [Theory]
    [InlineData("high")]
    [InlineData("1e999")]
    [InlineData("-Infinity")]
    public async Task Grades_are_numbers(string grade)
    {
        await WriteAsync("votes.csv", ["a,x,0", "a,y,1", $"b,x,{grade}", "b,y,1"]);

        (await Run("--ordinal")).Should().Be(ExitCode.Data);
    }

    private Task WriteAsync(string name, string[] lines) => File.WriteAllLinesAsync(folder.File(name), ["id,annotator,label", .. lines]);

    private List<string> Read(string file, params string[] columns) => [.. TextTable.ReadWithNumbers(folder.File($"agreed/{file}.parquet"), columns).Select(r => string.Join(' ', r))];

    private Task<int> Run(params string[] more) =>
        CommandHost.InvokeAsync(new RootCommand { ConsensusCommand.Create() }, ["consensus", "--labels", folder.File("votes.csv"), "--out", folder.File("agreed"), "--quiet", .. more]);
}
