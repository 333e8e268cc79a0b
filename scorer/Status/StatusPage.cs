using ParquetPool.Scorer.Jobs;

namespace ParquetPool.Scorer.Status;

/// <summary>The page that shows the jobs.</summary>
/// <param name="form">A hidden field that each form carries against forged requests.</param>
/// <param name="signedIn">Whether there is something to sign out of.</param>
internal sealed class StatusPage(JobList jobs, StateFolder state, JobScheduler scheduler, DateTimeOffset now, Html form, bool signedIn)
{
    public Html ToHtml() => Frame("Jobs", Html.Of($"""
        <header>
          <h1>Jobs</h1>
          <p id="clock">{Counts()} · {Time(now)}<span id="zone"></span></p>
          {(signedIn ? Html.Of($"""<form method="post" action="/logout">{form}<button>Sign out</button></form>""") : default)}
        </header>
        <main id="live">
          {Html.Each(InOrder(), job => new JobCard(job, state, scheduler, now, form).ToHtml())}
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

    /// <summary>What failed first, then what runs, then all others, as in the jobs file.</summary>
    private IEnumerable<Job> InOrder() => jobs.Jobs.OrderByDescending(job => HasFailed(job) ? 2 : state.Runs(job.Name).Any(run => run.State == RunState.Running) ? 1 : 0);

    private bool HasFailed(Job job) => JobCard.LastOf(state.Runs(job.Name)) is { } last && (last.State == RunState.Failed || last.Deliveries.Any(delivery => !delivery.Done && !delivery.IsOpen()));

    private string Counts()
    {
        (int Count, string Word)[] counts =
        [
            (jobs.Jobs.Count(HasFailed), "failed"), (jobs.Jobs.Count(job => state.Runs(job.Name).Any(run => run.State == RunState.Running)), "running"),
            (jobs.Jobs.Count(job => state.PausedSince(job.Name) is not null), "paused"),
        ];
        var waiting = scheduler.Waiting();
        return string.Join(", ", counts.Where(of => of.Count > 0).Select(of => $"{of.Count} {of.Word}").Prepend(jobs.Jobs.Count == 1 ? "1 job" : $"{jobs.Jobs.Count} jobs"))
            + (waiting == 0 ? "" : waiting == 1 ? ", 1 run waits" : $", {waiting} runs wait");
    }

    /// <summary>A time, which the page's script writes in the viewer's zone.</summary>
    internal static Html Time(DateTimeOffset time) => Html.Of($"""<time datetime="{time.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}">{time.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC</time>""");
}
