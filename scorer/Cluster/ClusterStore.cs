using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using ParquetPool.Scorer.Jobs;

namespace ParquetPool.Scorer.Cluster;

/// <summary>The tasks of runs and who leads, in the database.</summary>
/// <remarks>Every method is one statement or one transaction, and throws <see cref="NpgsqlException"/> where the database is away. Any thread may call. Virtual, as the tests have a store in memory.</remarks>
internal class ClusterStore(NpgsqlDataSource database)
{
    /// <summary>Quartz's name for the jobs of a run.</summary>
    public static string GroupOf(string run) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(run)))[..32];

    /// <summary>Adds tasks; those that are there already stay as they are.</summary>
    public virtual async Task AddAsync(IReadOnlyList<ClusterTask> tasks, CancellationToken stopping)
    {
        await using var connection = await database.OpenConnectionAsync(stopping);
        await using var transaction = await connection.BeginTransactionAsync(stopping);
        foreach (var task in tasks)
        {
            await using var add = new NpgsqlCommand("INSERT INTO scorer_tasks (run, task, job_group, arguments, work) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING", connection)
            {
                Parameters = { Text(task.Run), Text(task.Name), Text(GroupOf(task.Run)), new() { Value = task.Arguments.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text }, Text(task.Work) },
            };
            await add.ExecuteNonQueryAsync(stopping);
        }
        await transaction.CommitAsync(stopping);
    }

    /// <summary>The tasks of a run, ordered by name.</summary>
    public virtual async Task<IReadOnlyList<TaskProgress>> TasksAsync(string run, CancellationToken stopping)
    {
        await using var command = Command("SELECT task, arguments, work, attempt, state, exit_code, message, summary FROM scorer_tasks WHERE run = $1 ORDER BY task COLLATE \"C\"", Text(run));
        await using var reader = await command.ExecuteReaderAsync(stopping);
        var tasks = new List<TaskProgress>();
        while (await reader.ReadAsync(stopping))
        {
            var task = new ClusterTask(run, reader.GetString(0), reader.GetFieldValue<string[]>(1), reader.GetString(2)) { Attempt = reader.GetInt32(3) };
            tasks.Add(new TaskProgress(
                task, reader.GetString(4), reader.IsDBNull(5) ? null : reader.GetInt32(5), reader.IsDBNull(6) ? null : reader.GetString(6), reader.IsDBNull(7) ? null : reader.GetString(7)));
        }
        return tasks;
    }

    /// <summary>Tasks that are to run and for which Quartz has nothing, or nothing that it will start: what it lost, where nodes died one after another, is forgotten first.</summary>
    /// <param name="silence">After which a task of which nothing was heard may be lost.</param>
    public virtual async Task<IReadOnlyList<string>> UnscheduledAsync(string run, string scheduler, TimeSpan silence, CancellationToken stopping)
    {
        // A trigger that does not wait needs a node that is at it. One that was taken and never begun, for the answer was lost, is nobody's. Quartz counts in ticks since the year 1.
        await using var command = Command(
            """
            WITH live AS (
              SELECT f.* FROM qrtz_fired_triggers f JOIN qrtz_scheduler_state s ON s.sched_name = f.sched_name AND s.instance_name = f.instance_name
              WHERE f.sched_name = $2 AND s.last_checkin_time > (extract(epoch FROM now() - $3) + 62135596800) * 10000000
                AND (f.state <> 'ACQUIRED' OR greatest(f.fired_time, f.sched_time) > (extract(epoch FROM now() - $3) + 62135596800) * 10000000)),
            lost AS (
              SELECT task, job_group FROM scorer_tasks t WHERE run = $1 AND state IN ('waiting', 'running') AND NOT EXISTS (
                SELECT 1 FROM qrtz_triggers q WHERE q.sched_name = $2 AND q.job_name = t.task AND q.job_group = t.job_group AND q.trigger_state <> 'ERROR'
                  AND (q.trigger_state = 'WAITING' OR coalesce(t.seen, t.changed) > now() - $3 OR EXISTS (
                    SELECT 1 FROM live f WHERE (f.job_name = t.task AND f.job_group = t.job_group) OR (f.trigger_name = q.trigger_name AND f.trigger_group = q.trigger_group))))),
            gone AS (
              DELETE FROM qrtz_fired_triggers f USING lost WHERE f.sched_name = $2 AND f.job_name = lost.task AND f.job_group = lost.job_group)
            SELECT task FROM lost
            """,
            Text(run), Text(scheduler), new() { Value = silence });
        return await NamesAsync(command, stopping);
    }

    /// <summary>Begins the next attempt of a task: from now on no other attempt's end counts.</summary>
    /// <returns>Null where the task is over.</returns>
    public virtual async Task<ClusterTask?> ClaimAsync(string run, string task, string node, CancellationToken stopping)
    {
        await using var command = Command(
            """
            UPDATE scorer_tasks SET state = 'running', attempt = attempt + 1, node = $3, seen = now(), changed = now(), exit_code = NULL, message = NULL
            WHERE run = $1 AND task = $2 AND state IN ('waiting', 'running') RETURNING arguments, work, attempt
            """,
            Text(run), Text(task), Text(node));
        await using var reader = await command.ExecuteReaderAsync(stopping);
        return await reader.ReadAsync(stopping) ? new ClusterTask(run, task, reader.GetFieldValue<string[]>(0), reader.GetString(1)) { Attempt = reader.GetInt32(2) } : null;
    }

    /// <summary>Says that an attempt still runs.</summary>
    /// <returns>Whether it is still the one that counts.</returns>
    public virtual async Task<bool> BeatAsync(ClusterTask task, CancellationToken stopping)
    {
        await using var command = Command("UPDATE scorer_tasks SET seen = now() WHERE run = $1 AND task = $2 AND attempt = $3 AND state = 'running'", Text(task.Run), Text(task.Name), Int(task.Attempt));
        return await command.ExecuteNonQueryAsync(stopping) == 1;
    }

    /// <summary>Ends a task, once: only the newest attempt can, and only while it runs.</summary>
    /// <returns>Whether it did.</returns>
    public virtual async Task<bool> FinishAsync(ClusterTask task, RunOutcome outcome, CancellationToken stopping)
    {
        await using var command = Command(
            "UPDATE scorer_tasks SET state = $4, exit_code = $5, message = $6, summary = $7, changed = now() WHERE run = $1 AND task = $2 AND attempt = $3 AND state = 'running'",
            Text(task.Run), Text(task.Name), Int(task.Attempt), Text(outcome.ExitCode == 0 ? TaskProgress.Done : TaskProgress.Failed), Int(outcome.ExitCode), Text(outcome.Message), Text(outcome.Summary is { } json ? JsonSerializer.Serialize(json) : null));
        return await command.ExecuteNonQueryAsync(stopping) == 1;
    }

    /// <summary>Lets a run's tasks that failed or were cancelled run again.</summary>
    public virtual async Task ReopenAsync(string run, CancellationToken stopping)
    {
        await using var command = Command("UPDATE scorer_tasks SET state = 'waiting', changed = now() WHERE run = $1 AND state IN ('failed', 'cancelled')", Text(run));
        await command.ExecuteNonQueryAsync(stopping);
    }

    /// <summary>Cancels what is left of a run; nodes that work at it stop at their next beat.</summary>
    public virtual async Task CancelAsync(string run, CancellationToken stopping)
    {
        await using var command = Command("UPDATE scorer_tasks SET state = 'cancelled', changed = now() WHERE run = $1 AND state IN ('waiting', 'running')", Text(run));
        await command.ExecuteNonQueryAsync(stopping);
    }

    /// <summary>Cancels what is left of all runs but some, and forgets runs that ended a week ago.</summary>
    /// <returns>The runs of which nothing is left to do.</returns>
    public virtual async Task<IReadOnlyList<string>> TidyAsync(IReadOnlyList<string> active, CancellationToken stopping)
    {
        var others = new NpgsqlParameter { Value = active.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };
        await using var cancel = Command("UPDATE scorer_tasks SET state = 'cancelled', changed = now() WHERE state IN ('waiting', 'running') AND NOT run = ANY($1)", others);
        await cancel.ExecuteNonQueryAsync(stopping);
        await using var forget = Command("DELETE FROM scorer_tasks WHERE run IN (SELECT run FROM scorer_tasks GROUP BY run HAVING max(changed) < now() - interval '7 days') AND NOT run = ANY($1)", others.Clone());
        await forget.ExecuteNonQueryAsync(stopping);
        await using var over = Command("SELECT DISTINCT run FROM scorer_tasks WHERE NOT run = ANY($1)", others.Clone());
        return await NamesAsync(over, stopping);
    }

    /// <summary>Takes or keeps the lead, by the database's clock.</summary>
    /// <returns>Whether <paramref name="node"/> leads for that long from now.</returns>
    public virtual async Task<bool> LeadAsync(string node, TimeSpan span, CancellationToken stopping)
    {
        await using var command = Command(
            "UPDATE scorer_lease SET holder = $1, until = clock_timestamp() + $2 WHERE holder = $1 OR until < clock_timestamp()",
            Text(node), new() { Value = span });
        return await command.ExecuteNonQueryAsync(stopping) == 1;
    }

    /// <summary>Gives the lead back.</summary>
    public virtual async Task YieldAsync(string node, CancellationToken stopping)
    {
        await using var command = Command("UPDATE scorer_lease SET until = clock_timestamp() WHERE holder = $1", Text(node));
        await command.ExecuteNonQueryAsync(stopping);
    }

    private static async Task<IReadOnlyList<string>> NamesAsync(NpgsqlCommand command, CancellationToken stopping)
    {
        await using var reader = await command.ExecuteReaderAsync(stopping);
        var names = new List<string>();
        while (await reader.ReadAsync(stopping))
        {
            names.Add(reader.GetString(0));
        }
        return names;
    }

    private static NpgsqlParameter Text(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter Int(int value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Integer };

    private NpgsqlCommand Command(string sql, params NpgsqlParameter[] parameters)
    {
        var command = database.CreateCommand(sql);
        command.Parameters.AddRange(parameters);
        return command;
    }
}
