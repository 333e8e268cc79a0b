using Microsoft.Playwright;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>The pages of pools of texts in a real browser: a person reads the texts, short ones and those of other scripts too.</summary>
public sealed class TextPageTests : IAsyncLifetime
{
    private const string Chinese = "我的卡还没有寄到";
    private const string Arabic = "أين بطاقتي؟";
    private readonly TestFolder folder = new();
    private readonly List<string> faults = [];
    private Browser browser = null!;

    public async ValueTask InitializeAsync()
    {
        browser = await Browser.StartAsync();
        await File.WriteAllLinesAsync(folder.File("asked.csv"), ["id,text", "a,when will my new card come today", "b,when will my old card come today", $"c,{Chinese}", $"d,{Chinese}！", $"e,{Arabic}"]);
        await Tool.Trainer("import", "-q", "--texts", folder.File("asked.csv"), "--out", folder.File("asked")).Succeeds();
    }

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task PairsAreListedByTheirTextsAndTheWordsThatDifferAreMarked()
    {
        var page = await AuditedAsync();

        var pair = page.Locator("#list button:has-text('my new card')");
        (await pair.InnerTextAsync()).Should().Contain("when will my new card come today").And.Contain("when will my old card come today");
        await pair.ClickAsync();
        (await page.Locator("#pair mark").AllInnerTextsAsync()).Should().Equal("new", "old");
        (await page.Locator("#calibration").IsHiddenAsync()).Should().BeTrue("there is nothing in it");
        faults.Should().BeEmpty();
    }

    [Fact]
    public async Task WhereNoPairIsListedThereIsNothingToJudge()
    {
        var page = await AuditedAsync("--threshold", "0.999");

        (await page.Locator("#answers li").First.InnerTextAsync()).Should().StartWith("No pair (among the rows) has a cosine of 0.99900 or more");
        foreach (var section in new[] { "#judge", "#pairs", "#spread", "nav a[href='#judge']" })
        {
            (await page.Locator(section).IsHiddenAsync()).Should().BeTrue(section);
        }
        (await Browser.TabThroughAsync(page)).Should().BeEmpty();
        faults.Should().BeEmpty();
    }

    [Fact]
    public async Task RowsAreShownByTheirTextsHoweverShort()
    {
        await File.WriteAllLinesAsync(folder.File("ids.txt"), ["c", "e"], TestContext.Current.CancellationToken);
        await Tool.Scorer("show", "-q", "--rows", folder.File("ids.txt"), "--pool", folder.File("asked"), "--out", folder.File("show.html")).Succeeds();
        var page = await browser.OpenAsync(folder.File("show.html"), faults);

        (await page.Locator("#list .excerpt").AllInnerTextsAsync()).Should().Equal(Chinese, Arabic);
        (await page.Locator("#list svg").CountAsync()).Should().Be(0, "numbers made of a text tell people nothing");
        (await page.Locator("#list .excerpt").Last.EvaluateAsync<string>("text => getComputedStyle(text).direction")).Should().Be("rtl");
        faults.Should().BeEmpty();
    }

    private async Task<IPage> AuditedAsync(params string[] options)
    {
        await Tool.Scorer(["audit", "-q", "--within", folder.File("asked"), "--out", folder.File("audited"), .. options]).Succeeds();
        return await browser.OpenAsync(folder.File("audited", "report.html"), faults);
    }
}
