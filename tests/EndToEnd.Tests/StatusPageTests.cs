using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>The status page of a service in a real browser, and what it refuses.</summary>
public sealed class StatusPageTests : IAsyncLifetime
{
    private const string Token = "a-long-secret-of-the-labelling-team";
    private const string Nasty = "<img src=x onerror=alert(1)>";
    private readonly TestFolder folder = new();
    private readonly List<string> faults = [];
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private Browser browser = null!;

    public async ValueTask InitializeAsync()
    {
        browser = await Browser.StartAsync();
        SmallPool.WriteModel(folder.File("model.onnx"));
        SmallPool.WriteShard(folder.File("pool/shard-00.parquet"), 0);
        await File.WriteAllTextAsync(folder.File("token"), Token + "\n");
        await File.WriteAllTextAsync(folder.File("secret.csv"), "not for the page");
        await File.WriteAllTextAsync(folder.File("models/task/round-0001/manifest.json"), Manifest(1, 0.7));
        await File.WriteAllTextAsync(folder.File("models/task/round-0002/manifest.json"), Manifest(2, 0.8));
        await File.WriteAllTextAsync(folder.File("jobs.json"), $$"""
            { "jobs": [
              { "name": "nightly", "command": "score", "options": { "model": "model.onnx", "pool": "pool", "out": "scored", "top": 50, "on-bad-rows": "reject" },
                "triggers": [{ "cron": "30 2 * * *", "timeZone": "Europe/Berlin" }] },
              { "name": "wrong", "command": "score", "options": { "model": "model.onnx", "pool": "pool", "out": "wrong", "features": "{{Nasty}}" } },
              { "name": "copies", "command": "audit", "options": { "within": "pool", "out": "audited", "on-bad-rows": "reject" } },
              { "name": "loop", "command": "score", "options": { "model": "models/task", "pool": "pool", "out": "loop" }, "triggers": [{ "newRound": "models/other" }] } ] }
            """);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await browser.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task AJobIsStartedFromThePageWhichShowsHowItEndsAndItsFiles()
    {
        await using var service = await Service.StartAsync(folder.File("jobs.json"), folder.File("state"));
        var page = await browser.OpenAsync(service.Address, faults);
        (await page.Locator("#job-nightly").InnerTextAsync()).Should().Contain("never").And.Contain("Europe/Berlin");

        foreach (var job in new[] { "nightly", "wrong", "copies" })
        {
            await page.ClickAsync($"#job-{job} [data-action=run]");
        }
        await page.Locator("#job-nightly .state.succeeded").First.WaitForAsync(new() { Timeout = 120_000 });
        await page.Locator("#job-wrong .state.failed").First.WaitForAsync(new() { Timeout = 120_000 });
        await page.Locator("#job-copies .state.succeeded").First.WaitForAsync(new() { Timeout = 120_000 });

        (await page.Locator("#job-nightly").InnerTextAsync()).Should().Contain("1,500 rows");
        (await page.Locator("#job-wrong .warn").InnerTextAsync()).Should().Contain(Nasty, "what comes from data is text");
        (await page.Locator("img").CountAsync()).Should().Be(0);
        await page.ClickAsync("#job-nightly summary");
        (await page.Locator("#history-nightly tbody tr").CountAsync()).Should().Be(1);
        (await page.Locator("#rounds circle").CountAsync()).Should().Be(2);
        (await page.Locator("#rounds").InnerTextAsync()).Should().Contain("round 2 is right on 80.0 %");
        (await page.Locator("#live section.job").First.GetAttributeAsync("id")).Should().Be("job-wrong", "what failed stands first");
        (await page.Locator("#zone").InnerTextAsync()).Should().Contain("times of");
        (await page.Locator("#job-nightly").InnerTextAsync()).Should().Contain("at 02:30 in Europe/Berlin (30 2 * * *)");
        (await page.Locator("#job-copies .links >> text=Report").GetAttributeAsync("href")).Should().EndWith("/report.html");
        var ranked = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("#job-nightly .files >> text=ranked.csv"));
        await ranked.SaveAsAsync(folder.File("downloaded.csv"));
        File.ReadAllText(folder.File("downloaded.csv")).Should().Be(File.ReadAllText(folder.File("scored/latest/ranked.csv")));
        await page.ClickAsync("#job-copies .files >> text=report.html");
        await page.Locator("#pair").WaitForAsync();
        await page.Keyboard.PressAsync("1");
        (await page.Locator("#progress").InnerTextAsync()).Should().Contain("1 judged");
        faults.Should().BeEmpty();
    }

    [Fact]
    public async Task AJobIsPausedAcrossAStartOfTheServiceAndItsRunsAreTriedAgainAndCancelled()
    {
        await using (var first = await Service.StartAsync(folder.File("jobs.json"), folder.File("state")))
        {
            var before = await browser.OpenAsync(first.Address, faults);
            await before.Locator("#job-nightly [data-action=pause]").FocusAsync();
            await before.Keyboard.PressAsync("Space");
            await before.Locator("#job-nightly .state.paused").WaitForAsync();
            await before.ClickAsync("#job-wrong [data-action=run]");
            await before.Locator("#job-wrong .state.failed").First.WaitForAsync(new() { Timeout = 120_000 });
            await before.ClickAsync("#job-wrong .links >> text=Log");
            (await before.Locator("body").InnerTextAsync()).Should().Contain(Nasty, "the log is shown as text");
        }
        await using var service = await Service.StartAsync(folder.File("jobs.json"), folder.File("state"));
        var page = await browser.OpenAsync(service.Address, faults);

        (await page.Locator("#job-nightly").InnerTextAsync()).Should().Contain("Paused since").And.Contain("when it is resumed");
        await page.Locator("#job-wrong [data-action=retry]").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#job-wrong .state.failed").First.WaitForAsync(new() { Timeout = 120_000 });
        await page.Locator("#job-wrong summary").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        (await page.Locator("#history-wrong tbody tr").CountAsync()).Should().Be(1, "a retry goes on with the run");
        await page.ClickAsync("#job-nightly [data-action=resume]");
        await page.Locator("#job-nightly [data-action=pause]").WaitForAsync();
        (await page.Locator("#job-nightly .state.paused").CountAsync()).Should().Be(0);
        (await StatusOf(service, "/jobs/nightly/pause", HttpMethod.Post)).Should().Be(HttpStatusCode.BadRequest, "the form's token is missing");
        (await StatusOf(service, "/jobs/nightly/pause", HttpMethod.Post, form: "--cut")).Should().Be(HttpStatusCode.BadRequest, "nobody can read the form");
        (await StatusOf(service, "/logs/wrong/..%2f..%2fschedule")).Should().Be(HttpStatusCode.NotFound);
        faults.Should().BeEmpty();
    }

    [Fact]
    public async Task WithATokenThePageIsSeenAfterSigningInOnly()
    {
        await using var service = await Service.StartAsync(folder.File("jobs.json"), folder.File("state"), "--token-file", folder.File("token"));
        var seen = new List<string>();
        var page = await browser.OpenAsync(service.Address, seen);
        page.Request += (_, request) => request.Url.Should().NotContain(Token);
        (await page.TitleAsync()).Should().Be("Sign in");
        await SignInAsync(page, "another-secret-of-somebody");
        (await page.Locator("[role=alert]").InnerTextAsync()).Should().Contain("not the token");
        seen.Clear(); // The browser tells of the answer 401.
        await SignInAsync(page, Token);

        (await page.TitleAsync()).Should().Be("Jobs");
        var cookie = (await page.Context.CookiesAsync()).Single(c => c.Name == "parquetpool");
        (cookie.HttpOnly, cookie.SameSite).Should().Be((true, SameSiteAttribute.Strict));
        cookie.Value.Should().NotContain(Token);
        await page.ClickAsync("#job-nightly [data-action=run]");
        await page.Locator("#job-nightly .state.succeeded").First.WaitForAsync(new() { Timeout = 120_000 });
        await page.ClickAsync("text=Sign out");
        (await page.TitleAsync()).Should().Be("Sign in");
        await page.GotoAsync(service.Address.ToString());
        (await page.TitleAsync()).Should().Be("Sign in");

        seen.Should().BeEmpty();
        service.Log.Should().NotContain(Token);
        File.ReadAllText(Directory.GetFiles(folder.File("state/runs/nightly"), "*.json").Single()).Should().NotContain(Token);
    }

    [Fact]
    public async Task WhoHasNotSignedInIsToldHealthOnly()
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder.File("token"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        }
        await using var service = await Service.StartAsync(folder.File("jobs.json"), folder.File("state"), "--token-file", folder.File("token"));

        (await StatusOf(service, "/")).Should().Be(HttpStatusCode.Found);
        (await StatusOf(service, "/files/nightly/x/ranked.csv")).Should().Be(HttpStatusCode.Found);
        (await StatusOf(service, "/jobs/nightly/run", HttpMethod.Post)).Should().Be(HttpStatusCode.Found);
        (await StatusOf(service, "/health/live")).Should().Be(HttpStatusCode.OK);
        (await StatusOf(service, "/health/ready")).Should().Be(HttpStatusCode.OK);
        (await StatusOf(service, "/metrics")).Should().Be(HttpStatusCode.Unauthorized);
        Directory.Exists(folder.File("scored")).Should().BeFalse("nobody may start a job");
        if (!OperatingSystem.IsWindows())
        {
            service.Log.Should().Contain("token holds a secret and can be read by other users of this machine");
        }
    }

    [Fact]
    public async Task PrometheusFetchesMetricsWithTheTokenAndCountsRuns()
    {
        await using var service = await Service.StartAsync(folder.File("jobs.json"), folder.File("state"), "--token-file", folder.File("token"));
        var page = await browser.OpenAsync(service.Address, faults);
        await SignInAsync(page, Token);
        await page.ClickAsync("#job-nightly [data-action=run]");
        await page.Locator("#job-nightly .state.succeeded").First.WaitForAsync(new() { Timeout = 120_000 });
        using var request = new HttpRequestMessage(HttpMethod.Get, service.Address.GetLeftPart(UriPartial.Authority) + "/metrics");
        request.Headers.Authorization = new("Bearer", Token);

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);

        var metrics = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var dashboard = await File.ReadAllTextAsync(Path.Combine(RealData.Root(), "deploy", "grafana.json"), TestContext.Current.CancellationToken);
        Regex.Matches(dashboard, @"\bparquetpool_\w+").Select(match => match.Value).Distinct().Should().OnlyContain(name => Regex.IsMatch(metrics, $@"(?m)^{name}\b"), "the dashboard asks for what there is");
        metrics.Should().MatchRegex("""(?m)^parquetpool_runs_total\{[^}]*job="nightly"[^}]*\} 1\b""").And.MatchRegex("""(?m)^parquetpool_rows_scored_total\{[^}]*\} 1500\b""");
    }

    [Fact]
    public async Task ForgedRequestsAndPathsOutOfTheOutputsAreRefused()
    {
        await using var service = await Service.StartAsync(folder.File("jobs.json"), folder.File("state"));
        var page = await browser.OpenAsync(service.Address, faults);
        await page.ClickAsync("#job-nightly [data-action=run]");
        await page.Locator("#job-nightly .state.succeeded").First.WaitForAsync(new() { Timeout = 120_000 });
        var run = Path.GetFileName(new DirectoryInfo(folder.File("scored/latest")).ResolveLinkTarget(returnFinalTarget: true)!.FullName);
        File.CreateSymbolicLink(folder.File("scored", run, "link.csv"), folder.File("secret.csv"));

        (await StatusOf(service, $"/files/nightly/{run}/ranked.csv")).Should().Be(HttpStatusCode.OK);
        foreach (var path in new[] { "link.csv", "..%2f..%2fsecret.csv", "%2e%2e%2f%2e%2e%2fsecret.csv", "..%5c..%5csecret.csv", "scores%2fshard-00.parquet", "/etc/passwd", "%00" })
        {
            (await StatusOf(service, $"/files/nightly/{run}/{path}")).Should().BeOneOf([HttpStatusCode.NotFound, HttpStatusCode.BadRequest], path);
        }
        (await StatusOf(service, $"/files/nightly/..%2f{run}/ranked.csv")).Should().Be(HttpStatusCode.NotFound);
        (await StatusOf(service, "/jobs/nightly/run", HttpMethod.Post)).Should().Be(HttpStatusCode.BadRequest, "the form's token is missing");
        (await StatusOf(service, "/", host: "evil.example")).Should().Be(HttpStatusCode.MisdirectedRequest, "another name may be another site's");
        (await StatusOf(service, "/", host: "localhost")).Should().Be(HttpStatusCode.OK);
        faults.Should().BeEmpty();
    }

    private static async Task SignInAsync(IPage page, string token)
    {
        await page.FillAsync("#token", token);
        await page.ClickAsync("button.main");
    }

    private async Task<HttpStatusCode> StatusOf(Service service, string path, HttpMethod? method = null, string? host = null, string? form = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, service.Address.GetLeftPart(UriPartial.Authority) + path);
        request.Headers.Host = host;
        if (form is not null)
        {
            request.Content = new StringContent(form);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=edge");
        }
        using var answer = await http.SendAsync(request);
        return answer.StatusCode;
    }

    private static string Manifest(int round, double accuracy) => FormattableString.Invariant($$"""
        { "task": "task", "round": {{round}}, "createdUtc": "2026-11-20T00:00:00Z", "classes": ["a", "b"], "inputs": [], "outputs": [], "dropout": [], "sha256": "00",
          "training": { "rows": {{round * 100}}, "holdoutRows": 50, "seed": 0, "epochs": 1, "bestEpoch": 1, "holdoutAccuracy": {{accuracy}}, "holdoutLoss": 1, "recipe": {} } }
        """);
}
