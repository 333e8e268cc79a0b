using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Exports;
using ParquetPool.Scorer.Labelling;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Tests.Labelling;

public sealed class TasksRunTests : IDisposable
{
    private readonly TestFolder folder = new();

    public TasksRunTests()
    {
        Shard("pool/a.parquet", 0, 3);
        Shard("pool/b.parquet", 3, 3);
        File.WriteAllText(folder.File("ranked.csv"), "rank,id,shard,row,score,predicted,confidence\n1,row-4,b,1,0.9,dog,0.25\n2,row-0,a,0,0.8,\"cat, big\",0.5\n3,row-2,a,2,0.7,dog,0.75\n");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Rows_become_tasks_in_their_order_with_what_people_see_and_the_prediction()
    {
        var summary = await Execute(o => o);

        summary.Should().BeEquivalentTo(new { Tasks = 3, Fields = new[] { "title", "the_body" }, Classes = new[] { "cat, big", "dog" } });
        var tasks = Tasks();
        tasks.Select(t => t.GetProperty("data").GetProperty("row_id").GetString()).Should().Equal("row-4", "row-0", "row-2");
        JsonNode.DeepEquals(JsonNode.Parse(tasks[0].GetRawText()), JsonNode.Parse("""
            {
              "data": { "row_id": "row-4", "title": "title 4 \"<b>\" ü", "the_body": "body 4" },
              "meta": { "row_id": "row-4", "rank": 1, "score": 0.9, "shard": "b", "row": 1 },
              "predictions": [ { "model_version": "model", "score": 0.25, "result": [ { "from_name": "label", "to_name": "title", "type": "choices", "value": { "choices": [ "dog" ] } } ] } ]
            }
            """)).Should().BeTrue(tasks[0].GetRawText());
        var view = XElement.Parse(File.ReadAllText(folder.File("tasks.xml")));
        view.Elements("Text").Select(e => e.Attribute("value")!.Value).Should().Equal("$title", "$the_body");
        view.Element("Choices")!.Should().HaveAttribute("name", "label").And.HaveAttribute("toName", "title").And.HaveAttribute("choice", "single");
        view.Element("Choices")!.Elements().Select(e => e.Attribute("value")!.Value).Should().Equal("cat, big", "dog");
    }

    [Fact]
    public async Task What_is_exported_comes_back_as_labels_of_our_rows()
    {
        await Execute(o => o with { Top = 2 });
        var tasks = JsonNode.Parse(File.ReadAllText(folder.File("tasks.json")))!.AsArray();
        foreach (var (place, task) in tasks.Index())
        {
            task!["id"] = 1000 + place;
            task["annotations"] = new JsonArray(new JsonObject { ["result"] = task["predictions"]![0]!["result"]!.DeepClone(), ["completed_by"] = 1, ["lead_time"] = 2.5, ["was_cancelled"] = false });
        }
        File.WriteAllText(folder.File("export.json"), tasks.ToJsonString());

        LabelSheet.Read(folder.File("export.json")).Entries.Select(e => (e.Id, e.Label, e.Annotator, e.Seconds)).Should().Equal(("row-4", "dog", "1", 2.5), ("row-0", "cat, big", "1", 2.5));
    }

    [Fact]
    public async Task Vectors_are_shown_as_the_pictures_that_they_are()
    {
        await Execute(o => o with { Image = "2x3", Columns = ["title"] });

        var data = Tasks()[1].GetProperty("data").EnumerateObject().Select(f => (f.Name, Value: f.Value.GetString()!)).ToList();
        data.Select(f => f.Name).Should().Equal("row_id", "image", "title");
        var png = Convert.FromBase64String(data[1].Value["data:image/png;base64,".Length..]);
        Pixels(png).Should().Equal(0, 0, 51, 102, 0, 153, 204, 255);
        png[^4..].Should().Equal([0xAE, 0x42, 0x60, 0x82], "this check sum of an empty end is in the standard");
        BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)).Should().Be(3, "the width");
    }

    [Theory]
    [InlineData("/data/local-files/?d=photos/", "/data/local-files/?d=photos/cats%20%26%20dogs/1.jpg")]
    [InlineData("https://pictures.example/", "https://pictures.example/cats%20%26%20dogs/1.jpg")]
    [InlineData("s3://bucket/photos/", "s3://bucket/photos/cats & dogs/1.jpg")]
    public async Task Pictures_may_be_named_by_an_address(string prefix, string address)
    {
        using (var writer = new ShardWriter(folder.File("photos", "a.parquet"), [new("id", ShardType.Text), new("image", ShardType.Image)], new Provenance("trainer import")))
        {
            writer.Write(1, new[] { "cats & dogs/1.jpg" }, new[] { new ImageCell(MadePicture.Jpeg(), "photos/cats & dogs/1.jpg") });
            writer.Complete();
        }
        File.WriteAllText(folder.File("ids.csv"), "id\ncats & dogs/1.jpg\n");

        await Execute(o => o with { Rows = folder.File("ids.csv"), Pool = [folder.File("photos")], ImagePrefix = prefix });

        Tasks()[0].GetProperty("data").GetProperty("image").GetString().Should().Be(address);
        await Refuses<UsageException>(o => o with { ImagePrefix = prefix }, "--image-prefix is given and the pool has no pictures*");
    }

    [Fact]
    public async Task What_the_pool_remembers_of_its_import_need_not_be_said()
    {
        var facts = new PoolFacts(new Dictionary<string, string> { ["features"] = "2x3" }, ["cat", "dog", "emu"]);
        Shard("pool/a.parquet", 0, 3, facts);
        Shard("pool/b.parquet", 3, 3, facts);
        File.WriteAllText(folder.File("ids.csv"), "id\nrow-0\n");

        var summary = await Execute(o => o with { Rows = folder.File("ids.csv"), Columns = ["title"] });

        summary.Classes.Should().Equal("cat", "dog", "emu");
        summary.Fields.Should().Equal("image", "title");
        Pixels(Convert.FromBase64String(Tasks()[0].GetProperty("data").GetProperty("image").GetString()!["data:image/png;base64,".Length..])).Should().Equal(0, 0, 51, 102, 0, 153, 204, 255);
        Shard("pool/b.parquet", 3, 3, facts with { Pictures = new Dictionary<string, string> { ["features"] = "3x2" } });
        await Refuses<DataException>(o => o with { Rows = folder.File("ids.csv") }, "*a.parquet and *b.parquet contradict each other*");
    }

    [Fact]
    public async Task A_folder_gets_both_files()
    {
        await Execute(o => o);

        var summary = await Execute(o => o with { Out = Path.Combine(folder.Root, "handed", "over") });

        summary.Should().BeEquivalentTo(new { File = folder.File("handed/over/tasks.json"), Interface = folder.File("handed/over/tasks.xml") });
        foreach (var name in new[] { "tasks.json", "tasks.xml" })
        {
            File.ReadAllBytes(folder.File("handed/over", name)).Should().Equal(File.ReadAllBytes(folder.File(name)));
        }
    }

    [Theory]
    [InlineData("id\nrow-4\nrow-0\n")]
    [InlineData("row-4\r\n\r\n row-0\nrow-4\n")]
    [InlineData("note;id\nx;row-4\ny;row-0\n")]
    [InlineData("id,label\nrow-4,dog\nrow-0,\n")]
    [InlineData("id,row_id\n0,row-4\n1,row-0\n")]
    [InlineData("row_id\nrow-4\nrow-0\n")]
    public async Task Any_list_of_ids_will_do(string text)
    {
        File.WriteAllText(folder.File("ids.csv"), text);

        var summary = await Execute(o => o with { Rows = folder.File("ids.csv"), Classes = ["dog", "cat"], Out = Path.Combine(folder.Root, "new", "folder", "tasks.json") });

        summary.Should().BeEquivalentTo(new { Tasks = 2, Classes = new[] { "dog", "cat" } });
        var tasks = JsonNode.Parse(File.ReadAllText(folder.File("new/folder/tasks.json")))!.AsArray();
        tasks.Select(task => $"{task!["data"]!["row_id"]} {task["meta"]!["shard"]} {task["meta"]!["row"]}").Should().Equal("row-4 b 1", "row-0 a 0");
        tasks[0]!.AsObject().ContainsKey("predictions").Should().BeFalse("no model has seen it");
        await Refuses<DataException>(o => o with { Rows = folder.File("ids.csv"), Pool = [folder.File("pool/a.parquet")] }, "*ids.csv: 1 of 2 ids stand in no shard of the pool, such as row-4*");
    }

    [Fact]
    public async Task What_cannot_be_is_told_in_one_line()
    {
        await Refuses<UsageException>(o => o with { Columns = ["text"] }, "*--columns text: the pool has no such column*");
        await Refuses<UsageException>(o => o with { Image = "5x5" }, "*--image 5x5 is 25 numbers: no column has as many*");
        await Refuses<UsageException>(o => o with { Top = 0 }, "--top is 0*");
        await Refuses<DataException>(o => o with { Pool = [folder.File("pool/a.parquet")] }, "*no shard b*");
        Shard("pool/b.parquet", 10, 3);
        await Refuses<DataException>(o => o, "row 1 of shard b is not row-4*");
        File.Exists(folder.File("tasks.json")).Should().BeFalse();
    }

    private async Task Refuses<T>(Func<TasksOptions, TasksOptions> change, string message)
        where T : Exception => await FluentActions.Awaiting(() => Execute(change)).Should().ThrowAsync<T>().WithMessage(message);

    private Task<TasksSummary> Execute(Func<TasksOptions, TasksOptions> change) => TasksRun.ExecuteAsync(
        change(new TasksOptions(folder.File("ranked.csv"), [folder.File("pool")], folder.File("tasks.json"))),
        new CommandContext(NullLogger.Instance, TimeProvider.System, new ProgressDisplay(ProgressMode.Quiet, TextWriter.Null, TimeProvider.System), TestContext.Current.CancellationToken));

    private List<JsonElement> Tasks() => [.. JsonDocument.Parse(File.ReadAllText(folder.File("tasks.json"))).RootElement.EnumerateArray()];

    /// <summary>The unpacked rows of the picture, each with its filter's number before it.</summary>
    private static byte[] Pixels(byte[] png)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(33));
        using var inflate = new ZLibStream(new MemoryStream(png, 41, length), CompressionMode.Decompress);
        using var rows = new MemoryStream();
        inflate.CopyTo(rows);
        return rows.ToArray();
    }

    private void Shard(string name, int first, int rows, PoolFacts? facts = null)
    {
        using var writer = new ShardWriter(folder.File(name), [new("id", ShardType.Text), new("features", ShardType.FloatList, 6), new("title", ShardType.Text), new("the body", ShardType.Text), new("label", ShardType.Text)], facts?.In(new Provenance("trainer import")));
        var ids = Enumerable.Range(first, rows).ToArray();
        writer.Write(
            rows, ids.Select(i => $"row-{i}").ToArray(), ids.SelectMany(i => Enumerable.Range(0, 6).Select(x => (x + i) % 6 / 5f)).ToArray(), ids.Select(i => $"title {i} \"<b>\" ü").ToArray(),
            ids.Select(i => $"body {i}").ToArray(), ids.Select(_ => "secret").ToArray());
        writer.Complete();
    }
}
