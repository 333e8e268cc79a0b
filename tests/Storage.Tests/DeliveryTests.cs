using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Scorer.Deliveries;
using ParquetPool.Scorer.Jobs;
using ParquetPool.Shards;

namespace ParquetPool.Storage.Tests;

/// <summary>Outputs of runs brought to an object store: whole, once, and again until they are there.</summary>
public sealed class DeliveryTests : IDisposable
{
    private const int SeveralParts = 40_000_000;
    private readonly ObjectStores stores;
    private readonly TestFolder folder = new();
    private readonly ManualClock clock = new(new DateTimeOffset(2026, 11, 21, 3, 0, 0, TimeSpan.Zero));
    private readonly StateFolder state;
    private readonly JobRun run;

    public DeliveryTests(ObjectStores stores)
    {
        this.stores = stores;
        state = StateFolder.Open(folder.File("state"));
        run = new JobRun("nightly", "2026-11-21T02-30-00Z", "schedule", clock.Now, folder.File("out", "2026-11-21T02-30-00Z"))
        {
            State = RunState.Succeeded,
            Finished = clock.Now,
            Summary = JsonSerializer.SerializeToElement(new { rows = 60_000 }),
        };
        File.WriteAllText(Output("ranked.csv"), "rank,id\n1,row-7\n");
        File.WriteAllText(Output("run.json"), "{}");
        File.WriteAllText(Output("scores/a.parquet"), "not delivered: it is no file of the folder itself");
    }

    public void Dispose()
    {
        state.Dispose();
        folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(ObjectStores.Schemes), MemberType = typeof(ObjectStores))]
    public async Task APrefixGetsTheFilesANoteOfThemAndNothingTwice(string scheme)
    {
        File.WriteAllBytes(Output("ranked.parquet"), TestBytes.Of(SeveralParts));
        var target = Target(scheme, "delivered");
        using var deliverer = Deliverer(target);

        await Pass(deliverer, TimeSpan.Zero);

        Delivered().Done.Should().BeTrue();
        Names(target).Should().Equal("delivery.json", "ranked.csv", "ranked.parquet", "run.json");
        Bytes(target, "ranked.parquet").Should().Equal(TestBytes.Of(SeveralParts));
        var note = JsonDocument.Parse(Bytes(target, "delivery.json")).RootElement;
        (note.GetProperty("job").GetString(), note.GetProperty("run").GetString(), note.GetProperty("summary").GetProperty("rows").GetInt32()).Should().Be(("nightly", run.Id, 60_000));
        note.GetProperty("files").EnumerateArray().Select(f => (f.GetProperty("name").GetString(), f.GetProperty("bytes").GetInt64(), f.GetProperty("sha256").GetString())).Should().BeEquivalentTo(
            new[] { "ranked.csv", "ranked.parquet", "run.json" }.Select(name => (name, new FileInfo(Output(name)).Length, ContentHash.Of(Output(name)))));

        stores.Of(scheme).Delete(Place(target).Below("ranked.csv")); // Whoever took it may do so.
        state.Save(run with { Deliveries = [new Delivery(target.Name)] }); // As after a crash before this was kept.
        await Pass(deliverer, TimeSpan.Zero);
        Delivered().Done.Should().BeTrue();
        Names(target).Should().Equal("delivery.json", "ranked.parquet", "run.json");
    }

    [Theory]
    [MemberData(nameof(ObjectStores.Schemes), MemberType = typeof(ObjectStores))]
    public async Task ADeliveryThatBreaksOffSaysNothingOfItselfAndIsMadeWholeLater(string scheme)
    {
        var target = Target(scheme, "broken");
        using var deliverer = Deliverer(target);

        using (new FileStream(Output("run.json"), FileMode.Open, FileAccess.Read, FileShare.None))
        {
            await Pass(deliverer, TimeSpan.Zero);
            Delivered().Should().BeEquivalentTo(new { Done = false, Attempts = 1 });
            Names(target).Should().Equal("ranked.csv");
        }
        await Pass(deliverer, TimeSpan.FromSeconds(11));

        Delivered().Done.Should().BeTrue();
        Names(target).Should().Equal("delivery.json", "ranked.csv", "run.json");
    }

    [Theory]
    [MemberData(nameof(ObjectStores.Schemes), MemberType = typeof(ObjectStores))]
    public async Task APlaceThatIsNotThereYetIsTriedAgain(string scheme)
    {
        var target = new PrefixTarget(new StorageAddress(scheme, "later", ""));
        using var deliverer = Deliverer(target);

        await Pass(deliverer, TimeSpan.Zero);
        Delivered().Message.Should().Contain($"{scheme}://later: no such");
        stores.Make(scheme, "later");
        await Pass(deliverer, TimeSpan.FromSeconds(9));
        Delivered().Done.Should().BeFalse();
        await Pass(deliverer, TimeSpan.FromSeconds(2));

        Delivered().Done.Should().BeTrue();
        Names(target).Should().Equal("delivery.json", "ranked.csv", "run.json");
    }

    [Fact]
    public async Task AnOutputThatIsGoneIsNotDeliveredAsAnEmptyOne()
    {
        var target = Target(StorageAddress.S3, "gone");
        using var deliverer = Deliverer(target);
        Directory.Delete(run.Out, recursive: true);

        await Pass(deliverer, TimeSpan.Zero);

        Delivered().Message.Should().Contain("is gone");
        Names(target).Should().BeEmpty();
    }

    private static PrefixTarget Target(string scheme, string prefix) => new(new StorageAddress(scheme, ObjectStores.Container, prefix));

    private string Output(string name) => folder.File("out", run.Id, name);

    private StorageAddress Place(PrefixTarget target) => target.Prefix.Below($"{run.Job}/{run.Id}").Folder;

    private IEnumerable<string> Names(PrefixTarget target) => stores.Of(target.Prefix.Scheme).List(Place(target)).Select(o => o.Address.Key[Place(target).Key.Length..]);

    private byte[] Bytes(PrefixTarget target, string name)
    {
        var store = stores.Of(target.Prefix.Scheme);
        var found = store.Find(Place(target).Below(name))!;
        var bytes = new byte[found.Bytes];
        using var body = store.Read(found, 0, found.Bytes);
        body.ReadExactly(bytes);
        return bytes;
    }

    private Delivery Delivered() => state.Runs("nightly").Single().Deliveries.Single();

    private Deliverer Deliverer(PrefixTarget target)
    {
        state.Save(run with { Deliveries = [new Delivery(target.Name)] });
        return new Deliverer(new JobList(folder.Root, [new Job("nightly", "score", [], folder.File("out")) { Deliver = [target] }]), state, clock, NullLogger.Instance);
    }

    private async Task Pass(Deliverer deliverer, TimeSpan span)
    {
        clock.Advance(span);
        deliverer.Tick();
        await deliverer.Idle();
    }
}
