namespace ParquetPool.EndToEnd.Tests;

public sealed class DemoTests
{
    [Fact]
    public async Task TheDemoRunsTheWholeLoopAndMeasuresItselfAgainstWhatItPlanted()
    {
        using var folder = new TestFolder();

        var result = await Tool.Trainer("demo", "--out", folder.File("demo")).Succeeds();

        var summary = result.Summary;
        summary.GetProperty("rows").GetInt32().Should().Be(20_000);
        summary.GetProperty("planted").GetInt32().Should().Be(300);
        summary.GetProperty("plantedNearest").GetInt32().Should().BeGreaterThan(280);
        summary.GetProperty("plantedClosest").GetInt32().Should().BeGreaterThan(250);
        summary.GetProperty("testAccuracy").GetDouble().Should().BeGreaterThan(0.75);
        foreach (var file in new[] { "truth.csv", "labels.csv", "scored/ranked.csv", "scored/ranked-entropy.csv", "scored/ranked-margin.csv", "scored/show.html", "audit/pairs.csv", "models/demo/round-0001/manifest.json" })
        {
            File.Exists(Path.Combine(folder.File("demo"), file)).Should().BeTrue(file);
        }
        File.ReadLines(folder.File("demo/scored/ranked.csv")).Should().HaveCount(201);
        File.ReadLines(folder.File("demo/truth.csv")).Should().HaveCount(301);
        var lines = result.Output.TrimEnd().Split('\n');
        lines[0].Should().StartWith("Makes a pool").And.Contain("it takes", "nobody should wonder what is waited for");
        lines[^3].Should().Contain(folder.File("demo/audit/report.html"));
        lines[^2].Should().StartWith("next: scorer select");
    }
}
