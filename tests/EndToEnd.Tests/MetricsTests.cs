using System.Net;
using System.Text;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>What a service measures arrives at a collector: here, at whoever listens where the environment says.</summary>
public sealed class MetricsTests : IDisposable
{
    private static readonly string[] Measured =
        ["parquetpool.runs", "parquetpool.rows.scored", "parquetpool.rows.rejected", "parquetpool.shards", "parquetpool.stage.duration", "parquetpool.queue.length"];

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task WhatIsMeasuredIsSentByOtlp()
    {
        SmallPool.WriteModel(folder.File("model.onnx"));
        SmallPool.WriteShard(folder.File("pool/shard-00.parquet"), 0);
        await File.WriteAllTextAsync(folder.File("jobs.json"), """
            { "jobs": [{ "name": "nightly", "command": "score", "options": { "model": "model.onnx", "pool": "pool", "out": "scored", "on-bad-rows": "reject" },
              "triggers": [{ "newShards": "pool", "quiet": "0.1s" }] }] }
            """, TestContext.Current.CancellationToken);
        using var collector = new HttpListener();
        var port = FreePort();
        collector.Prefixes.Add($"http://127.0.0.1:{port}/");
        collector.Start();
        var seen = new HashSet<string>();
        var collecting = Collect(collector, seen);

        var environment = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{port}/v1/metrics",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
        };
        await using (var service = await Service.StartAsync(folder.File("jobs.json"), folder.File("state"), environment))
        {
            await service.UntilAsync(() => Measured.All(Seen));
        }
        collector.Stop();
        await collecting;

        bool Seen(string name)
        {
            lock (seen)
            {
                return seen.Contains(name);
            }
        }
    }

    private static async Task Collect(HttpListener collector, HashSet<string> seen)
    {
        try
        {
            while (true)
            {
                var context = await collector.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                var text = Encoding.Latin1.GetString(body.ToArray());
                lock (seen)
                {
                    seen.UnionWith(Measured.Where(name => text.Contains(name, StringComparison.Ordinal)));
                }
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // It was stopped.
        }
    }

    private static int FreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
