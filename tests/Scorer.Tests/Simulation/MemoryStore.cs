using Npgsql;
using ParquetPool.Scorer.Cluster;
using ParquetPool.Scorer.Jobs;

namespace ParquetPool.Scorer.Tests.Simulation;

/// <summary>The store of one node, whose way to the database may be cut, before a statement is done or before its answer is there.</summary>
internal sealed class MemoryStore(Database database, World world, SimulatedNode node) : ClusterStore(null!), ITaskOffers
{
    public override Task AddAsync(IReadOnlyList<ClusterTask> tasks, CancellationToken stopping) => DoAsync(() =>
    {
        foreach (var task in tasks)
        {
            database.Tasks.TryAdd((task.Run, task.Name), new Database.Row(task));
        }
        return 0;
    }, stopping);

    public override Task<IReadOnlyList<TaskProgress>> TasksAsync(string run, CancellationToken stopping) => DoAsync<IReadOnlyList<TaskProgress>>(() =>
        [.. Of(run).OrderBy(row => row.Task.Name, StringComparer.Ordinal).Select(row => new TaskProgress(row.Task, row.State, row.Outcome?.ExitCode, row.Outcome?.Message, null))], stopping);

    public override Task<IReadOnlyList<string>> UnscheduledAsync(string run, string scheduler, TimeSpan silence, CancellationToken stopping) => DoAsync<IReadOnlyList<string>>(() =>
    {
        database.Offers.RemoveAll(offer => offer.Key.Run == run && offer is { Node: not null, IsBegun: false } && offer.TakenAt + silence < database.Now);
        return [.. Of(run).Where(row => row.State is "waiting" or "running" && !database.Offers.Any(offer => offer.Key == (run, row.Task.Name))).Select(row => row.Task.Name)];
    }, stopping);

    public override Task<ClusterTask?> ClaimAsync(string run, string task, string name, CancellationToken stopping) => DoAsync(() =>
    {
        if (database.Tasks.GetValueOrDefault((run, task)) is not { State: "waiting" or "running" } row)
        {
            return null;
        }
        (row.State, row.Task, row.Outcome) = ("running", row.Task with { Attempt = row.Task.Attempt + 1 }, null);
        return row.Task;
    }, stopping);

    public override Task<bool> BeatAsync(ClusterTask task, CancellationToken stopping) => DoAsync(() => IsNewest(task), stopping);

    public override Task<bool> FinishAsync(ClusterTask task, RunOutcome outcome, CancellationToken stopping) => DoAsync(() =>
    {
        if (!IsNewest(task))
        {
            return false;
        }
        var row = database.Tasks[(task.Run, task.Name)];
        (row.State, row.Outcome) = (outcome.ExitCode == 0 ? TaskProgress.Done : TaskProgress.Failed, outcome);
        if (outcome.ExitCode == 0)
        {
            database.Ends[(task.Run, task.Name)] = database.Ends.GetValueOrDefault((task.Run, task.Name)) + 1;
        }
        return true;
    }, stopping);

    public override Task ReopenAsync(string run, CancellationToken stopping) => SetAsync(row => row.Task.Run == run && row.State is "failed" or "cancelled", "waiting", stopping);

    public override Task CancelAsync(string run, CancellationToken stopping) => SetAsync(row => row.Task.Run == run && row.State is "waiting" or "running", "cancelled", stopping);

    public override Task<IReadOnlyList<string>> TidyAsync(IReadOnlyList<string> active, CancellationToken stopping) => DoAsync<IReadOnlyList<string>>(() =>
    {
        foreach (var row in database.Tasks.Values.Where(row => row.State is "waiting" or "running" && !active.Contains(row.Task.Run)))
        {
            row.State = "cancelled";
        }
        return [.. database.Tasks.Values.Select(row => row.Task.Run).Distinct().Except(active)];
    }, stopping);

    public override Task<bool> LeadAsync(string name, TimeSpan span, CancellationToken stopping) => DoAsync(() =>
    {
        var given = database.Lease.Holder == name || database.Lease.Until < database.Now;
        database.Lease = given ? (name, database.Now + span) : database.Lease;
        return given;
    }, stopping);

    public override Task YieldAsync(string name, CancellationToken stopping) => DoAsync(() =>
    {
        database.Lease = database.Lease.Holder == name ? (name, database.Now) : database.Lease;
        return 0;
    }, stopping);

    public Task ScheduleAsync(string run, string task, CancellationToken stopping) => DoAsync(() =>
    {
        database.Offers.RemoveAll(offer => offer.Key == (run, task) && offer.Node is null);
        database.Offers.Add(new Database.Offer(run, task));
        return 0;
    }, stopping);

    public Task ForgetAsync(string run, CancellationToken stopping) => DoAsync(() => database.Offers.RemoveAll(offer => offer.Key.Run == run && offer.Node is null), stopping);

    /// <summary>Says that the node lives, and gives back what silent ones have begun.</summary>
    public Task CheckInAsync(TimeSpan every, CancellationToken stopping) => DoAsync(() =>
    {
        database.CheckedIn[node.Name] = database.Now;
        foreach (var offer in database.Offers.Where(offer => offer.Node is { } other && database.CheckedIn.GetValueOrDefault(other) + (2 * every) < database.Now))
        {
            offer.Node = null;
        }
        return 0;
    }, stopping);

    /// <summary>Takes an offer of which no other is begun.</summary>
    public Task<Database.Offer?> TakeAsync(CancellationToken stopping) => DoAsync(() =>
    {
        var free = database.Offers.Where(offer => offer.Node is null && !database.Offers.Any(other => other.Key == offer.Key && other.Node is not null)).ToList();
        var taken = free.Count == 0 ? null : free[world.Below(free.Count)];
        if (taken is not null)
        {
            (taken.Node, taken.TakenAt) = (node.Name, database.Now);
        }
        return taken;
    }, stopping);

    public Task EndAsync(Database.Offer offer, CancellationToken stopping) => DoAsync(() => offer.Node == node.Name && database.Offers.Remove(offer), stopping);

    private IEnumerable<Database.Row> Of(string run) => database.Tasks.Values.Where(row => row.Task.Run == run);

    private bool IsNewest(ClusterTask task) => database.Tasks.GetValueOrDefault((task.Run, task.Name)) is { State: "running" } row && row.Task.Attempt == task.Attempt;

    private Task<int> SetAsync(Func<Database.Row, bool> which, string state, CancellationToken stopping) => DoAsync(() =>
    {
        foreach (var row in database.Tasks.Values.Where(which))
        {
            row.State = state;
        }
        return 0;
    }, stopping);

    private async Task<T> DoAsync<T>(Func<T> statement, CancellationToken stopping)
    {
        await Task.Delay(world.Between(0.001, 0.05), node.Machine.Clock, stopping);
        Require();
        var answer = statement();
        await Task.Delay(world.Between(0.001, 0.05), node.Machine.Clock, stopping);
        Require();
        return answer;
    }

    private void Require()
    {
        if (database.IsAway || node.IsCutOff)
        {
            throw new NpgsqlException("away");
        }
    }
}
