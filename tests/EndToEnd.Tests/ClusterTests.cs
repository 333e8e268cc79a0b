using System.Text.Json;
using Npgsql;
using ParquetPool.Randomness;
using ParquetPool.Scorer.Cluster;
using ParquetPool.Shards;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>Several real services and a real database that are killed, cut off and stopped.</summary>
public sealed class ClusterTests : IAsyncLifetime
{
    private const int Nodes = 3;
    private const int Kills = 10;
    private const int Seeds = 4;
    private readonly TestFolder folder = new();
    private readonly Postgres postgres = Required.Postgres();
    private readonly List<Node> nodes = [];
    private int shards;

    private string Cluster => folder.File("cluster.conn");

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(Cluster, postgres.ConnectionString + "\n");
        await Tool.Scorer("cluster", "init", "--cluster", Cluster).Succeeds();
        // The database itself remembers every end of a task, so that a second one is never overlooked.
        await SqlAsync(
            """
            CREATE TABLE ends (run text, task text);
            CREATE FUNCTION remember() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO ends VALUES (NEW.run, NEW.task); RETURN NEW; END $$;
            CREATE TRIGGER remember AFTER UPDATE ON scorer_tasks FOR EACH ROW WHEN (NEW.state = 'done' AND OLD.state <> 'done') EXECUTE FUNCTION remember();
            """);
        SmallPool.WriteModel(folder.File("model.onnx"));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }
        postgres.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task NodesThatAreKilledAndADatabaseThatIsAwayLoseNoTaskAndMergeNoneTwice()
    {
        AddShards(6);
        var jobs = WriteJobs(Enumerable.Range(0, Seeds).Select(seed => $$"""
            { "name": "seed-{{seed}}", "command": "score", "triggers": [{ "newShards": "pool", "quiet": "0.1s" }], "keep": 100,
              "options": { "model": "model.onnx", "pool": "pool", "out": "scored-{{seed}}", "passes": 40, "seed": {{seed}}, "top": 100, "on-bad-rows": "reject" } }
            """));
        for (var i = 0; i < Nodes; i++)
        {
            nodes.Add(Start(jobs));
        }
        var alive = nodes.ToList();
        var random = new PhiloxStream(seed: 6, stream: 0);
        for (var kill = 1; kill <= Kills; kill++)
        {
            await UntilAsync(IsAtWork);
            await Task.Delay(TimeSpan.FromSeconds(2 * random.Uniform()), TestContext.Current.CancellationToken);
            var victim = (int)(Nodes * random.Uniform());
            await alive[victim].KillAsync();
            nodes.Add(alive[victim] = Start(jobs));
            if (kill == Kills / 2)
            {
                await UntilAsync(() => alive.All(node => node.Log.Contains("of the cluster at", StringComparison.Ordinal)));
                postgres.Stop();
                await Task.Delay(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken); // Longer than any node's silence is borne.
                postgres.Resume();
            }
        }
        await UntilAsync(AllScored);

        alive.Should().OnlyContain(node => !node.HasExited);
        for (var seed = 0; seed < Seeds; seed++)
        {
            await Tool.Scorer(
                "score", "-q", "--model", folder.File("model.onnx"), "--pool", folder.File("pool"), "--out", folder.File($"alone-{seed}"), "--passes", "40", "--seed", $"{seed}", "--top", "100", "--on-bad-rows", "reject").Succeeds();
            Outputs($"scored-{seed}/latest").Should().BeEquivalentTo(Outputs($"alone-{seed}"));
            ScoreFiles($"scored-{seed}/latest/parts").Should().BeEquivalentTo(ScoreFiles($"alone-{seed}"));
        }
        (await SqlAsync("SELECT run || ' ' || task FROM ends GROUP BY run, task HAVING count(*) > 1")).Should().BeEmpty("no task ends twice");
        (await SqlAsync("SELECT run || ' ' || task FROM scorer_tasks WHERE state <> 'done'")).Should().BeEmpty("no task is lost");
        (await SqlAsync("SELECT run FROM ends WHERE task = 'merge'")).Should().BeEquivalentTo(Runs().Select(run => run.GetProperty("out").GetString()));
        Runs().Should().OnlyContain(run => run.GetProperty("state").GetString() == "succeeded" && run.GetProperty("attempts").GetInt32() == 1);
        nodes.Should().OnlyContain(node => !node.Log.Contains(Postgres.Password, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ANodeThatWasTakenForDeadAndGoesOnHarmsNothing()
    {
        AddShards(2);
        var jobs = WriteJobs(["""
            { "name": "nightly", "command": "score", "triggers": [{ "newShards": "pool", "quiet": "0.1s" }],
              "options": { "model": "model.onnx", "pool": "pool", "out": "scored", "passes": 100, "on-bad-rows": "reject" } }
            """]);
        nodes.Add(Start(jobs));
        await UntilAsync(() => RunningTasks() > 0);

        nodes[0].Signal("STOP"); // As a machine that hangs: neither the service nor its command knows that time passes.
        nodes.Add(Start(jobs));
        await UntilAsync(() => Scalar("SELECT count(*) FROM scorer_tasks WHERE attempt > 1") > 0);
        nodes[0].Signal("CONT");
        await UntilAsync(() => Runs().Any(run => run.GetProperty("state").GetString() == "succeeded"));

        await Tool.Scorer("score", "-q", "--model", folder.File("model.onnx"), "--pool", folder.File("pool"), "--out", folder.File("alone"), "--passes", "100", "--on-bad-rows", "reject").Succeeds();
        Outputs("scored/latest").Should().BeEquivalentTo(Outputs("alone"));
        (await SqlAsync("SELECT run || ' ' || task FROM ends GROUP BY run, task HAVING count(*) > 1")).Should().BeEmpty();
        nodes[0].HasExited.Should().BeFalse();
    }

    [Fact]
    public async Task WhatTheSchedulerLostWithItsNodesIsFoundAndWhatGoesOnIsNot()
    {
        await using var database = NpgsqlDataSource.Create(postgres.ConnectionString);
        var store = new ClusterStore(database);
        await store.AddAsync([.. "abcdefg".Select(name => new ClusterTask("/run", $"{name}", ["score"], "/work"))], TestContext.Current.CancellationToken);
        await SqlAsync("""
            UPDATE scorer_tasks SET changed = now() - interval '1 hour';
            UPDATE scorer_tasks SET state = 'running', seen = now() - interval '1 hour' WHERE task IN ('b', 'c');
            UPDATE scorer_tasks SET state = 'running', seen = now() WHERE task = 'e';
            INSERT INTO qrtz_job_details (sched_name, job_name, job_group, job_class_name, is_durable, is_nonconcurrent, is_update_data, requests_recovery)
              SELECT 'scorer', task, job_group, 'x', true, true, false, true FROM scorer_tasks WHERE task <> 'f';
            INSERT INTO qrtz_triggers (sched_name, trigger_name, trigger_group, job_name, job_group, trigger_state, trigger_type, start_time)
              SELECT 'scorer', task, job_group, task, job_group, CASE task WHEN 'a' THEN 'WAITING' WHEN 'd' THEN 'BLOCKED' WHEN 'g' THEN 'ACQUIRED' ELSE 'COMPLETE' END, 'SIMPLE', 0 FROM scorer_tasks WHERE task <> 'f';
            INSERT INTO qrtz_scheduler_state VALUES ('scorer', 'live', (extract(epoch FROM now()) + 62135596800) * 10000000, 1000), ('scorer', 'silent', 0, 1000);
            INSERT INTO qrtz_fired_triggers (sched_name, entry_id, trigger_name, trigger_group, instance_name, fired_time, sched_time, priority, state, job_name, job_group, is_nonconcurrent)
              SELECT 'scorer', task, task, job_group, CASE task WHEN 'b' THEN 'silent' ELSE 'live' END, 0, 0, 5, CASE task WHEN 'g' THEN 'ACQUIRED' ELSE 'EXECUTING' END, task, job_group, true FROM scorer_tasks WHERE task IN ('b', 'c', 'g');
            """);

        (await store.UnscheduledAsync("/run", "scorer", TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken)).Should().BeEquivalentTo("b", "d", "f", "g");

        (await SqlAsync("SELECT task FROM scorer_tasks t JOIN qrtz_fired_triggers f ON f.job_name = t.task")).Should().BeEquivalentTo("c");
    }

    [Fact]
    public async Task EveryCommandOfAJobRunsInAClusterAndLeavesItsFiles()
    {
        AddShards(3);
        var jobs = WriteJobs([
            """{ "name": "nightly", "command": "score", "options": { "model": "model.onnx", "pool": "pool", "out": "scored", "on-bad-rows": "reject" }, "triggers": [{ "newShards": "pool", "quiet": "0.1s" }] }""",
            """{ "name": "query", "command": "select", "options": { "scores": "{nightly}", "top": 20, "strategy": "top", "out": "query" }, "triggers": [{ "after": "nightly" }] }""",
            """{ "name": "copies", "command": "audit", "options": { "within": "pool", "out": "audited", "on-bad-rows": "reject" }, "triggers": [{ "after": "nightly" }] }""",
            """{ "name": "strict", "command": "score", "options": { "model": "model.onnx", "pool": "pool", "out": "strict" }, "triggers": [{ "after": "nightly" }] }""",
        ]);
        nodes.AddRange([Start(jobs), Start(jobs)]);

        await UntilAsync(() => Runs().Count(run => run.GetProperty("state").GetString() is "succeeded" or "failed") == 4);

        var ended = Runs().ToDictionary(run => run.GetProperty("job").GetString()!);
        ended.Where(run => run.Value.GetProperty("state").GetString() == "failed").Select(run => run.Key).Should().Equal("strict");
        ended["strict"].GetProperty("message").GetString().Should().Contain("rows were rejected");
        ended["nightly"].GetProperty("summary").GetProperty("rankedFile").GetString().Should().Be(Path.Combine(ended["nightly"].GetProperty("out").GetString()!, "ranked.parquet"));
        await Tool.Scorer("select", "-q", "--scores", folder.File("scored/latest"), "--top", "20", "--strategy", "top", "--out", folder.File("by-hand")).Succeeds();
        File.ReadAllText(folder.File("query/latest/selected.csv")).Should().Be(File.ReadAllText(folder.File("by-hand/selected.csv")));
        File.Exists(folder.File("audited/latest/report.html")).Should().BeTrue();
    }

    private Node Start(string jobs) => Node.Start(jobs, folder.File("state"), Cluster);

    private void AddShards(int count)
    {
        for (var last = shards + count; shards < last; shards++)
        {
            SmallPool.WriteShard(folder.File($"pool/shard-{shards:D2}.parquet"), shards);
        }
    }

    private string WriteJobs(IEnumerable<string> jobs)
    {
        File.WriteAllText(folder.File("jobs.json"), $$"""{ "jobs": [{{string.Join(",", jobs)}}] }""");
        return folder.File("jobs.json");
    }

    /// <summary>Waits until something holds.</summary>
    private Task UntilAsync(Func<bool> holds) => Waiting.UntilAsync(
        holds, () => Waiting.BytesBelow(folder.Root), () => string.Concat(nodes.Select(node => $"\n--- {node.Id}\n{node.Log}")), () => nodes.Exists(node => node.EndedByItself));

    /// <summary>Whether a task runs. Where all work is done, there is more: a look may come when what was added is scored already.</summary>
    private bool IsAtWork()
    {
        if (AllScored())
        {
            AddShards(2);
        }
        return RunningTasks() > 0;
    }

    /// <summary>Whether every job's newest run has all shards.</summary>
    private bool AllScored() => Enumerable.Range(0, Seeds).All(seed =>
        Runs().Where(run => run.GetProperty("job").GetString() == $"seed-{seed}").All(run => run.GetProperty("state").GetString() == "succeeded")
        && Runs().LastOrDefault(run => run.GetProperty("job").GetString() == $"seed-{seed}") is { ValueKind: JsonValueKind.Object } last
        && last.GetProperty("summary").GetProperty("rows").GetInt64() == shards * (long)SmallPool.RowsPerShard);

    private long RunningTasks() => Scalar("SELECT count(*) FROM scorer_tasks WHERE state = 'running'");

    /// <summary>The runs of all jobs, oldest first.</summary>
    private IReadOnlyList<JsonElement> Runs()
    {
        var runs = folder.File("state/runs");
        return Directory.Exists(runs)
            ? [.. Directory.EnumerateFiles(runs, "*.json", SearchOption.AllDirectories).Select(path => JsonDocument.Parse(File.ReadAllText(path)).RootElement).OrderBy(run => run.GetProperty("due").GetDateTimeOffset())]
            : [];
    }

    private long Scalar(string sql)
    {
        using var database = NpgsqlDataSource.Create(postgres.ConnectionString);
        using var command = database.CreateCommand(sql);
        return (long)command.ExecuteScalar()!;
    }

    private async Task<IReadOnlyList<string>> SqlAsync(string sql)
    {
        await using var database = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var texts = new List<string>();
        while (await reader.ReadAsync())
        {
            texts.Add(reader.GetString(0));
        }
        return texts;
    }

    /// <summary>The files of a whole pool, with their hashes.</summary>
    private Dictionary<string, string> Outputs(string name) =>
        new[] { "ranked.parquet", "ranked.csv", "rejects.parquet" }.ToDictionary(file => file, file => ContentHash.Of(folder.File(name, file)));

    /// <summary>The files of shards, wherever they lie, with their hashes.</summary>
    private Dictionary<string, string> ScoreFiles(string name) =>
        Directory.EnumerateFiles(folder.File(name), "shard-*", SearchOption.AllDirectories)
            .ToDictionary(path => Path.Combine(Path.GetFileName(Path.GetDirectoryName(path))!, Path.GetFileName(path)), path => ContentHash.Of(path));
}
