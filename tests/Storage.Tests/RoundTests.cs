using ParquetPool.Contract;
using ParquetPool.Exports;
using ParquetPool.Shards;
using ParquetPool.Trainer.Labels;
using ParquetPool.Trainer.Rounds;

namespace ParquetPool.Storage.Tests;

/// <summary>Label files, their history and the rounds made of them, all in an object store.</summary>
public sealed class RoundTests : IDisposable
{
    private readonly ObjectStores stores;
    private readonly TestFolder folder = new();
    private readonly Programs programs;

    public RoundTests(ObjectStores stores)
    {
        this.stores = stores;
        programs = new Programs(stores.Environment(), folder.File("cache"));
        TestPool.Write(folder);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(ObjectStores.Schemes), MemberType = typeof(ObjectStores))]
    public async Task RoundsOfLabelsInAStoreAreThoseOfLabelsOnThisMachine(string scheme)
    {
        var at = $"{scheme}://{ObjectStores.Container}/rounds";
        Hand(at, "labels/one.csv", "id,label\n", Labels(0, 60));
        Hand(at, "labels/export.json", """[{"id": 1, "data": {"row_id": "row-0-60"}, "annotations": [{"completed_by": 7, "lead_time": 2.5, "result": [{"type": "choices", "value": {"choices": ["class-0"]}}]}]}]""", []);
        Hand(at, "asked/query.csv", "rank,id\n", Enumerable.Range(0, 60).Select(row => $"{row},row-0-{row}"));

        var first = await Round(programs, at);
        await Round(programs, folder.Root);
        var nothing = await Round(programs, at);
        Hand(at, "labels/two.csv", "id,label,annotator\n", [.. Labels(61, 20).Select(row => row + ","), "row-0-1,class-0,anna"]);
        var second = await Round(new Programs(stores.Environment(), folder.File("elsewhere")), at, "--epochs-per-round", "1");
        await Round(programs, folder.Root, "--epochs-per-round", "1");

        first.Should().BeEquivalentTo((1, 61, true, $"{at}/models/colours/round-0001"));
        nothing.Should().BeEquivalentTo((1, 0, false, $"{at}/models/colours/round-0001"));
        second.Should().BeEquivalentTo((2, 80, true, $"{at}/models/colours/round-0002"), "row 1 has two labels now");
        Names($"{at}/models/colours").Should().BeEquivalentTo(
        [
            .. from round in new[] { "round-0001", "round-0002" } from name in new[] { "model.onnx", "state.onnx", "history.parquet", "learnt.parquet", "report.html", "events.out.tfevents.0.trainer", "manifest.json" } select $"{round}/{name}",
            .. from name in new[] { "labels", "disagreements", "remarks" } from kind in new[] { "csv", "parquet" } select $"labels/{name}.{kind}",
            "labels/rounds.json", "labels/history-000001.parquet", "labels/history-000002.parquet",
        ]);
        foreach (var same in new[] { "round-0001/model.onnx", "round-0002/model.onnx", "labels/labels.csv", "labels/disagreements.csv", "labels/remarks.csv" })
        {
            ContentHash.Of($"{at}/models/colours/{same}").Should().Be(ContentHash.Of(folder.File("models/colours", same)), same);
        }
        new LabelHistory($"{at}/models/colours/labels").Labels.Select(l => (l.Part, l.Source, l.Entry.Id)).Should().Contain(
            [(1, $"{at}/labels/export.json", "row-0-60"), (1, $"{at}/labels/one.csv", "row-0-0"), (2, $"{at}/labels/two.csv", "row-0-80")]);
        new RoundLog($"{at}/models/colours/labels").Read().Select(r => r.Round).Should().Equal(1, 2);
    }

    [Theory]
    [MemberData(nameof(ObjectStores.Schemes), MemberType = typeof(ObjectStores))]
    public async Task AServiceMakesRoundsOfWhatComesToAStoreAndGoesOnWhereItWasKilled(string scheme)
    {
        var at = $"{scheme}://{ObjectStores.Container}/served";
        string[] serve =
        [
            "serve", "--task", "colours", "--pool", folder.File("pool"), "--models", $"{at}/models", "--labels", $"{at}/labels", "--epochs", "2", "--min-new-labels", "10", "--min-gain", "-1", "--quiet-period", "1",
        ];
        using (var killed = programs.Start("trainer", serve))
        {
            Hand(at, "labels/one.csv", "id,label\n", Labels(0, 60));
            await Until(() => Rounds(at) == 1);
            killed.Kill();
            await killed.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        Hand(at, "labels/two.csv", "id,label\n", Labels(60, 20));
        using var service = programs.Start("trainer", serve);
        await Until(() => Rounds(at) == 2);
        Hand(at, "labels/two.csv", "id,label\n", Labels(60, 40));
        await Until(() => Rounds(at) == 3);

        (await programs.Fails(1, "trainer", "round", "--task", "colours", "--pool", folder.File("pool"), "--models", $"{at}/models", "--labels", $"{at}/labels")).Should()
            .Contain($"{at}/models/colours/labels is held by another trainer");
        service.Kill();
        await service.WaitForExitAsync(TestContext.Current.CancellationToken);
        ModelPackage.Open($"{at}/models/colours").Manifest!.Training.Should().Match<ModelTraining>(t => t.Rows + t.HoldoutRows == 100);
    }

    [Fact]
    public void APartThatAnotherMachineAddedMeanwhileIsNotWrittenOver()
    {
        var at = $"{StorageAddress.Azure}://{ObjectStores.Container}/history"; // s3rver takes no conditions; Amazon's server does.
        Hand(at, "labels/one.csv", "id,label\n", ["row-0-1,class-1"]);
        Hand(at, "labels/two.csv", "id,label\n", ["row-0-2,class-2"]);
        var (here, there) = (new LabelHistory($"{at}/all"), new LabelHistory($"{at}/all"));
        here.Add(new OrderedFile($"{at}/labels/one.csv", LabelFiles.ByOrder), TimeProvider.System);
        here.Save();
        there.Add(new OrderedFile($"{at}/labels/two.csv", LabelFiles.ByOrder), TimeProvider.System);

        FluentActions.Invoking(there.Save).Should().Throw<IOException>().WithMessage("*let one trainer alone work on a task*");

        var again = new LabelHistory($"{at}/all");
        again.Add(new OrderedFile($"{at}/labels/two.csv", LabelFiles.ByOrder), TimeProvider.System);
        again.Save();
        again.Labels.Select(l => (l.Part, l.Entry.Id)).Should().Equal((1, "row-0-1"), (2, "row-0-2"));
    }

    [Theory]
    [InlineData("s3://nowhere/labels", "s3://pool/bad/models", 3, "s3://nowhere: no such bucket: check its name")]
    [InlineData("az://pool/bad/labels", "az://pool/bad/models", 3, "az://pool/bad/labels: no such object, and no *.parquet or *.csv or *.tsv or *.json or *.jsonl or *.ndjson or *.csv.gz or *.tsv.gz or *.json.gz or *.jsonl.gz or *.ndjson.gz below")]
    [InlineData("labels.csv", "az://nowhere/models", 3, "az://nowhere: no such container: check its name")]
    [InlineData("labels.csv", "s3:///models", 2, "s3:///models names no bucket")]
    public async Task WhatIsNotThereIsOneLine(string labels, string models, int code, string told) =>
        (await programs.Fails(code, "trainer", "round", "--task", "colours", "--pool", folder.File("pool"), "--models", models, "--labels", labels == "labels.csv" ? folder.File(labels) : labels))
            .Should().Contain(told);

    /// <summary>A round of the labels below a folder or an address, into the models below it.</summary>
    private async Task<(int Round, int Labels, bool Published, string Model)> Round(Programs programs, string at, params string[] more)
    {
        var summary = await programs.Succeeds(
            "trainer", ["round", "--task", "colours", "--pool", folder.File("pool"), "--models", $"{at}/models", "--labels", $"{at}/labels", "--asked", $"{at}/asked/query.csv", "--epochs", "2", "--publish-worse", .. more]);
        return (summary.GetProperty("round").GetInt32(), summary.GetProperty("labels").GetInt32(), summary.GetProperty("published").GetBoolean(), summary.GetProperty("model").GetString()!);
    }

    private static IEnumerable<string> Labels(int first, int count) => Enumerable.Range(first, count).Select(row => $"row-0-{row},class-{row % 3}");

    private Task Until(Func<bool> condition) => Waiting.UntilAsync(condition, () => Waiting.BytesBelow(folder.Root), () => "the service made no round");

    private int Rounds(string at) => Names($"{at}/models/colours").Count(name => name.EndsWith("/manifest.json", StringComparison.Ordinal));

    private IEnumerable<string> Names(string address)
    {
        var root = StorageAddress.Parse(address).Folder;
        return stores.Of(root.Scheme).List(root).Select(o => o.Address.Key[root.Key.Length..]);
    }

    /// <summary>Puts a file below the address, and in the folder of the test.</summary>
    private void Hand(string at, string name, string header, IEnumerable<string> rows)
    {
        File.WriteAllText(folder.File(name), header + string.Concat(rows.Select(row => row + "\n")));
        var address = StorageAddress.Parse($"{at}/{name}");
        stores.Of(address.Scheme).Write(folder.File(name), address);
    }
}
