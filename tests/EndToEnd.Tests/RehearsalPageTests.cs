using System.Globalization;
using ParquetPool.Columns;
using ParquetPool.Shards;
using ParquetPool.Texts;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>report.html of a rehearsal in a real browser.</summary>
public sealed class RehearsalPageTests : IDisposable
{
    private const string Nasty = "<img src=x onerror=alert(1)>\"";
    private const int Width = 6;
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_person_sees_verdicts_curves_and_classes_and_nothing_in_the_rows_runs()
    {
        Write("pool", Enumerable.Range(0, 300));
        Write("test", Enumerable.Range(300, 100));
        var output = folder.File("rehearsal");
        var run = await Tool.Trainer(
            "simulate", "-q", "--pool", folder.File("pool"), "--test", folder.File("test"), "--network", "mlp", "--initial", "12", "--query", "8", "--rounds", "4", "--seeds", "2",
            "--strategies", "margin", "--passes", "4", "--out", output).Succeeds();
        List<string> faults = [];
        await using var browser = await Browser.StartAsync();
        var page = await browser.OpenAsync(Path.Combine(output, "report.html"), faults);

        (await page.Locator("h1").InnerTextAsync()).Should().Be("What each strategy saves");
        (await page.Locator("ul:not(.bars) > li").AllInnerTextsAsync()).Should().Equal("random: the baseline", $"margin: {run.Summary.GetProperty("verdicts").GetProperty("margin").GetString()}");
        var chart = (await page.Locator("svg").BoundingBoxAsync())!;
        foreach (var curve in await page.Locator("svg polyline").AllAsync())
        {
            var box = (await curve.BoundingBoxAsync())!;
            box.Width.Should().BeGreaterThan(chart.Width * 0.8f, "a curve goes from the first labels to the last");
            box.Y.Should().BeGreaterThanOrEqualTo(chart.Y);
            (box.Y + box.Height).Should().BeLessThanOrEqualTo(chart.Y + chart.Height);
        }
        (await page.Locator("svg polyline").CountAsync()).Should().Be(2);
        (await page.Locator("svg .name").EvaluateAllAsync<string[]>("names => names.map(name => name.firstChild.textContent)")).Should().Equal("random", "margin");
        (await page.Locator("svg circle title").Last.TextContentAsync()).Should().MatchRegex(@"^margin, 44 labels: \d+\.\d% ± ");
        await page.SetViewportSizeAsync(1000, 800);
        (await page.EvaluateAsync<bool>("() => [...document.querySelectorAll('.wide')].every(wide => wide.scrollWidth <= wide.clientWidth)")).Should().BeTrue("tables fit");
        var columns = (await page.Locator("th").AllInnerTextsAsync()).ToList();
        var margin = await page.Locator("tbody tr:nth-child(2) td").AllInnerTextsAsync();
        var points = TextTable.ReadWithNumbers(Path.Combine(output, "curves.parquet"), "strategy", "labels", "accuracy", "expected_gain_per_100").Where(p => p[0] == "margin" && p[1] == "44").ToList();
        margin[columns.IndexOf("final accuracy")].Should().Be(Mean(points, 2).ToString("F1", CultureInfo.InvariantCulture) + "%");
        margin[columns.IndexOf("next 100 labels")].Should().Be(Mean(points, 3).ToString("+0.0;-0.0", CultureInfo.InvariantCulture));
        (await page.Locator(".bars").CountAsync()).Should().Be(3, "the pool and two strategies");
        (await page.Locator(".bars span").First.InnerTextAsync()).Should().Contain(Nasty);
        (await page.Locator("img").CountAsync()).Should().Be(0);
        faults.Should().BeEmpty();
    }

    private static double Mean(IReadOnlyList<string?[]> points, int column) => 100 * points.Average(p => double.Parse(p[column]!, CultureInfo.InvariantCulture));

    /// <summary>Three classes, one of them with markup for a name, that overlap.</summary>
    private void Write(string split, IEnumerable<int> rows)
    {
        int[] all = [.. rows];
        using var writer = new ShardWriter(folder.File(split, "a.parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatList, Width), new("label", ShardType.Text)]);
        writer.Write(
            all.Length, all.Select(row => $"row-{row}").ToArray(), all.SelectMany(row => Enumerable.Range(0, Width).Select(i => (i % 3 == row % 3 ? 1f : 0f) + MathF.Sin((row * 7.13f) + (i * i * 1.7f)))).ToArray(),
            all.Select(row => row % 3 == 0 ? Nasty : $"class {row % 3}").ToArray());
        writer.Complete();
    }
}
