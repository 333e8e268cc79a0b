using ParquetPool.Commands;
using ParquetPool.Scorer.Cluster;
using ParquetPool.Scorer.Jobs;

namespace ParquetPool.Scorer.Tests.Simulation;

/// <summary>Three nodes that share two jobs: killed and started again, asleep, cut off, their database away.</summary>
internal sealed class ClusterHistory : IDisposable
{
    private const int Nodes = 3;
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 20, 0, 0, TimeSpan.Zero);
    private readonly World world;
    private readonly Storage storage = new();
    private readonly Database database;
    private readonly JobList jobs;
    private readonly List<SimulatedNode> nodes = [];
    private readonly List<string> faults = [];
    private int started;
    private string watched = "first";
    private bool isCalm;

    /// <param name="pool">A folder of shards.</param>
    public ClusterHistory(uint number, string pool)
    {
        world = new World(seed: 12, number);
        database = new Database(world);
        jobs = new JobList(storage.Folder, [
            new Job("scores", "score", [new JobOption("--model", ["m.onnx"]), new JobOption("--pool", [pool])], Out("scores")) { Triggers = [new WatchedTrigger(() => watched)], Overlap = Overlap.Queue, Retries = 2, BackOff = TimeSpan.FromSeconds(10), Keep = 100 },
            new Job("query", "select", [new JobOption("--scores", ["{scores}"])], Out("query")) { Triggers = [new AfterTrigger("scores")], Overlap = Overlap.Queue, Retries = 2, BackOff = TimeSpan.FromSeconds(10), Keep = 100 },
        ]);
    }

    /// <summary>Plays the history.</summary>
    /// <returns>What went wrong.</returns>
    public IReadOnlyList<string> Play()
    {
        nodes.AddRange(Enumerable.Range(0, Nodes).Select(_ => StartNode()));
        for (var step = 0; step < 10; step++)
        {
            world.RunUntil(() => false, world.Between(1, 40));
            Disturb();
        }
        isCalm = true;
        world.RunUntil(() => false, TimeSpan.FromMinutes(6));
        Check();
        return faults;
    }

    public void Dispose()
    {
        nodes.ForEach(node => node.Kill());
        storage.Dispose();
    }

    private string Out(string job) => Path.Combine(storage.Folder, "outputs", job);

    private string State => Path.Combine(storage.Folder, "state");

    private SimulatedNode StartNode()
    {
        SimulatedNode? node = null;
        node = new SimulatedNode(world, database, $"node-{++started}", jobs, State, (task, stopping) => ExecuteAsync(node!, task, stopping), new CuttingLog(() => { }), Start);
        node.Start();
        return node;
    }

    private void Disturb()
    {
        var place = world.Below(nodes.Count);
        var node = nodes[place];
        switch (world.Below(6))
        {
            case 0 or 1 when !node.Machine.IsDead:
                node.Kill();
                var (at, span) = (place, world.Between(1, 60));
                world.After(span, () => nodes[at] = StartNode());
                break;
            case 2:
                node.Machine.IsAwake = false;
                world.After(world.Between(1, 60), () => node.Machine.IsAwake = true);
                break;
            case 3:
                node.IsCutOff = true;
                world.After(world.Between(1, 60), () => node.IsCutOff = false);
                break;
            case 4:
                database.IsAway = true;
                world.After(world.Between(1, 40), () => database.IsAway = false);
                break;
            default:
                watched = $"at {world.Elapsed}";
                break;
        }
    }

    /// <summary>The command of a task: a part writes a file; a merge reads those of all parts.</summary>
    private async Task<RunOutcome> ExecuteAsync(SimulatedNode node, ClusterTask task, CancellationToken stopping)
    {
        await Task.Delay(world.Between(0.5, 15), node.Machine.Clock, stopping);
        if (!isCalm && world.Chance(0.05))
        {
            return new RunOutcome(ExitCode.Failure, null, "failed");
        }
        try
        {
            var parts = task.Arguments.SkipWhile(argument => argument != "--scores").Skip(1).TakeWhile(argument => !argument.StartsWith("--", StringComparison.Ordinal));
            File.WriteAllText(Path.Combine(task.Folder, "made.txt"), task.Name == TaskPlan.Merge ? string.Join(' ', parts.Select(part => File.ReadAllText(Path.Combine(part, "made.txt")))) : task.Name);
            File.WriteAllText(Path.Combine(task.Folder, "run.json"), "{}"); // At once: what waits for a disk would go on by itself.
            return new RunOutcome(ExitCode.Success, null, null);
        }
        catch (IOException e)
        {
            return new RunOutcome(ExitCode.Failure, null, e.Message);
        }
    }

    private void Check()
    {
        nodes.ForEach(node => node.Kill());
        using var state = StateFolder.Open(State);
        foreach (var run in jobs.Jobs.SelectMany(job => state.Runs(job.Name)))
        {
            Require(!run.IsActive, $"{run.Job}/{run.Id} is still {run.State}: {run.Message}");
            var tasks = database.Tasks.Where(task => task.Key.Run == run.Out).ToList();
            Require(run.State != RunState.Succeeded || tasks.TrueForAll(task => task.Value.State == TaskProgress.Done), $"{run.Job}/{run.Id} succeeded without all its tasks");
            Require(run.State != RunState.Succeeded || run.Job == "query" || database.Ends.GetValueOrDefault((run.Out, TaskPlan.Merge)) == 1, $"{run.Job}/{run.Id} was merged {database.Ends.GetValueOrDefault((run.Out, TaskPlan.Merge))} times");
            Require(run.State != RunState.Succeeded || File.ReadAllText(Path.Combine(run.Out, "made.txt")) == (run.Job == "query" ? "select" : "part-1-of-2 part-2-of-2"), $"{run.Job}/{run.Id} has other files");
        }
        Require(database.Ends.Values.All(times => times == 1), $"a task ended twice: {string.Join(", ", database.Ends.Where(end => end.Value > 1).Select(end => end.Key))}");
        var seen = state.Runs("scores").SelectMany(run => run.Seen.Values).ToList();
        Require(seen.Distinct().Count() == seen.Count, $"a change was acted on twice: {string.Join(", ", seen)}");
        Require(seen.Contains(watched), "a change was lost");
        Require(state.Finished("scores") is not { } newest || state.Runs("query").Any(run => run.Seen.Values.Contains(newest.Id)), "a run that another waits for was lost");
    }

    private void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            faults.Add(otherwise);
        }
    }
}
