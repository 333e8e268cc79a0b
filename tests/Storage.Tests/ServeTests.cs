using System.Text.Json;
using ParquetPool.Texts;

namespace ParquetPool.Storage.Tests;

/// <summary>The way from new shards to tasks in an object store, in a real service.</summary>
public sealed class ServeTests : IDisposable
{
    private const string Jobs = """
        {
          "jobs": [
            { "name": "nightly", "command": "score", "options": { "model": "AT/model.onnx", "pool": "pool", "out": "scored" }, "triggers": [{ "newShards": "pool", "quiet": "0.1s" }] },
            { "name": "query", "command": "select", "options": { "scores": "{nightly}", "top": 20, "strategy": "top", "out": "query" }, "triggers": [{ "after": "nightly" }] },
            { "name": "tasks", "command": "tasks", "options": { "rows": "{query}/selected.csv", "pool": "pool", "columns": "label", "out": "tasks" }, "triggers": [{ "after": "query" }],
              "deliver": [{ "folder": "AT/inbox" }] }
          ]
        }
        """;

    private readonly ObjectStores stores;
    private readonly TestFolder folder = new();
    private readonly Programs programs;

    public ServeTests(ObjectStores stores)
    {
        this.stores = stores;
        programs = new Programs(stores.Environment(), folder.File("cache"));
        TestPool.Write(folder);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(ObjectStores.Schemes), MemberType = typeof(ObjectStores))]
    public async Task NewShardsBecomeTasksInAStore(string scheme)
    {
        var at = StorageAddress.Parse($"{scheme}://{ObjectStores.Container}/served/inbox");
        File.WriteAllText(folder.File("jobs.json"), Jobs.Replace("AT", $"{scheme}://{ObjectStores.Container}/served", StringComparison.Ordinal));
        stores.Of(scheme).Write(folder.File("model.onnx"), new StorageAddress(scheme, ObjectStores.Container, "served/model.onnx"));
        (await programs.Run("scorer", "jobs", "check", folder.File("jobs.json"))).Should().BeEquivalentTo(new { Item1 = 0 });

        using var service = programs.Start("scorer", "serve", "--jobs", folder.File("jobs.json"), "--state", folder.File("state"), "--listen", "127.0.0.1:0", "--poll", "1");
        _ = service.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await Waiting.UntilAsync(
            () => Names(at).Any(name => name.EndsWith("/delivery.json", StringComparison.Ordinal)), () => Waiting.BytesBelow(folder.Root), () => $"nothing was delivered to {at}", () => service.HasExited);
        service.Kill();
        await service.WaitForExitAsync(TestContext.Current.CancellationToken);

        var delivered = Names(at);
        var run = delivered[0].Split('/')[1];
        delivered.Should().Equal($"tasks/{run}/delivery.json", $"tasks/{run}/tasks.json", $"tasks/{run}/tasks.xml");
        var asked = TextTable.Read(folder.File("query/latest/selected.csv"), "id").Select(row => row[0]);
        using var file = StoredFiles.Open($"{at.Below(delivered[1])}");
        JsonDocument.Parse(File.ReadAllText(file.Path)).RootElement.EnumerateArray().Select(task => task.GetProperty("data").GetProperty("row_id").GetString()).Should().Equal(asked);
    }

    private List<string> Names(StorageAddress at) => [.. stores.Of(at.Scheme).List(at.Folder).Select(o => o.Address.Key[at.Folder.Key.Length..])];
}
