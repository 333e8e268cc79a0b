using System.Net;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using ParquetPool.Scorer.Jobs;

namespace ParquetPool.Scorer.Status;

/// <summary>What a service answers over HTTP: the page of its jobs, the files of their runs, its health and its metrics.</summary>
internal sealed class StatusSite(JobList jobs, StateFolder state, JobScheduler scheduler, MeterProvider metrics, SiteAccess access, TimeProvider clock, ILogger log) : IDisposable
{
    private const string Policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    private const string Metrics = "/metrics";
    private const int MostLogBytes = 1 << 20;
    private static readonly TimeSpan Stale = TimeSpan.FromMinutes(1);

    private readonly SignIns? signIns = access.Token is { } token ? new SignIns(token, clock, log) : null;

    /// <inheritdoc/>
    public void Dispose() => signIns?.Dispose();

    public void Configure(WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 16 * 1024;
            kestrel.Listen(access.Address);
        });
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.Error);
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider(); // Who is signed in signs in again when the service has started again.
        builder.Services.AddAntiforgery(options => (options.Cookie.Name, options.Cookie.SameSite) = ("parquetpool-form", SameSiteMode.Strict));
        builder.Services.AddAuthorization();
        builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(options =>
        {
            (options.Cookie.Name, options.Cookie.HttpOnly, options.Cookie.SameSite) = ("parquetpool", true, SameSiteMode.Strict);
            (options.LoginPath, options.ReturnUrlParameter, options.ExpireTimeSpan) = ("/login", "then", TimeSpan.FromHours(12));
        });
    }

    public void Map(WebApplication app)
    {
        app.Use(GuardAsync);
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/health/live", () => "live");
        app.MapGet("/health/ready", () => scheduler.LookedWithin(Stale) ? Results.Text("ready") : Results.Text("the jobs are not looked after: see the log", statusCode: StatusCodes.Status503ServiceUnavailable));
        app.MapPrometheusScrapingEndpoint(Metrics, metrics, configureBranchedPipeline: null, optionsName: null);
        app.MapGet("/status.css", () => Resource("status.css", "text/css"));
        app.MapGet("/status.js", () => Resource("status.js", "text/javascript"));
        app.MapGet("/login", (HttpContext http, IAntiforgery forgery) => access.Token is null ? Results.Redirect("/") : Page(StatusPage.Login(Form(http, forgery), wrong: false)));
        app.MapPost("/login", LoginAsync);
        var inside = app.MapGroup("");
        inside.MapGet("/", (HttpContext http, IAntiforgery forgery) => Page(new StatusPage(jobs, state, scheduler, clock.GetUtcNow(), Form(http, forgery), access.Token is not null).ToHtml()));
        inside.MapGet("/files/{job}/{run}/{file}", FileOf);
        inside.MapGet("/logs/{job}/{run}", LogOf);
        inside.MapPost("/jobs/{job}/{action}", ActAsync);
        inside.MapPost("/logout", LogoutAsync);
        if (access.Token is not null)
        {
            inside.RequireAuthorization();
        }
    }

    /// <summary>Says what browsers may do with an answer, and keeps out pages that reach this address under a name of their own.</summary>
    private async Task GuardAsync(HttpContext http, RequestDelegate next)
    {
        if (access.Token is null && !(http.Request.Host.Host is "localhost" || IPAddress.TryParse(http.Request.Host.Host.Trim('[', ']'), out var host) && IPAddress.IsLoopback(host)))
        {
            http.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
            return;
        }
        if (signIns is not null && http.Request.Path == Metrics && await MayReadMetricsAsync(http, signIns) is var right && right != true)
        {
            (http.Response.StatusCode, http.Response.Headers.WWWAuthenticate) = (right is null ? StatusCodes.Status429TooManyRequests : StatusCodes.Status401Unauthorized, "Bearer");
            return;
        }
        var headers = http.Response.Headers;
        (headers.ContentSecurityPolicy, headers.XContentTypeOptions, headers["Referrer-Policy"], headers.CacheControl) = (Policy, "nosniff", "same-origin", "no-store");
        await next(http);
    }

    /// <summary>A request without a token is no try.</summary>
    private static async Task<bool?> MayReadMetricsAsync(HttpContext http, SignIns signIns) =>
        http.Request.Headers.Authorization.ToString() is var given && given.StartsWith("Bearer ", StringComparison.Ordinal)
            ? await signIns.TryAsync(given["Bearer ".Length..], http.Connection.RemoteIpAddress, http.RequestAborted, isRepeated: true)
            : false;

    private async Task<IResult> LoginAsync(HttpContext http, IAntiforgery forgery)
    {
        if (signIns is null || !await IsFormOursAsync(http, forgery))
        {
            return Results.BadRequest();
        }
        if (await signIns.TryAsync((await http.Request.ReadFormAsync())["token"].ToString(), http.Connection.RemoteIpAddress, http.RequestAborted) is not { } right)
        {
            return Results.Text("too many try to sign in at a time: try again", statusCode: StatusCodes.Status429TooManyRequests);
        }
        if (!right)
        {
            return Page(StatusPage.Login(Form(http, forgery), wrong: true), StatusCodes.Status401Unauthorized);
        }
        await http.SignInAsync(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "token")], CookieAuthenticationDefaults.AuthenticationScheme)));
        return Results.Redirect("/");
    }

    private static async Task<IResult> LogoutAsync(HttpContext http, IAntiforgery forgery)
    {
        if (!await IsFormOursAsync(http, forgery))
        {
            return Results.BadRequest();
        }
        await http.SignOutAsync();
        return Results.Redirect("/login");
    }

    /// <summary>Whether a form can be read and comes from a page of this service.</summary>
    private static async Task<bool> IsFormOursAsync(HttpContext http, IAntiforgery forgery)
    {
        try
        {
            return await forgery.IsRequestValidAsync(http);
        }
        catch (AntiforgeryValidationException)
        {
            return false;
        }
    }

    /// <summary>Does to a job what a button says.</summary>
    private async Task<IResult> ActAsync(string job, string action, HttpContext http, IAntiforgery forgery)
    {
        if (!await IsFormOursAsync(http, forgery))
        {
            return Results.BadRequest();
        }
        if (jobs.Find(job) is not { } found)
        {
            return Results.NotFound();
        }
        try
        {
            return Act(found, action) ? Results.Redirect($"/#job-{found.Name}") : Results.NotFound();
        }
        catch (IOException e)
        {
            return Results.Text($"the state folder could not be written: {e.Message}", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    /// <returns>Whether there is such an action.</returns>
    private bool Act(Job job, string action)
    {
        switch (action)
        {
            case "run":
                scheduler.RunNow(job);
                return true;
            case "cancel":
                scheduler.Cancel(job); // Where it has ended meanwhile, the page shows how.
                return true;
            case "retry":
                scheduler.Retry(job);
                return true;
            case "pause" or "resume":
                scheduler.Pause(job, isPaused: action == "pause");
                return true;
            default:
                return false;
        }
    }

    /// <summary>What a run's command said; of a long log the end.</summary>
    private IResult LogOf(string job, string run)
    {
        if (jobs.Find(job) is not { } known || state.Runs(known.Name).FirstOrDefault(r => r.Id == run) is not { } found || !File.Exists(state.LogOf(found)))
        {
            return Results.NotFound();
        }
        using var file = new FileStream(state.LogOf(found), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var start = Math.Max(0, file.Length - MostLogBytes);
        file.Position = start;
        var bytes = new byte[file.Length - start];
        var text = Encoding.UTF8.GetString(bytes, 0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
        return Results.Text(start == 0 ? text : $"… the last {MostLogBytes:N0} bytes:\n{text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..]}", "text/plain", Encoding.UTF8);
    }

    private IResult FileOf(string job, string run, string file, HttpContext http)
    {
        if (jobs.Find(job) is not { } known || state.Runs(known.Name).FirstOrDefault(r => r.Id == run) is not { } found || RunFiles.Find(found, file) is not { } info)
        {
            return Results.NotFound();
        }
        var shown = info.Name is Findings.FinishedAudit.PageName or Showing.ShowPage.FileName;
        if (shown)
        {
            // The page says itself what it may do: run its one script, and reach nothing.
            http.Response.Headers.ContentSecurityPolicy = "form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
        }
        return Results.File(info.FullName, RunFiles.TypeOf(info), shown ? null : info.Name);
    }

    private static Html Form(HttpContext http, IAntiforgery forgery)
    {
        var tokens = forgery.GetAndStoreTokens(http);
        return Html.Of($"""<input type="hidden" name="{tokens.FormFieldName}" value="{tokens.RequestToken}">""");
    }

    private static IResult Page(Html html, int status = StatusCodes.Status200OK) => Results.Content(html.ToString(), "text/html; charset=utf-8", statusCode: status);

    private static IResult Resource(string name, string type) => Results.Stream(typeof(StatusSite).Assembly.GetManifestResourceStream(name)!, type);
}

/// <summary>Where a site is and who may see it.</summary>
/// <param name="Token">Who has it may see and start jobs; null where all who reach the address may, which must be of this machine only.</param>
internal sealed record SiteAccess(IPEndPoint Address, AccessToken? Token);
