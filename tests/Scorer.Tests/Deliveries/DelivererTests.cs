using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Scorer.Deliveries;
using ParquetPool.Scorer.Jobs;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Tests.Deliveries;

public sealed class DelivererTests : IDisposable
{
    private const string Secret = "what-both-sides-know";
    private readonly TestFolder folder = new();
    private readonly ManualClock clock = new(new DateTimeOffset(2026, 11, 21, 3, 0, 0, TimeSpan.Zero));
    private readonly StateFolder state;
    private readonly JobRun run;

    public DelivererTests()
    {
        state = StateFolder.Open(folder.File("state"));
        File.WriteAllText(folder.File("secret"), Secret + "\n");
        File.WriteAllText(folder.File("out", "2026-11-21T02-30-00Z", "ranked.csv"), "rank,id\n1,row-7\n");
        File.WriteAllText(folder.File("out", "2026-11-21T02-30-00Z", "scores", "a.parquet"), "not delivered: it is no file of the folder itself");
        run = new JobRun("nightly", "2026-11-21T02-30-00Z", "schedule", clock.Now, folder.File("out", "2026-11-21T02-30-00Z"))
        {
            State = RunState.Succeeded,
            Finished = clock.Now,
            Summary = JsonSerializer.SerializeToElement(new { rows = 60_000 }),
        };
    }

    public void Dispose()
    {
        state.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task AFolderGetsTheFilesWholeAndOnce()
    {
        var target = new FolderTarget(folder.File("inbox"));
        using var deliverer = Deliverer(target);

        await Pass(deliverer, TimeSpan.Zero);
        Delivered().Done.Should().BeTrue();
        File.WriteAllText(folder.File("inbox", "nightly", run.Id, "taken"), "");
        state.Save(run with { Deliveries = [new Delivery(target.Name)] }); // As after a crash before this was kept.
        await Pass(deliverer, TimeSpan.Zero);

        Delivered().Done.Should().BeTrue();
        Directory.GetFileSystemEntries(folder.File("inbox", "nightly", run.Id, "x")[..^2]).Select(Path.GetFileName).Should().BeEquivalentTo("ranked.csv", "taken");
    }

    [Fact]
    public async Task AnAnswerWithoutEndIsNotReadAndTheAddressNotShown()
    {
        using var endless = new TcpListener(IPAddress.Loopback, 0);
        endless.Start();
        var sent = 0L;
        var stopping = TestContext.Current.CancellationToken;
        var answering = Task.Run(async () =>
        {
            using var client = await endless.AcceptTcpClientAsync(stopping);
            var stream = client.GetStream();
            var buffer = new byte[1 << 16];
            await stream.ReadAtLeastAsync(buffer, 1, cancellationToken: stopping);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 9000000000\r\n\r\n"u8.ToArray(), stopping);
            try
            {
                for (; sent < 9_000_000_000; sent += buffer.Length)
                {
                    await stream.WriteAsync(buffer, stopping);
                }
            }
            catch (IOException)
            {
                // Nobody listens any more.
            }
        }, stopping);
        using var deliverer = Deliverer(new WebhookTarget(new Uri($"http://127.0.0.1:{((IPEndPoint)endless.LocalEndpoint).Port}/services/sEcReT"), folder.File("secret")));

        await Pass(deliverer, TimeSpan.Zero);

        Delivered().Done.Should().BeTrue();
        Delivered().Target.Should().StartWith("http://127.0.0.1:").And.NotContain("sEcReT");
        await answering;
        sent.Should().BeLessThan(100_000_000);
    }

    [Fact]
    public async Task AWebhookIsToldSignedAndAgainUntilItAnswers()
    {
        using var receiver = new Receiver(HttpStatusCode.InternalServerError, HttpStatusCode.Redirect, HttpStatusCode.OK);
        using var deliverer = Deliverer(new WebhookTarget(receiver.Address, folder.File("secret")));

        await Pass(deliverer, TimeSpan.Zero);
        Delivered().Message.Should().Contain("500");
        await Pass(deliverer, TimeSpan.FromSeconds(9));
        receiver.Received.Should().HaveCount(1);
        await Pass(deliverer, TimeSpan.FromSeconds(2));
        await Pass(deliverer, TimeSpan.FromSeconds(21));
        await Pass(deliverer, TimeSpan.FromHours(5));

        Delivered().Done.Should().BeTrue();
        receiver.Received.Should().HaveCount(3);
        receiver.Received.Select(r => r.Delivery).Distinct().Should().Equal("nightly/2026-11-21T02-30-00Z");
        foreach (var received in receiver.Received)
        {
            var signed = Encoding.UTF8.GetBytes(received.Timestamp + "." + received.Body);
            received.Signature.Should().Be("sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), signed)));
        }
        var body = JsonDocument.Parse(receiver.Received[0].Body).RootElement;
        body.GetProperty("summary").GetProperty("rows").GetInt32().Should().Be(60_000);
        body.GetProperty("list").GetProperty("text").GetString().Should().Be("rank,id\n1,row-7\n");
        var file = body.GetProperty("files").EnumerateArray().Should().ContainSingle().Subject;
        file.GetProperty("name").GetString().Should().Be("ranked.csv");
        file.GetProperty("sha256").GetString().Should().Be(ContentHash.Of(Path.Combine(run.Out, "ranked.csv"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task WhoDoesNotAnswerForADayIsGivenUp()
    {
        using var deliverer = Deliverer(new WebhookTarget(new Uri("http://127.0.0.1:1/"), folder.File("secret")));

        for (var hour = 0; hour < 60; hour++)
        {
            await Pass(deliverer, TimeSpan.FromHours(1));
        }

        Delivered().Should().BeEquivalentTo(new { Done = false, Attempts = 32 });
        Delivered().IsOpen().Should().BeFalse();
    }

    [Fact]
    public async Task WhateverATargetFailsByIsKeptAndTriedAgainLater()
    {
        var target = new BrokenTarget();
        using var deliverer = Deliverer(target);

        await Pass(deliverer, TimeSpan.Zero);
        await Pass(deliverer, TimeSpan.FromSeconds(1));
        target.Tried.Should().Be(1, "ten seconds lie between two attempts");
        Delivered().Should().BeEquivalentTo(new { Done = false, Attempts = 1, Message = "not now" });
        await Pass(deliverer, TimeSpan.FromSeconds(10));

        target.Tried.Should().Be(2);
    }

    private Delivery Delivered() => state.Runs("nightly").Single().Deliveries.Single();

    private Deliverer Deliverer(DeliveryTarget target)
    {
        state.Save(run with { Deliveries = [new Delivery(target.Name)] });
        var job = new Job("nightly", "score", [], folder.File("out")) { Deliver = [target] };
        return new Deliverer(new JobList(folder.Root, [job]), state, clock, NullLogger.Instance);
    }

    private async Task Pass(Deliverer deliverer, TimeSpan span)
    {
        clock.Advance(span);
        deliverer.Tick();
        await deliverer.Idle();
    }

    private sealed record BrokenTarget() : DeliveryTarget("broken")
    {
        public int Tried { get; private set; }

        public override Task DeliverAsync(JobRun run, HttpClient http, DateTimeOffset now, CancellationToken stopping)
        {
            Tried++;
            throw new NotSupportedException("not now");
        }
    }
}
