using System.Text.Json.Nodes;
using System.Xml.Linq;
using ParquetPool.Columns;
using ParquetPool.Errors;
using ParquetPool.Preferences;
using ParquetPool.Scorer.Comparisons;
using ParquetPool.Scorer.Tests.Selection;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Tests.Comparisons;

/// <summary>Pairs before there is a model.</summary>
public sealed class CompareRunTests : IDisposable
{
    private readonly TestFolder folder = new();

    public CompareRunTests()
    {
        Write("pool/a", 0, 20, withTexts: true);
        Write("pool/b", 20, 20, withTexts: true);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Pairs_depend_on_ids_and_seed_alone_and_no_row_stands_in_many()
    {
        var before = Pairs(await RunAsync(Options("out")));
        Write("other/all", 0, 40, withTexts: true);

        Pairs(await RunAsync(Options("again") with { Pool = [folder.File("other")] })).Should().Equal(before);
        Pairs(await RunAsync(Options("seeded") with { Seed = 1 })).Should().NotEqual(before);
        before.Should().HaveCount(15);
        before.SelectMany(pair => new[] { pair.Left, pair.Right }).CountBy(id => id).Should().OnlyContain(id => id.Value <= 2);
        before.Count(pair => string.CompareOrdinal(pair.Left, pair.Right) < 0).Should().BeInRange(2, 13, "a draw says which row stands left");
    }

    [Fact]
    public async Task Answered_pairs_are_not_asked_for_again_whatever_was_answered()
    {
        var first = await RunAsync(Options("out"));
        string[] lines = File.ReadAllLines(first.PairsCsv);
        File.WriteAllLines(folder.File("filled.csv"), lines.Select((line, place) => place == 0 ? line : Filled(line, PreferenceAnswers.Word((PreferenceAnswer)(place % 4)))));

        var second = await RunAsync(Options("more") with { Exclude = [folder.File("filled.csv")] });

        second.Answered.Should().Be(15);
        Keys(second).Should().HaveCount(15).And.NotIntersectWith(Keys(first));
        PreferenceFile.Read([folder.File("filled.csv")], _ => { }).CountBy(p => p.Answer).Should().HaveCount(4);

        static string Filled(string line, string answer) => string.Join(',', line.Split(',').Select((cell, at) => at == 3 ? answer : cell));
    }

    [Fact]
    public async Task Tasks_come_back_from_label_studio_as_answers_about_our_rows()
    {
        var summary = await RunAsync(Options("out") with { Question = "Which is \"better\"?" });
        var view = XElement.Load(summary.Interface!);
        view.Element("Header")!.Attribute("value")!.Value.Should().Be("Which is \"better\"?");
        view.Element("Pairwise")!.Attribute("toName")!.Value.Split(',').Should().BeSubsetOf(view.Descendants("Text").Select(t => t.Attribute("name")!.Value));
        var tasks = JsonNode.Parse(File.ReadAllText(summary.Tasks!))!.AsArray();
        var pairs = Pairs(summary);
        tasks.Should().HaveCount(pairs.Count);
        tasks[0]!["data"]!["left_shown_text"]!.GetValue<string>().Should().Be($"text {pairs[0].Left}");
        foreach (var (place, task) in tasks.Index())
        {
            task!["id"] = 100 + place;
            task["annotations"] = place switch
            {
                0 => new JsonArray(Annotation(Side("left"))),
                1 => new JsonArray(Annotation(Side("right")), Annotation(Choice("equal"), by: 2)),
                2 => new JsonArray(Annotation(Choice("incomparable"))),
                3 => new JsonArray(Annotation(Side("left"), Choice("equal"))),
                4 => new JsonArray(Skipped()),
                _ => new JsonArray(),
            };
        }
        File.WriteAllText(folder.File("export.json"), tasks.ToJsonString());
        var told = new List<string>();

        var read = PreferenceFile.Read([folder.File("export.json")], told.Add);

        read.Should().Equal(
            new Preference(pairs[0].Left, pairs[0].Right, PreferenceAnswer.Left, "1"),
            new Preference(pairs[1].Left, pairs[1].Right, PreferenceAnswer.Right, "1"),
            new Preference(pairs[1].Left, pairs[1].Right, PreferenceAnswer.Equal, "2"),
            new Preference(pairs[2].Left, pairs[2].Right, PreferenceAnswer.Incomparable, "1"));
        told.Should().Contain(line => line.Contains("say several things at once")).And.Contain("12 pairs have no answer yet").And.Contain(line => line.StartsWith("1 pairs are answered differently"));

        static JsonObject Side(string side) => new() { ["from_name"] = "answer", ["to_name"] = "left_shown_text", ["type"] = "pairwise", ["value"] = new JsonObject { ["selected"] = side } };
        static JsonObject Choice(string word) => new() { ["from_name"] = "otherwise", ["type"] = "choices", ["value"] = new JsonObject { ["choices"] = new JsonArray(word) } };
        static JsonObject Skipped() => new() { ["result"] = new JsonArray(Side("left")), ["was_cancelled"] = true };
    }

    [Fact]
    public async Task What_makes_no_pairs_is_refused()
    {
        Write("one/a", 0, 1, withTexts: false);
        Write("bare/a", 0, 4, withTexts: false);

        await Running(Options("out") with { Pool = [folder.File("one")] }).Should().ThrowAsync<DataException>().WithMessage("the pool has 1 usable rows and 0 others, expected two or more*");
        await Running(Options("out") with { Strategy = PairStrategy.Variance }).Should().ThrowAsync<UsageException>().WithMessage("--strategy variance is given without --model*");
        await Running(Options("out") with { Candidates = 1 }).Should().ThrowAsync<UsageException>().WithMessage("--candidates is 1*");
        var bare = await RunAsync(Options("bare-out") with { Pool = [folder.File("bare")] });
        (bare.Pairs, bare.Tasks, bare.RankedCsv).Should().Be((4, null, null), "each of four rows may stand in two pairs");
    }

    private static JsonObject Annotation(JsonObject one, JsonObject? other = null, int by = 1) =>
        new() { ["result"] = other is null ? new JsonArray(one) : new JsonArray(one, other), ["completed_by"] = by, ["was_cancelled"] = false };

    private CompareOptions Options(string name) => new([folder.File("pool")], 15, folder.File(name));

    private static Task<CompareSummary> RunAsync(CompareOptions options) => CompareRun.ExecuteAsync(options, SelectFolder.Context());

    private static Func<Task> Running(CompareOptions options) => () => RunAsync(options);

    private static List<(string Left, string Right)> Pairs(CompareSummary summary) => [.. SelectFolder.Csv(summary.PairsCsv).Select(row => (row["left"], row["right"]))];

    private static IEnumerable<ComparedPair> Keys(CompareSummary summary) => Pairs(summary).Select(pair => ComparedPair.Of(pair.Left, pair.Right));

    private void Write(string name, int first, int count, bool withTexts)
    {
        string[] ids = [.. Enumerable.Range(first, count).Select(SelectFolder.Id)];
        using var writer = new ShardWriter(folder.File(name + ".parquet"), [new("id", ShardType.Text), .. withTexts ? [new ShardColumn("text", ShardType.Text)] : Array.Empty<ShardColumn>()]);
        Array[] columns = withTexts ? [ids, Array.ConvertAll(ids, id => $"text {id}")] : [ids];
        writer.Write(count, columns);
        writer.Complete();
    }
}
