using System.Globalization;
using Microsoft.Playwright;
using ParquetPool.Columns;
using ParquetPool.Shards;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>show.html in a real browser: what a person sees, filters and sorts.</summary>
public sealed class ShowTests : IAsyncLifetime
{
    private const string Nasty = "<img src=x onerror=alert(1)>";
    private const int Side = 4;
    private const int Rows = 70;
    private readonly TestFolder folder = new();
    private readonly List<string> faults = [];
    private Browser browser = null!;

    public async ValueTask InitializeAsync() => browser = await Browser.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task RowsAreFilteredByClassAndScoreAndSortedByWhatIsAlike()
    {
        var page = await ShowAsync("--image", "4x4");
        (await page.Locator("h1").InnerTextAsync()).Should().Be($"{Rows} rows of ranked.csv");
        (await page.Locator("#list .picture").CountAsync()).Should().Be(60, "a page of rows");
        (await page.Locator("#points circle").CountAsync()).Should().Be(Rows);
        (await page.Locator("#histogram rect.all").CountAsync()).Should().BeGreaterThan(5);

        await page.SelectOptionAsync("#class", new SelectOptionValue { Label = "class 2 (14)" });
        await Count(page, $"14 of {Rows} rows");
        await page.FillAsync("#least", "0.5");
        await page.Locator("#least").BlurAsync();
        var above = Enumerable.Range(0, Rows).Count(row => row % 5 == 2 && Score(row) >= 0.5);
        await Count(page, $"{above} of {Rows} rows");
        await page.ClickAsync("#reset");
        await page.WaitForFunctionAsync($"() => document.getElementById('count').textContent === '{Rows} rows'");
        await page.ClickAsync("#class-bars button:has-text(\"class 3\")");
        await Count(page, $"14 of {Rows} rows");
        await page.ClickAsync("#reset");
        await page.FillAsync("#text", "TITLE 33");
        await Count(page, $"1 of {Rows} rows");
        await page.FillAsync("#text", "");

        await page.SelectOptionAsync("#order", new SelectOptionValue { Label = "score, lowest first" });
        (await page.Locator("#list .card-id").First.InnerTextAsync()).Should().EndWith($"row-{Rows - 1}");
        await page.ClickAsync("#list button >> nth=0");
        await page.ClickAsync("#likeness");
        var alike = (await page.Locator("#list .alike").AllInnerTextsAsync()).Select(text => double.Parse(text["cosine ".Length..], CultureInfo.InvariantCulture)).ToList();
        alike[0].Should().Be(1);
        alike.Should().BeInDescendingOrder();
        faults.Should().BeEmpty();
    }

    [Fact]
    public async Task APersonGoesFromRowToRowByKeysAndWhatIsInTheRowsIsText()
    {
        var page = await ShowAsync();
        await page.Locator("#list button").First.FocusAsync();

        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("Enter");
        (await page.Locator("#chosen h3").InnerTextAsync()).Should().Contain("row-1");
        (await page.Locator("#chosen").InnerTextAsync()).Should().Contain(Nasty);
        (await page.Locator("img").CountAsync()).Should().Be(0);
        await page.Keyboard.PressAsync("Escape");
        (await page.Locator("#chosen").IsHiddenAsync()).Should().BeTrue();
        (await page.EvaluateAsync<string>("() => document.activeElement.dataset.row")).Should().Be("1", "the keyboard is where it was");
        await page.Keyboard.PressAsync("l");
        (await page.Locator("#order").InputValueAsync()).Should().Be("alike");
        faults.Should().BeEmpty();
    }

    [Fact]
    public async Task EveryControlIsReachedAndPressedByKeysAlone()
    {
        var page = await ShowAsync("--image", "4x4");
        (await Browser.TabThroughAsync(page)).Should().BeEmpty();

        await page.Locator("#points [tabindex='0']").FocusAsync();
        await page.Keyboard.PressAsync("ArrowUp");
        await page.Keyboard.PressAsync("Enter");
        var opened = await page.EvaluateAsync<string>("() => document.activeElement.dataset.mark");
        (await page.Locator("#chosen h3").InnerTextAsync()).Should().EndWith($"row-{opened}");
        await page.Keyboard.PressAsync("l");
        (await page.Locator("#order").InputValueAsync()).Should().Be("alike");
        await page.Keyboard.PressAsync("Escape");
        (await page.EvaluateAsync<string>("() => document.activeElement.dataset.mark")).Should().Be(opened, "the keyboard is where it was");

        await page.Locator("#page-on").FocusAsync();
        await page.Keyboard.PressAsync("Space");
        (await page.EvaluateAsync<string>("() => document.activeElement.id")).Should().Be("page-back", "the last page has no later one");
        await page.Keyboard.PressAsync("Enter");
        (await page.Locator("#page").InnerTextAsync()).Should().Be("page 1 of 2");

        await page.Locator("#histogram [tabindex='0']").FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("Space");
        (await page.EvaluateAsync<int>("() => Number(document.activeElement.querySelector('title').textContent.match(/: (\\d+) rows/)[1])")).Should()
            .Be(int.Parse((await page.Locator("#count").InnerTextAsync()).Split(' ')[0], CultureInfo.InvariantCulture), "a bar keeps its rows");
        faults.Should().BeEmpty();
    }

    private static async Task Count(IPage page, string expected) => (await page.Locator("#count").InnerTextAsync()).Should().Be(expected);

    private static double Score(int row) => 1 - (row / 80.0);

    private async Task<IPage> ShowAsync(params string[] options)
    {
        using (var writer = new ShardWriter(folder.File("pool", "a.parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatList, Side * Side), new("title", ShardType.Text)]))
        {
            writer.Write(
                Rows, Enumerable.Range(0, Rows).Select(row => $"row-{row}").ToArray(), Enumerable.Range(0, Rows).SelectMany(row => Enumerable.Range(0, Side * Side).Select(i => ((i * 7) + (row * row * 5)) % 16 / 15f)).ToArray(),
                Enumerable.Range(0, Rows).Select(row => $"title {row} {Nasty}").ToArray());
            writer.Complete();
        }
        var lines = Enumerable.Range(0, Rows).Select(row => string.Create(CultureInfo.InvariantCulture, $"{row + 1},row-{row},a,{row},{Score(row)},class {row % 5},0.5"));
        await File.WriteAllLinesAsync(folder.File("ranked.csv"), lines.Prepend("rank,id,shard,row,score,predicted,confidence"));
        var run = await Tool.Scorer(["show", "-q", "--rows", folder.File("ranked.csv"), "--pool", folder.File("pool"), "--out", folder.File("look"), .. options]).Succeeds();
        return await browser.OpenAsync(run.Summary.GetProperty("file").GetString()!, faults);
    }
}
