using System.Diagnostics.Metrics;
using System.Text.Json;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using ParquetPool.Scorer.Jobs;
using ParquetPool.Scorer.Records;

namespace ParquetPool.Scorer.Serving;

/// <summary>What a service measures: meter <c>ParquetPool</c>, for Prometheus to fetch, and sent by OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where to.</summary>
internal sealed class JobMetrics : IDisposable
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private readonly Meter meter = new("ParquetPool");
    private readonly Counter<long> runs;
    private readonly Counter<long> scored;
    private readonly Counter<long> rejected;
    private readonly Counter<long> shards;
    private readonly Histogram<double> stages;

    public JobMetrics(JobList jobs, JobScheduler scheduler, TimeProvider clock)
    {
        runs = meter.CreateCounter<long>("parquetpool.runs", "{run}", "Attempts that ended, by job and outcome");
        scored = meter.CreateCounter<long>("parquetpool.rows.scored", "{row}", "Rows scored, without those that were scored before");
        rejected = meter.CreateCounter<long>("parquetpool.rows.rejected", "{row}", "Rows that could not be scored or audited");
        shards = meter.CreateCounter<long>("parquetpool.shards", "{shard}", "Shards scored, without those that were scored before");
        stages = meter.CreateHistogram<double>("parquetpool.stage.duration", "s", "How long a step of a command took");
        meter.CreateObservableGauge("parquetpool.queue.length", scheduler.Waiting, "{run}", "Runs that wait for their turn or for a retry");
        meter.CreateObservableGauge("parquetpool.model.age", () => Ages(jobs, clock.GetUtcNow()), "s", "Since the newest round was published");
        var measured = Sdk.CreateMeterProviderBuilder().AddMeter(meter.Name).AddPrometheusExporter();
        Provider = (Environment.GetEnvironmentVariable(Endpoint) is { Length: > 0 } ? measured.AddOtlpExporter() : measured).Build();
        scheduler.StageEnded += (run, stage) => stages.Record(stage.Seconds, Tag("job", run.Job), Tag("stage", stage.Stage));
        scheduler.Ended += Count;
    }

    /// <summary>Of which a page of a site is made.</summary>
    public MeterProvider Provider { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Provider.Dispose(); // Sends what has not been sent.
        meter.Dispose();
    }

    private void Count(JobRun run)
    {
        runs.Add(1, Tag("job", run.Job), Tag("state", run.State.ToString().ToLowerInvariant()));
        if (run.State != RunState.Succeeded || run.Summary is not { ValueKind: JsonValueKind.Object } summary)
        {
            return;
        }
        if (summary.TryGetProperty("rejected", out var rows) && rows.TryGetInt64(out var count))
        {
            rejected.Add(count, Tag("job", run.Job));
        }
        if (JsonFile.Read<RunRecord>(new ScoreFolder(run.Out).RunRecord) is { Counts: var counts })
        {
            scored.Add(counts.Rows - counts.RowsReused, Tag("job", run.Job));
            shards.Add(counts.Shards - counts.ShardsReused, Tag("job", run.Job));
        }
    }

    private static IEnumerable<Measurement<double>> Ages(JobList jobs, DateTimeOffset now)
    {
        foreach (var task in TaskFolder.Of(jobs))
        {
            if (task.Rounds() is [.., var newest])
            {
                yield return new Measurement<double>((now - newest.CreatedUtc).TotalSeconds, Tag("task", newest.Task));
            }
        }
    }

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
