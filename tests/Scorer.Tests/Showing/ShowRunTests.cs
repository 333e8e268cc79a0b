using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Scorer.Showing;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Tests.Showing;

public sealed partial class ShowRunTests : IDisposable
{
    private const int Rows = 6;
    private readonly TestFolder folder = new();

    public ShowRunTests()
    {
        using var writer = new ShardWriter(folder.File("pool/a.parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatList, 6), new("title", ShardType.Text)]);
        writer.Write(
            Rows, Enumerable.Range(0, Rows).Select(row => $"row-{row}").ToArray(), Enumerable.Range(0, Rows).SelectMany(row => Enumerable.Range(0, 6).Select(i => i == row % 3 ? 1f : 0f)).ToArray(),
            Enumerable.Range(0, Rows).Select(row => $"title {row} </script>").ToArray());
        writer.Complete();
        File.WriteAllText(folder.File("query/selected.csv"), "order,id,shard,row,score,predicted,value,reason\n1,row-4,a,4,0.9,dog,0.5,strategy\n2,row-1,a,1,0.8,dog,NaN,strategy\n3,row-0,a,0,0.7,cat,,explore\n");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task SelectedRowsAreShownWithAllThatTheFileSaysAndWhatIsAlike()
    {
        var summary = await Show(o => o);

        summary.Should().BeEquivalentTo(new { File = folder.File("query/show.html"), Rows = 3, Pictures = 0, Scores = new[] { "score", "value" }, AlikeBy = "the column features" });
        var content = Content(summary.File);
        content.GetProperty("rows").EnumerateArray().Select(row => (row.GetProperty("id").GetString(), row.GetProperty("predicted").GetString(), row.GetProperty("reason").GetString()))
            .Should().Equal(("row-4", "dog", "strategy"), ("row-1", "dog", "strategy"), ("row-0", "cat", "explore"));
        content.GetProperty("rows")[0].GetProperty("values").EnumerateArray().Select(value => value.GetDouble()).Should().Equal(0, 1, 0, 0, 0, 0);
        content.GetProperty("rows")[0].GetProperty("texts").EnumerateArray().Select(text => text.GetString()).Should().Equal("title", "title 4 </script>");
        content.GetProperty("scores")[1].GetProperty("values")[1].ValueKind.Should().Be(JsonValueKind.Null, "no number is none");
        var cosines = Convert.FromBase64String(content.GetProperty("likeness").GetProperty("cosines").GetString()!);
        Enumerable.Range(0, 3).Select(i => BitConverter.ToInt16(cosines, 2 * i)).Should().Equal([short.MaxValue, 0, 0], "rows 4 and 1 are the same, row 0 is at right angles to both");
        File.ReadAllText(summary.File).Should().NotContain("title 4 </script>", "what comes from rows never ends the script");
    }

    [Fact]
    public async Task AnyListOfIdsIsShownOnAPageOfAnyName()
    {
        File.WriteAllLines(folder.File("ids.txt"), ["row-5", "row-2"]);

        var summary = await Show(o => o with { Rows = folder.File("ids.txt"), Out = folder.File("look/at.html"), Image = "2x3", First = 1 });

        summary.Should().BeEquivalentTo(new { File = folder.File("look/at.html"), Rows = 1, Pictures = 1, Scores = Array.Empty<string>() });
        var content = Content(summary.File);
        content.GetProperty("more").GetBoolean().Should().BeTrue();
        content.GetProperty("rows")[0].GetProperty("picture").GetString().Should().StartWith("data:image/png;base64,");
    }

    [Fact]
    public async Task TheSameRowsGiveTheSameBytes()
    {
        var first = File.ReadAllText((await Show(o => o with { Out = folder.File("one") })).File);
        var second = File.ReadAllText((await Show(o => o with { Out = folder.File("two") })).File);

        second.Should().Be(first);
    }

    [Fact]
    public async Task AColumnOfAnotherTablesOwnIsNotTakenForAScore()
    {
        File.WriteAllText(folder.File("mine.csv"), "id,value,reason\nrow-1,blue,because\n");

        (await Show(o => o with { Rows = folder.File("mine.csv") })).Scores.Should().BeEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2001)]
    public async Task APageOfNoOrTooManyRowsIsRefused(int first) =>
        (await FluentActions.Awaiting(() => Show(o => o with { First = first })).Should().ThrowAsync<UsageException>()).WithMessage($"--first is {first}, expected 1 to 2000*");

    private static JsonElement Content(string file) => JsonSerializer.Deserialize<JsonElement>(ContentOf().Match(File.ReadAllText(file)).Groups[1].Value);

    private Task<ShowSummary> Show(Func<ShowOptions, ShowOptions> change) => ShowRun.ExecuteAsync(
        change(new(folder.File("query/selected.csv"), [folder.File("pool")])),
        new(NullLogger.Instance, TimeProvider.System, new ProgressDisplay(ProgressMode.Quiet, TextWriter.Null, TimeProvider.System), TestContext.Current.CancellationToken));

    [GeneratedRegex("<script type=\"application/json\" id=\"content\">(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex ContentOf();
}
