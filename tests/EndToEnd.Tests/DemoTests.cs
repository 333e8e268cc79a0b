using ParquetPool.Texts;

namespace ParquetPool.EndToEnd.Tests;

public sealed class DemoTests(DemoFolder demo) : IClassFixture<DemoFolder>
{
    [Fact]
    public void TheDemoRunsTheWholeLoopAndMeasuresItselfAgainstWhatItPlanted()
    {
        var summary = demo.Result.Summary;
        summary.GetProperty("rows").GetInt32().Should().Be(20_000);
        summary.GetProperty("planted").GetInt32().Should().Be(300);
        summary.GetProperty("plantedNearest").GetInt32().Should().BeGreaterThan(280);
        summary.GetProperty("plantedClosest").GetInt32().Should().BeGreaterThan(250);
        summary.GetProperty("testAccuracy").GetDouble().Should().BeGreaterThan(0.75);
        foreach (var file in new[] { "truth.csv", "labels.csv", "scored/ranked.csv", "scored/ranked-entropy.csv", "scored/ranked-margin.csv", "scored/show.html", "audit/pairs.csv", "models/demo/round-0001/manifest.json" })
        {
            File.Exists(At("demo", file)).Should().BeTrue(file);
        }
        File.ReadLines(At("demo/scored/ranked.csv")).Should().HaveCount(201);
        File.ReadLines(At("demo/truth.csv")).Should().HaveCount(301);
        var lines = demo.Result.Output.TrimEnd().Split('\n');
        lines[0].Should().StartWith("Makes a pool").And.Contain("it takes", "nobody should wonder what is waited for");
        lines[^3].Should().Contain("demo/audit/report.html");
        lines[^2].Should().StartWith("next: scorer select");
    }

    /// <summary>README's first steps, typed as they stand there; the person who judges the page's pairs is made up.</summary>
    [Fact]
    public async Task TheQuickstartRunsAsTyped()
    {
        foreach (var words in Readme.Commands(Readme.Section("Quickstart")).Where(words => words.Any(word => word.StartsWith("demo/", StringComparison.Ordinal)) || words.Contains("audited")))
        {
            if (words[1] == "judge")
            {
                var pair = TextTable.Read(At("audited/pairs.csv"), "test_id", "train_id").First();
                await File.WriteAllLinesAsync(At("judgements.csv"), ["TestID,TrainID,Judgment", $"{pair[0]},{pair[1]},1"], TestContext.Current.CancellationToken);
            }
            await Tool.In(demo.Root, words[0], words[1..]).Succeeds();
        }

        File.ReadLines(At("scored/ranked.csv")).Should().HaveCount(201);
        File.ReadLines(At("query/selected.csv")).Should().HaveCount(51);
        File.ReadLines(At("clean/removed.csv")).Should().HaveCount(2, "the header and the one pair that was judged a near-duplicate");
        File.Exists(At("audited/report.html")).Should().BeTrue();
    }

    private string At(params string[] parts) => Path.Combine([demo.Root, .. parts]);
}
