using ParquetPool.Randomness;
using ParquetPool.Storage;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>
/// Lets the operations on files of every command fail, one at a time: what is left is the old result or the new one, and the command started again ends
/// with the files of a run that nothing disturbed.
/// </summary>
/// <remarks>A sample; with <c>PARQUETPOOL_FAULTS=FILE</c> in the environment every operation fails in every way, and the file tells of it.</remarks>
public sealed class FaultTests : IDisposable
{
    private const int Sampled = 90;
    private const int ToldEach = 50;
    private readonly TestFolder folder = new();
    private readonly CommandSteps steps;
    private readonly FaultHost host;
    private readonly List<string> findings = [];
    private readonly string? log = Environment.GetEnvironmentVariable("PARQUETPOOL_FAULTS");
    private int tried;

    public FaultTests() => (steps, host) = (new CommandSteps(folder.Root), new FaultHost(folder.Root));

    public void Dispose()
    {
        host.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void WhateverOperationOnAFileFailsTheOldResultOrTheNewOneIsThere()
    {
        steps.WriteInputs();
        Succeed("trainer", steps.MakeTestSplit());
        var cases = steps.All.SelectMany(Prepare).ToList();
        var points = cases.SelectMany(made => Enum.GetValues<Fault>().SelectMany(fault => Enumerable.Range(1, (int)made.Of(fault)).Select(at => (made, fault, at)))).ToList();
        var random = new PhiloxStream(seed: 8, stream: 0);
        // In a drawn order, so that a long run that is stopped was a sample of all.
        foreach (var (made, fault, at) in points.Select(point => (point, key: random.Uniform())).OrderBy(of => of.key).Select(of => of.point).Take(log is null ? Sampled : points.Count))
        {
            Try(made, fault, at);
            if (tried % ToldEach == 0)
            {
                Tell($"{tried} of {points.Count} faults tried, {findings.Count} findings");
            }
        }
        Tell($"{tried} faults in {cases.Count} runs of {steps.All.Count} commands, {findings.Count} findings");

        findings.Should().BeEmpty();
    }

    /// <summary>A command's runs without a fault: into an empty folder, and over the output of an earlier one.</summary>
    private IEnumerable<Prepared> Prepare(CommandSteps.CommandStep step)
    {
        foreach (var hasEarlier in step.In is null ? new[] { false, true } : [true])
        {
            var start = folder.File("start", $"{step.Name}-{hasEarlier}", "x")[..^2];
            var place = folder.File("work", step.Name);
            Reset(start, place, step, hasEarlier);
            var before = OutputState.Of(place);
            OutputState.Copy(place, start);
            var first = Succeed(step.Program, step.Arguments(place, false), place);
            var once = OutputState.Of(place);
            if (!hasEarlier || step.In is not null)
            {
                OutputState.Copy(place, steps.Made(step.Name));
            }
            OutputState.Copy(start, place);
            var reads = Succeed(step.Program, step.Arguments(place, false), folder.Root, Fault.Unreadable);
            var changing = once.Differences(OutputState.Of(place)).ToHashSet();
            Tell($"{step.Name}{(hasEarlier ? " over an earlier output" : "")}: {first} operations that write, {reads} that read; {string.Join(' ', changing)} differ each time");
            yield return new Prepared(step, place, start, before, once.Without(changing), changing, first, reads);
        }
    }

    private void Reset(string start, string place, CommandSteps.CommandStep step, bool hasEarlier)
    {
        OutputState.Copy(start, place);
        if (step.In is { } other)
        {
            OutputState.Copy(steps.Made(other), place);
        }
        else if (hasEarlier)
        {
            Succeed(step.Program, step.Arguments(place, true));
        }
    }

    private void Try(Prepared made, Fault fault, int at)
    {
        tried++;
        OutputState.Copy(made.Start, made.Place);
        var (step, place, old) = (made.Step, made.Place, made.Before.Without(made.Changing));
        var what = $"{step.Name}{(made.Before.Files.Count > 0 ? " over an earlier output" : "")}, operation {at} of {made.Of(fault)}, {fault}";
        var answer = host.Run(step.Program, step.Arguments(place, false), fault == Fault.Unreadable ? folder.Root : place, at, fault);
        var left = OutputState.Of(place);
        var now = left.Without(made.Changing);
        void Find(string finding)
        {
            findings.Add($"{what}: {finding}");
            Tell(findings[^1]);
        }
        if (answer.ExitCode is not (0 or 1) || answer.Error.Contains("this is a bug", StringComparison.Ordinal))
        {
            Find($"exit code {answer.ExitCode}: {answer.Error}");
        }
        if (answer.ExitCode == 1 && answer.Error.TrimEnd().Contains('\n', StringComparison.Ordinal))
        {
            Find($"more than a line: {answer.Error}");
        }
        if (answer.ExitCode == 0 && now.Differences(made.After).Any())
        {
            Find($"exit code 0, but {string.Join(' ', now.Differences(made.After))}");
        }
        foreach (var (name, hash) in now.Files.Where(file => IsNeither(file.Key, file.Value)))
        {
            Find($"{name} is neither the old one nor the new one ({hash})");
        }
        if (IsWhole(step, place) && now.Differences(old).Any() && now.Differences(made.After).Any())
        {
            Find($"whole, it says, but neither the old result ({string.Join(' ', now.Differences(old))}) nor the new one ({string.Join(' ', now.Differences(made.After))})");
        }
        if (answer.ExitCode != 0 && !left.Differences(made.Before).Any())
        {
            return; // What starts again is the undisturbed run.
        }
        var again = host.Run(step.Program, step.Arguments(place, false), place);
        var end = OutputState.Of(place);
        if (again.ExitCode != 0)
        {
            Find($"started again: exit code {again.ExitCode}: {again.Error}");
        }
        else if (end.Without(made.Changing).Differences(made.After).Any() && !(answer.ExitCode == 0 && step.Name is "train" or "embed" or "prune" or "rank"))
        {
            Find($"started again: {string.Join(' ', end.Without(made.Changing).Differences(made.After))}");
        }
        if (end.LeftOvers.Any())
        {
            Find($"left over: {string.Join(' ', end.LeftOvers)}");
        }

        bool IsNeither(string name, string hash) => hash != old.Files.GetValueOrDefault(name) && hash != made.After.Files.GetValueOrDefault(name);
    }

    /// <summary>Whether what lies there says that it is a whole result.</summary>
    private static bool IsWhole(CommandSteps.CommandStep step, string place) =>
        step.Record is { } record ? File.Exists(Path.Combine(place, record))
        : WrittenFiles.Read(place).Hashes is { Count: > 0 } list && list.Values.All(hash => hash is not null);

    private long Succeed(string program, string[] arguments, string below = "/nowhere", Fault fault = Fault.Error)
    {
        var answer = host.Run(program, arguments, below, at: 0, fault);
        answer.ExitCode.Should().Be(0, $"{program} {string.Join(' ', arguments)}: {answer.Error}");
        return answer.Operations;
    }

    private void Tell(string line)
    {
        if (log is not null)
        {
            File.AppendAllText(log, line + "\n");
        }
    }

    /// <summary>A command, where it starts from and what it makes.</summary>
    /// <param name="Start">A copy of what lies in its place before it.</param>
    /// <param name="Changing">Files that tell times.</param>
    /// <param name="Writes">Operations on files below its place.</param>
    /// <param name="Reads">Operations on files of the whole test.</param>
    private sealed record Prepared(CommandSteps.CommandStep Step, string Place, string Start, OutputState Before, OutputState After, IReadOnlySet<string> Changing, long Writes, long Reads)
    {
        public long Of(Fault fault) => fault == Fault.Unreadable ? Reads : Writes;
    }
}
