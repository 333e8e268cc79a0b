using System.Text.Json;
using ParquetPool.Scorer.Jobs;

namespace ParquetPool.Scorer.Status;

/// <summary>The page that shows the jobs.</summary>
/// <param name="form">A hidden field that each form carries against forged requests.</param>
/// <param name="signedIn">Whether there is something to sign out of.</param>
internal sealed class StatusPage(JobList jobs, StateFolder state, JobScheduler scheduler, DateTimeOffset now, Html form, bool signedIn)
{
    private const int ShownRuns = 20;

    public Html ToHtml() => Frame("Jobs", Html.Of($"""
        <header>
          <h1>Jobs</h1>
          <p id="clock">{jobs.Jobs.Count} jobs, {(scheduler.Waiting() is 1 ? "1 run waits" : $"{scheduler.Waiting()} runs wait")} · {Time(now)}</p>
          {(signedIn ? Html.Of($"""<form method="post" action="/logout">{form}<button>Sign out</button></form>""") : default)}
        </header>
        <main id="live">
          {Html.Each(jobs.Jobs, JobCard)}
          {Rounds(RoundCurve.Of(jobs))}
        </main>
        """));

    /// <summary>The page that asks for the token.</summary>
    public static Html Login(Html form, bool wrong) => Frame("Sign in", Html.Of($"""
        <main class="login">
          <h1>Sign in</h1>
          <form method="post" action="/login">{form}
            <input name="username" autocomplete="username" value="scorer" hidden>
            <label for="token">Token</label>
            <input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
            <button class="main">Sign in</button>
          </form>
          {(wrong ? Html.Of($"""<p class="warn" role="alert">This is not the token of this service.</p>""") : default)}
        </main>
        """));

    private static Html Frame(string title, Html body) => Html.Of($"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{title}</title>
        <link rel="icon" href="data:,">
        <link rel="stylesheet" href="/status.css">
        <script src="/status.js" defer></script>
        </head>
        <body>
        {body}
        </body>
        </html>

        """);

    private static Html Rounds(IReadOnlyList<RoundCurve> curves) =>
        curves.Count == 0 ? default : Html.Of($"""<section id="rounds"><h2>Rounds</h2>{Html.Each(curves, curve => curve.ToHtml())}</section>""");

    private Html JobCard(Job job)
    {
        var runs = state.Runs(job.Name);
        var active = runs.FirstOrDefault(run => run.IsActive);
        var last = runs.LastOrDefault(run => run.State is RunState.Succeeded or RunState.Failed);
        return Html.Of($"""
            <section class="job" id="job-{job.Name}">
              <div class="bar">
                <h2>{job.Name}</h2><span class="tag">{job.Command}</span>{Badge(active ?? last)}
                <form method="post" action="/jobs/{job.Name}/run">{form}<button class="main"{(active is { IsFresh: true } ? Html.Of($" disabled") : default)}>Run now</button></form>
              </div>
              <p class="faint">{(job.Triggers.Count == 0 ? "by hand" : string.Join(" · ", job.Triggers.Select(trigger => trigger.Words)))}</p>
              {(active is null ? default : Progress(active))}
              <dl>
                <dt>Next</dt><dd>{(scheduler.Next(job) is { } next ? Html.Of($"{Time(next)} <small>in {Duration.Text(next - now)}</small>") : Html.Of($"at no fixed time"))}</dd>
                <dt>Last</dt><dd>{(last is null ? Html.Of($"never") : Html.Of($"{Time(last.Finished!.Value)} <small>{Took(last)}{Found(last)}</small>"))}{Failure(last)}{(last is null ? default : Html.Each(last.Deliveries, Delivered))}</dd>
              </dl>
              {(state.Finished(job.Name) is { } finished ? Files(finished) : default)}
              {(runs.Count == 0 ? default : History(job, runs))}
            </section>
            """);
    }

    private static Html Badge(JobRun? run) => run is null ? default : Html.Of($"""<span class="state {Word(run)}">{Word(run)}</span>""");

    private static string Word(JobRun run) => run.State.ToString().ToLowerInvariant();

    private static Html Failure(JobRun? run) => run?.State == RunState.Failed ? Html.Of($"""<p class="warn">{run.Message}</p>""") : default;

    private static Html Delivered(Delivery delivery) => delivery.Done
        ? Html.Of($"""<p>delivered to {delivery.Target}</p>""")
        : Html.Of($"""<p class="warn">{(delivery.IsOpen() ? "not yet" : "not")} delivered to {delivery.Target}{(delivery.Message is null ? "" : $": {delivery.Message}")}</p>""");

    private Html Progress(JobRun run) => scheduler.ProgressOf(run) is { } now
        ? Html.Of($"""
            <p class="progress"><progress max="{Math.Max(now.Total, 1)}" value="{now.Done}" aria-label="{now.Stage}"></progress>
            {now.Stage}: {now.Done:N0} of {now.Total:N0} {now.Unit}, <span class="rate">{now.Rate():N0} {now.Unit}/s</span></p>
            """)
        : Html.Of($"""<p class="progress">{(run.State == RunState.Running ? "starting" : run.NotBefore is { } time ? $"tries again at {time.UtcDateTime:HH:mm:ss} UTC: {run.Message}" : "waits for its turn")}</p>""");

    private static Html Files(JobRun run) => Html.Of($"""
        <ul class="files">{Html.Each(RunFiles.Of(run), file => Html.Of($"""<li><a href="{Link(run, file)}">{file.Name}</a> <small>{Size(file.Length)}</small></li>"""))}</ul>
        """);

    private static Html History(Job job, IReadOnlyList<JobRun> runs) => Html.Of($"""
        <details id="history-{job.Name}"><summary>History</summary>
        <table><thead><tr><th>Run</th><th>State</th><th>Started by</th><th>Took</th><th>Result</th></tr></thead><tbody>
        {Html.Each(runs.Reverse().Take(ShownRuns), run => Html.Of($"""
            <tr><td>{run.Id}</td><td>{Badge(run)}</td><td>{run.Cause}</td><td>{Took(run)}</td><td>{(run.State == RunState.Succeeded ? Html.Of($"{Found(run).TrimStart(':', ' ')}{Html.Each(RunFiles.Of(run).Take(1), file => Html.Of($""" <a href="{Link(run, file)}">{file.Name}</a>"""))}") : Html.Of($"{run.Message}"))}</td></tr>
            """))}
        </tbody></table></details>
        """);

    private static string Link(JobRun run, FileInfo file) => $"/files/{run.Job}/{run.Id}/{Uri.EscapeDataString(file.Name)}";

    private static Html Time(DateTimeOffset time) => Html.Of($"""<time datetime="{time.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}">{time.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC</time>""");

    private static string Took(JobRun run) => run is { Started: { } started, Finished: { } finished } ? $"took {Duration.Text(finished - started)}" : "";

    /// <summary>What the command's last line says.</summary>
    private static string Found(JobRun run)
    {
        long? Number(string name) => run.Summary is { ValueKind: JsonValueKind.Object } summary && summary.TryGetProperty(name, out var value) && value.TryGetDouble(out var number) ? (long)number : null;
        (string Name, string Word)[] known = [("rows", "rows"), ("rowsPerSecond", "rows/s"), ("selected", "selected"), ("rejected", "rejected")];
        var found = known.Where(k => Number(k.Name) > 0).Select(k => FormattableString.Invariant($"{Number(k.Name):N0} {k.Word}")).ToList();
        return found.Count == 0 ? "" : ": " + string.Join(", ", found);
    }

    private static string Size(long bytes) => bytes switch
    {
        >= 1_000_000 => FormattableString.Invariant($"{bytes / 1e6:N1} MB"),
        >= 1_000 => FormattableString.Invariant($"{bytes / 1e3:N0} kB"),
        _ => FormattableString.Invariant($"{bytes} bytes"),
    };
}
