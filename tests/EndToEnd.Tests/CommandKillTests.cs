using System.Diagnostics;
using ParquetPool.Randomness;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>Every command is killed at moments of its life: started again it is not refused, and ends with the files of one that nobody disturbed.</summary>
/// <remarks>A sample; with <c>PARQUETPOOL_KILLS=FILE</c> in the environment 16 kills of every command, of which the file tells.</remarks>
public sealed class CommandKillTests : IDisposable
{
    private const int Sampled = 4;
    private const int KillsOfEach = 16;
    private const int MostAttempts = 40; // Some are faster than their kill.
    private readonly TestFolder folder = new();
    private readonly CommandSteps steps;
    private readonly string? log = Environment.GetEnvironmentVariable("PARQUETPOOL_KILLS");
    private readonly List<string> findings = [];

    public CommandKillTests() => steps = new CommandSteps(folder.Root);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task AKilledCommandIsStartedAgainAndLeavesTheFilesOfAnUndisturbedOne()
    {
        steps.WriteInputs();
        await Tool.Trainer(steps.MakeTestSplit()).Succeeds();
        var random = new PhiloxStream(seed: 9, stream: 0);
        var killed = 0;
        foreach (var step in log is null ? steps.All.Take(Sampled) : steps.All)
        {
            var (made, changing, life) = await MakeAsync(step);
            var reached = 0;
            for (var attempt = 0; reached < KillsOfEach && attempt < (log is null ? 1 : MostAttempts); attempt++)
            {
                reached += await TryAsync(step, made, changing, life * random.Uniform()) ? 1 : 0;
            }
            killed += reached;
            Tell($"{step.Name}: {reached} kills before its end, life {life.TotalSeconds:F2} s");
        }
        Tell($"{killed} kills in all, {findings.Count} findings");

        findings.Should().BeEmpty();
    }

    private string PlaceOf(CommandSteps.CommandStep step) => folder.File("work", step.Name);

    /// <summary>What the command makes, which files of it tell times, and how long it takes.</summary>
    private async Task<(OutputState Made, IReadOnlySet<string> Changing, TimeSpan Life)> MakeAsync(CommandSteps.CommandStep step)
    {
        var (watch, life) = (new Stopwatch(), TimeSpan.MaxValue);
        var states = new List<OutputState>();
        for (var time = 0; time < 2; time++)
        {
            Begin(step);
            watch.Restart();
            await RunAsync(step).Succeeds();
            life = watch.Elapsed < life ? watch.Elapsed : life;
            states.Add(OutputState.Of(PlaceOf(step)));
        }
        OutputState.Copy(PlaceOf(step), steps.Made(step.Name));
        var changing = states[0].Differences(states[1]).ToHashSet();
        return (states[1].Without(changing), changing, life);
    }

    private void Begin(CommandSteps.CommandStep step) => OutputState.Copy(step.In is { } other ? steps.Made(other) : "", PlaceOf(step));

    private Task<Tool.Result> RunAsync(CommandSteps.CommandStep step) =>
        step.Program == "trainer" ? Tool.Trainer(step.Arguments(PlaceOf(step), false)) : Tool.Scorer(step.Arguments(PlaceOf(step), false));

    /// <summary>Whether the kill came before the end.</summary>
    private async Task<bool> TryAsync(CommandSteps.CommandStep step, OutputState made, IReadOnlySet<string> changing, TimeSpan after)
    {
        Begin(step);
        using var process = Tool.Start(step.Program, step.Arguments(PlaceOf(step), false));
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var exit = process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await Task.WhenAny(exit, Task.Delay(after, TestContext.Current.CancellationToken));
        process.Kill();
        await exit;
        if (process.ExitCode == 0)
        {
            return false;
        }
        var again = await RunAsync(step);
        var state = OutputState.Of(PlaceOf(step));
        var what = $"{step.Name}, killed after {after.TotalSeconds:F2} s";
        if (process.ExitCode != 128 + 9)
        {
            Find($"{what}: exit code {process.ExitCode}: {await error}");
        }
        if (again.ExitCode != 0)
        {
            Find($"{what}: refused: {again.Error}");
        }
        // A round that was published before the kill is not made again: another is.
        else if (state.Without(changing).Differences(made).Where(name => !name.Contains("round-0002", StringComparison.Ordinal)).ToList() is { Count: > 0 } other)
        {
            Find($"{what}: {string.Join(' ', other)}");
        }
        if (state.LeftOvers.Any())
        {
            Find($"{what}: left over: {string.Join(' ', state.LeftOvers)}");
        }
        return true;
    }

    private void Find(string finding)
    {
        findings.Add(finding);
        Tell(finding);
    }

    private void Tell(string line)
    {
        if (log is not null)
        {
            File.AppendAllText(log, line + "\n");
        }
    }
}
