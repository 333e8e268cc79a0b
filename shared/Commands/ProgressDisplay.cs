using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ParquetPool.Commands;

/// <summary>Where progress goes.</summary>
public enum ProgressMode
{
    /// <summary>Nothing is shown.</summary>
    Quiet,

    /// <summary>A plain line every few seconds, for logs and pipes.</summary>
    Lines,

    /// <summary>A bar that moves, for a terminal.</summary>
    Bar,

    /// <summary>A <see cref="StageProgress"/> every second, for a service.</summary>
    Records,
}

/// <summary>Shows how far a long step is: count, rate, time left. Everything goes to stderr.</summary>
public sealed class ProgressDisplay(ProgressMode mode, TextWriter error, TimeProvider clock)
{
    private readonly TimeSpan lineEvery = TimeSpan.FromSeconds(mode == ProgressMode.Records ? 1 : 5);

    /// <summary>Runs <paramref name="work"/>, which calls its argument with the units done since the last call, from any thread.</summary>
    /// <param name="what">The step, e.g. <c>scoring</c>.</param>
    /// <param name="total">The units in all.</param>
    /// <param name="unit">The unit, e.g. <c>rows</c>.</param>
    public Task<T> RunAsync<T>(string what, long total, string unit, Func<Action<long>, Task<T>> work) => mode switch
    {
        ProgressMode.Bar => BarAsync(what, total, unit, work),
        ProgressMode.Lines or ProgressMode.Records => LinesAsync(what, total, unit, work),
        _ => work(_ => { }),
    };

    /// <summary>The same for work that keeps a thread busy: it is done on one of the pool's.</summary>
    public Task<T> WorkAsync<T>(string what, long total, string unit, Func<Action<long>, T> work) => RunAsync(what, total, unit, advance => Task.Run(() => work(advance)));

    /// <summary>Prints a line of its own, unless quiet.</summary>
    public void Say(string line)
    {
        if (mode != ProgressMode.Quiet)
        {
            error.WriteLine(PlainLine.Of(line));
        }
    }

    private async Task<T> LinesAsync<T>(string what, long total, string unit, Func<Action<long>, Task<T>> work)
    {
        var start = clock.GetTimestamp();
        var last = start;
        long done = 0;
        void Advance(long units)
        {
            var now = Interlocked.Add(ref done, units);
            var seen = Interlocked.Read(ref last);
            if (clock.GetElapsedTime(seen) >= lineEvery && Interlocked.CompareExchange(ref last, clock.GetTimestamp(), seen) == seen)
            {
                error.WriteLine(Line(what, now, total, unit, clock.GetElapsedTime(start)));
            }
        }
        var result = await work(Advance);
        error.WriteLine(Line(what, done, done, unit, clock.GetElapsedTime(start), ended: true));
        return result;
    }

    private string Line(string what, long done, long total, string unit, TimeSpan elapsed, bool ended = false)
    {
        if (mode == ProgressMode.Records)
        {
            return new StageProgress(what, done, total, unit, Math.Round(elapsed.TotalSeconds, 3), ended).ToLine();
        }
        var rate = done / Math.Max(elapsed.TotalSeconds, 1e-9);
        return done < total
            ? FormattableString.Invariant($"{what}: {done:N0} of {total:N0} {unit}, {Rate(rate)} {unit}/s, {(total - done) / Math.Max(rate, 1e-9):N0} s left")
            : FormattableString.Invariant($"{what}: {done:N0} {unit} in {elapsed.TotalSeconds:N1} s, {Rate(rate)} {unit}/s");
    }

    private static string Rate(double rate) => rate.ToString(rate < 10 ? "0.##" : "N0", CultureInfo.InvariantCulture);

    private Task<T> BarAsync<T>(string what, long total, string unit, Func<Action<long>, Task<T>> work)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(error) });
        return console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RateColumn(unit), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var task = context.AddTask(Markup.Escape(what), maxValue: Math.Max(1, total));
                var result = await work(units => task.Increment(units));
                task.Value = task.MaxValue;
                return result;
            });
    }

    private sealed class RateColumn(string unit) : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(FormattableString.Invariant($"{Rate(task.Speed ?? 0)} {unit}/s"));
    }
}
