using Microsoft.Playwright;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>A headless chromium: <c>PARQUETPOOL_CHROMIUM</c>, else <c>/usr/bin/chromium</c>. Nothing is downloaded.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private readonly IPlaywright playwright;
    private readonly IBrowser browser;

    private Browser(IPlaywright playwright, IBrowser browser) => (this.playwright, this.browser) = (playwright, browser);

    public static async Task<Browser> StartAsync()
    {
        var path = Environment.GetEnvironmentVariable("PARQUETPOOL_CHROMIUM") ?? "/usr/bin/chromium";
        Assert.SkipUnless(File.Exists(path), $"pages are tested in a browser, expected at {path}: apt-get install chromium, or set PARQUETPOOL_CHROMIUM");
        var playwright = await Playwright.CreateAsync();
        return new Browser(playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = ["--no-sandbox"] }));
    }

    /// <summary>Opens a file in a profile of its own; whatever goes wrong in the page, or is asked of a network, is added to <paramref name="faults"/>.</summary>
    public async Task<IPage> OpenAsync(string file, List<string> faults)
    {
        var page = await browser.NewPageAsync();
        page.PageError += (_, error) => faults.Add(error);
        page.Console += (_, message) => faults.Add(message.Text);
        page.Dialog += (_, dialog) => faults.Add(dialog.Message);
        page.Request += (_, request) =>
        {
            if (request.Url != "file://" + file && !request.Url.StartsWith("data:", StringComparison.Ordinal) && !request.Url.StartsWith("blob:", StringComparison.Ordinal))
            {
                faults.Add(request.Url);
            }
        };
        await page.GotoAsync("file://" + file);
        return page;
    }

    /// <summary>Opens a page of a site in a profile of its own; whatever goes wrong in it, or is asked of another site, is added to <paramref name="faults"/>.</summary>
    public async Task<IPage> OpenAsync(Uri address, List<string> faults)
    {
        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 1100, Height = 900 } });
        page.PageError += (_, error) => faults.Add(error);
        page.Console += (_, message) => faults.Add(message.Text);
        page.Dialog += (_, dialog) => faults.Add(dialog.Message);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
            {
                faults.Add(request.Url);
            }
        };
        await page.GotoAsync(address.ToString());
        return page;
    }

    /// <summary>Goes through a page by the Tab key alone, from the top until the page is left.</summary>
    /// <returns>What was wrong: a control that it did not come by, one that does not show that it has the keyboard, one that does not let it go.</returns>
    public static async Task<string[]> TabThroughAsync(IPage page)
    {
        await page.EvaluateAsync("() => { document.activeElement.blur(); window.met = []; }");
        string? left;
        do
        {
            await page.Keyboard.PressAsync("Tab");
            left = await page.EvaluateAsync<string?>(
                """
                () => {
                  const at = document.activeElement;
                  if (at === document.body) return '';
                  if (window.met.includes(at)) return `${at.outerHTML} has the keyboard again`;
                  window.met.push(at);
                  return getComputedStyle(at).outlineStyle === 'none' ? `${at.outerHTML} has no ring` : null;
                }
                """);
        }
        while (left is null);
        var missed = await page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"]')]
              .filter(control => !control.disabled && control.type !== 'hidden' && control.checkVisibility() && !window.met.includes(control)).map(control => `${control.outerHTML} is not reached`)
            """);
        return [.. missed, .. left.Length == 0 ? Array.Empty<string>() : [left]];
    }

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
    }
}
