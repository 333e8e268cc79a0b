using Microsoft.Playwright;
using ParquetPool.Columns;
using ParquetPool.Shards;
using ParquetPool.Texts;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>report.html in a real browser: what a person sees, presses and saves.</summary>
public sealed class ReportTests : IAsyncLifetime
{
    private const string Nasty = "</script><img src=x onerror=alert(1)>,\"q\"";
    private const int Side = 4;
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
    public async Task PairsAreJudgedFromTheKeyboardAndReadBack()
    {
        var audit = await AuditAsync("--image", "4x4");
        var page = await OpenAsync(audit);
        (await page.Locator("#pair canvas").CountAsync()).Should().Be(2);
        await Progress(page, "pair 1 of 9, 0 judged");

        await Press(page, "1", "2", "3", "4");
        await Progress(page, "pair 5 of 9, 4 judged");
        await Press(page, "1", "u", "ArrowLeft");
        await Progress(page, "pair 4 of 9, 4 judged");
        (await page.Locator(".keys [aria-pressed=true]").InnerTextAsync()).Should().Contain("Different");
        await page.FillAsync("#name", "Ada 1");
        (await page.InputValueAsync("#name")).Should().Be("Ada 1", "keys are letters where one writes");
        await page.Locator("#name").BlurAsync();
        await page.ReloadAsync();
        await Progress(page, "pair 5 of 9, 4 judged");
        await page.FillAsync("#name", "Ada");
        var saved = await SaveAsync(page);

        Path.GetFileName(saved).Should().Be("judgements-Ada.csv");
        TextTable.Read(saved, "TestID", "TrainID", "Judgment", "Judge").Select(row => row[2]).Should().Equal("0", "1", "2", "3");
        var judged = await Tool.Scorer("judge", "--audit", audit, "--judgements", saved).Succeeds();
        judged.Summary.GetProperty("judged").GetInt32().Should().Be(4);
        judged.Summary.GetProperty("judges")[0].GetString().Should().Be("Ada");
        TextTable.Read(Path.Combine(audit, "judgements.parquet"), "word").Select(row => row[0]).Should().Equal("exact", "near", "similar", "different");
        TextTable.Read(Path.Combine(audit, "judgements.parquet"), "test_id").Select(row => row[0]).Should().Contain(Nasty);
        var purged = await Tool.Scorer("purge", "--audit", audit, "--out", folder.File("purged")).Succeeds();
        purged.Summary.GetProperty("cleanRows").GetInt64().Should().Be(1, "the two copies were judged exact and near");
        faults.Should().BeEmpty();
    }

    [Fact]
    public async Task WhatIsInTheRowsIsTextAndPixelsAreThoseOfTheRow()
    {
        var page = await OpenAsync(await AuditAsync("--image", "4x4"));

        (await page.Locator("#pair").InnerTextAsync()).Should().Contain(Nasty);
        (await page.Locator("img").CountAsync()).Should().Be(0);
        var pixels = await page.EvaluateAsync<int[]>("() => [...document.querySelector('#pair canvas').getContext('2d').getImageData(0, 0, 4, 4).data].filter((_, i) => i % 4 === 0)");
        pixels.Should().Equal(Vector(0).Select(v => (int)Math.Round(v * 255)));
        (await page.Locator("#conflict-list .cluster").CountAsync()).Should().BePositive();
        (await page.Locator("#histogram rect").CountAsync()).Should().BePositive();
        faults.Should().BeEmpty();
    }

    [Fact]
    public async Task PicturesAreComparedByTheirDifferenceOrByTurnsAndTheJudgeIsAskedForAName()
    {
        var page = await OpenAsync(await AuditAsync("--image", "4x4"));
        (await page.Locator("main section").First.InnerTextAsync()).Should().Contain("pairs (test against train) have a cosine of");

        await page.Keyboard.PressAsync("d");
        await page.Locator("#compared-caption:has-text('No pixel differs')").WaitForAsync(new() { Timeout = 10_000 });
        await page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        await page.Keyboard.PressAsync("b");
        await page.Locator("#compared-caption:has-text('test ')").WaitForAsync(new() { Timeout = 10_000 });
        await page.Keyboard.PressAsync("b");
        (await page.Locator("#compared-caption").InnerTextAsync()).Should().Contain("train ");
        await page.ClickAsync("[data-view=sides]");
        (await page.Locator("#compared").IsHiddenAsync()).Should().BeTrue();
        var before = (await page.Locator("#pair canvas").First.BoundingBoxAsync())!.Height;
        await Press(page, "+", "+");
        (await page.Locator("#pair canvas").First.BoundingBoxAsync())!.Height.Should().BeApproximately(2 * before, 1);

        await page.SelectOptionAsync("#class", new SelectOptionValue { Label = "cat" });
        foreach (var card in await page.Locator("#list button").AllAsync())
        {
            (await card.InnerTextAsync()).Should().MatchRegex("t0|q2", "only those two rows are cats");
        }
        await Press(page, "1", "s");
        (await page.EvaluateAsync<string>("() => document.activeElement.id")).Should().Be("name");
        await page.FillAsync("#name", "Grace");
        (await page.RunAndWaitForDownloadAsync(() => page.Keyboard.PressAsync("Enter"))).SuggestedFilename.Should().Be("judgements-Grace.csv");
        faults.Should().BeEmpty();
    }

    [Fact]
    public async Task EveryControlIsReachedAndTheKeyboardIsNeverLost()
    {
        var page = await OpenAsync(await AuditAsync("--image", "4x4"));
        (await Browser.TabThroughAsync(page)).Should().BeEmpty();

        await page.Locator("#next").FocusAsync();
        for (var pair = 1; pair < 9; pair++)
        {
            await page.Keyboard.PressAsync("Enter");
        }
        await Progress(page, "pair 9 of 9, 0 judged");
        (await page.EvaluateAsync<string>("() => document.activeElement.id")).Should().Be("previous", "the last pair has no next one");
        await page.Keyboard.PressAsync("Space");
        await Progress(page, "pair 8 of 9, 0 judged");

        await page.Locator("#list button").Nth(2).FocusAsync();
        await page.Keyboard.PressAsync("2");
        (await page.EvaluateAsync<string>("() => document.activeElement.dataset.pair")).Should().Be("2", "judged from where the keyboard was");
        await page.Keyboard.PressAsync("Enter");
        await Progress(page, "pair 3 of 9, 1 judged");
        await page.Keyboard.PressAsync("Tab");
        (await page.EvaluateAsync<bool>("() => document.activeElement.closest('#judge') !== null")).Should().BeTrue("the pair is looked at there");
        await page.Locator(".scroll").First.FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await Progress(page, "pair 3 of 9, 1 judged");
        faults.Should().BeEmpty();
    }

    [Fact]
    public async Task RowsWithoutPicturesAreComparedByTheirColumns()
    {
        var page = await OpenAsync(await AuditAsync());

        (await page.Locator("#pair canvas, #list canvas").CountAsync()).Should().Be(0);
        (await page.Locator("#views").IsHiddenAsync()).Should().BeTrue("there are no pictures to compare");
        (await page.Locator("#pair dt").AllInnerTextsAsync()).Should().Contain("label").And.Contain("place");
        await page.SelectOptionAsync("#filter", "labels");
        var cards = page.Locator("#list button");
        (await cards.CountAsync()).Should().BePositive();
        await cards.First.ClickAsync();
        (await page.Locator("#measures").InnerTextAsync()).Should().Contain("labels differ");
        (await page.Locator("#pair dd.differs").CountAsync()).Should().Be(2);
        faults.Should().BeEmpty();
    }

    [Fact]
    public async Task RowsOfOneSplitAloneAreNotCalledByItsName()
    {
        Write("photos", ("a", 0, "cat"), ("b", 0, "cat"), ("c", 1, "dog"));
        var output = folder.File("audit");
        var run = await Tool.Scorer("audit", "--within", folder.File("photos"), "--out", output).Succeeds();
        run.Output.Should().Contain("among the rows: 2 pairs listed, nearest first, 1 identical in what is compared (2 rows)").And.NotContain("test rows");
        var page = await OpenAsync(output);

        (await page.Locator("body").InnerTextAsync()).Should().Contain("3 rows, compared by").And.Contain("1 pair (among the rows) has a cosine of").And.NotContain("test");
        faults.Should().BeEmpty();
    }

    private async Task<IPage> OpenAsync(string audit) => await browser.OpenAsync(Path.Combine(audit, "report.html"), faults);

    private static async Task Press(IPage page, params string[] keys)
    {
        foreach (var key in keys)
        {
            await page.Keyboard.PressAsync(key);
        }
    }

    private static async Task Progress(IPage page, string expected) => (await page.Locator("#progress").InnerTextAsync()).Should().Be(expected);

    private async Task<string> SaveAsync(IPage page)
    {
        await page.Locator("#name").BlurAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.Keyboard.PressAsync("s"));
        var path = folder.File(download.SuggestedFilename);
        await download.SaveAsAsync(path);
        return path;
    }

    /// <summary>Audits three test rows, two of them copies of training rows, and lists all pairs.</summary>
    private async Task<string> AuditAsync(params string[] options)
    {
        Write("train", ("t0", 0, "cat"), ("t1", 1, "dog"));
        Write("test", (Nasty, 0, "dog"), ("q1", 1, "dog"), ("q2", 2, "cat"));
        var output = folder.File("audit");
        await Tool.Scorer(["audit", "-q", "--train", folder.File("train"), "--test", folder.File("test"), "--out", output, "--neighbours", "2", "--threshold", "0.1", .. options]).Succeeds();
        return output;
    }

    private void Write(string split, params (string Id, int Row, string Label)[] rows)
    {
        using var writer = new ShardWriter(folder.File(split, "a.parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatList, Side * Side), new("label", ShardType.Text)]);
        writer.Write(rows.Length, rows.Select(r => r.Id).ToArray(), rows.SelectMany(r => Vector(r.Row)).ToArray(), rows.Select(r => r.Label).ToArray());
        writer.Complete();
    }

    private static float[] Vector(int row) => [.. Enumerable.Range(0, Side * Side).Select(i => ((i * 7) + (row * 5)) % 16 / 15f)];
}
