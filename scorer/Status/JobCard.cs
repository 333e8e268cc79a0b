using System.Text.Json;
using ParquetPool.Scorer.Jobs;

namespace ParquetPool.Scorer.Status;

/// <summary>What the page shows of a job, and what may be done with it.</summary>
/// <param name="form">A hidden field that each form carries against forged requests.</param>
internal sealed class JobCard(Job job, StateFolder state, JobScheduler scheduler, DateTimeOffset now, Html form)
{
    private const int ShownRuns = 20;

    /// <summary>The run by which a job is judged: the newest that came to an end.</summary>
    public static JobRun? LastOf(IReadOnlyList<JobRun> runs) => runs.LastOrDefault(run => run.State is RunState.Succeeded or RunState.Failed or RunState.Cancelled);

    public Html ToHtml()
    {
        var runs = state.Runs(job.Name);
        var active = runs.FirstOrDefault(run => run.IsActive);
        var last = LastOf(runs);
        var paused = state.PausedSince(job.Name);
        return Html.Of($"""
            <section class="job" id="job-{job.Name}" tabindex="-1">
              <div class="bar">
                <h2>{job.Name}</h2><span class="tag">{job.Command}</span>{Badge(active ?? last)}{(paused is null ? default : Html.Of($"""<span class="state paused">paused</span>"""))}
                <form method="post" action="/jobs/{job.Name}">{form}{Html.Each(Actions(active, last, paused is not null), Button)}</form>
              </div>
              <p class="faint">{(job.Triggers.Count == 0 ? "by hand" : string.Join(" · ", job.Triggers.Select(trigger => trigger.Words)))}</p>
              {(paused is { } since ? Html.Of($"""<p class="hint">Paused since {Time(since)}: nothing starts by itself until it is resumed. Times that pass meanwhile are passed over.</p>""") : default)}
              {(active is null ? default : Progress(active))}
              <dl>
                <dt>Next</dt><dd>{(paused is not null ? Html.Of($"when it is resumed") : Schedule.Next(job, now) is { } next ? Html.Of($"{Time(next)} <small>in {Duration.Text(next - now)}</small>") : Html.Of($"at no fixed time"))}</dd>
                <dt>Last</dt><dd>{(last is null ? Html.Of($"never") : Html.Of($"{Time(last.Finished!.Value)} <small>{Took(last)}{Found(last)}</small>"))}{Failure(last)}{(last is null ? default : Html.Each(last.Deliveries, Delivered))}</dd>
              </dl>
              {Links(active ?? last, state.Finished(job.Name))}
              {(state.Finished(job.Name) is { } finished ? Files(finished) : default)}
              {(runs.Count == 0 ? default : History(runs))}
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
        : Html.Of($"""<p class="progress">{(run.State == RunState.Running ? Html.Of($"starting") : run.NotBefore is { } time ? Html.Of($"tries again at {Time(time)}: {run.Message}") : Html.Of($"waits {(state.PausedSince(job.Name) is not null && run.Cause != JobRun.ByHand ? "until the job is resumed" : "for its turn")}"))}</p>""");

    private static Html Files(JobRun run) => Html.Of($"""
        <ul class="files">{Html.Each(RunFiles.Of(run), file => Html.Of($"""<li><a href="{Link(run, file)}">{file.Name}</a> <small>{Size(file.Length)}</small></li>"""))}</ul>
        """);

    private Html History(IReadOnlyList<JobRun> runs) => Html.Of($"""
        <details id="history-{job.Name}"><summary>History</summary>
        <div class="scroll" tabindex="0" role="region" aria-label="History of {job.Name}"><table><thead><tr><th>Due</th><th>State</th><th>Started by</th><th>Took</th><th>Result</th><th>Log</th></tr></thead><tbody>
        {Html.Each(runs.Reverse().Take(ShownRuns), run => Html.Of($"""
            <tr><td>{Time(run.Due)}</td><td>{Badge(run)}</td><td>{run.Cause}</td><td>{Took(run)}</td><td>{(run.State == RunState.Succeeded ? Html.Of($"{Found(run).TrimStart(':', ' ')}{Html.Each(RunFiles.Of(run).Take(1), file => Html.Of($""" <a href="{Link(run, file)}">{file.Name}</a>"""))}") : Html.Of($"{run.Message}"))}</td><td>{(File.Exists(state.LogOf(run)) ? Html.Of($"""<a href="/logs/{run.Job}/{run.Id}">log</a>""") : default)}</td></tr>
            """))}
        </tbody></table></div></details>
        """);

    /// <summary>What a person may do now. Each is the last part of the address that does it.</summary>
    private static IEnumerable<(string Action, string Text, bool IsMain)> Actions(JobRun? active, JobRun? last, bool isPaused)
    {
        if (active is not null)
        {
            yield return ("cancel", active.IsCancelled ? "Cancelling" : "Cancel", false);
        }
        if ((active ?? last) is { } run && run.MayBeRetried)
        {
            yield return ("retry", active is null ? "Retry" : "Retry now", active is null);
        }
        yield return (isPaused ? ("resume", "Resume", true) : ("pause", "Pause", false));
        if (active is not { IsFresh: true })
        {
            yield return ("run", "Run now", active is null && !isPaused && last?.State != RunState.Failed);
        }
    }

    private Html Button((string Action, string Text, bool IsMain) of) => Html.Of(
        $"""<button formaction="/jobs/{job.Name}/{of.Action}" data-action="{of.Action}"{(of.IsMain ? Html.Of($" class=\"main\"") : default)}{(of.Text == "Cancelling" ? Html.Of($" disabled") : default)}>{of.Text}</button>""");

    /// <summary>The page of the newest run that has one, and the log of the run that runs, or else of the last.</summary>
    private Html Links(JobRun? run, JobRun? finished)
    {
        var page = finished is null ? null : RunFiles.Of(finished).FirstOrDefault(file => file.Extension == ".html");
        var log = run is not null && File.Exists(state.LogOf(run)) ? Html.Of($"""<a href="/logs/{run.Job}/{run.Id}">Log</a>""") : default;
        return Html.Of($"""<p class="links">{(page is null ? default : Html.Of($"""<a href="{Link(finished!, page)}">Report</a> """))}{log}</p>""");
    }

    private static string Link(JobRun run, FileInfo file) => $"/files/{run.Job}/{run.Id}/{Uri.EscapeDataString(file.Name)}";

    private static Html Time(DateTimeOffset time) => StatusPage.Time(time);

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
