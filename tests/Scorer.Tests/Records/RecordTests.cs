using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Scorer.Judging;
using ParquetPool.Scorer.Purging;
using ParquetPool.Scorer.Reports;
using ParquetPool.Scorer.Tests.Audits;
using ParquetPool.Scorer.Tests.Selection;
using ParquetPool.Scorer.Verification;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Tests.Records;

/// <summary>Records that were changed between two commands: whatever stands in them, the answer is one line.</summary>
public sealed class RecordTests : IDisposable
{
    private static readonly CancellationToken Stopping = TestContext.Current.CancellationToken;
    private readonly AuditFolder audit = new();
    private readonly SelectFolder select = new();

    public void Dispose()
    {
        audit.Dispose();
        select.Dispose();
    }

    [Theory]
    [InlineData("../../../escaped")]
    [InlineData("/tmp/escaped")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("")]
    public async Task AShardsNameLeadsNowhere(string name)
    {
        await AuditAsync();
        Change(Path.Combine(audit.Out, "audit.json"), record => record["splits"]![1]!["shards"]![0]!["name"] = name);

        await FluentActions.Awaiting(PurgeAsync).Should().ThrowAsync<DataException>().WithMessage($"*audit.json names a shard '{name}', which is no plain file name, expected the record of a finished audit*");

        Directory.Exists(audit.PathOf("purged")).Should().BeFalse();
    }

    [Theory]
    [InlineData("../../../escaped")]
    [InlineData("/tmp/escaped")]
    [InlineData("..")]
    public async Task AShardsNameInTheRecordOfARunLeadsNowhere(string name)
    {
        await select.ScoreAsync();
        Change(select.File("scored", "run.json"), record => record["pool"]!["shards"]![0]!["name"] = name);

        await FluentActions.Awaiting(() => SelectFolder.SelectAsync(select.Options("batchbald", 3))).Should().ThrowAsync<DataException>().WithMessage($"*run.json names a shard '{name}', which is no plain file name, expected the record of a finished run*");
    }

    [Fact]
    public async Task WhateverStandsInTheRecordOfAnAuditIsAnsweredInOneLine()
    {
        await AuditAsync();
        await EachChangeAsync(Path.Combine(audit.Out, "audit.json"), async () =>
        {
            JudgeRun.Execute(audit.Out, [audit.PathOf("j.csv")]);
            ReportRun.Execute(audit.Out, new ReportOptions());
            await PurgeAsync();
        });
    }

    [Fact]
    public async Task WhateverStandsInTheRecordOfARunIsAnsweredInOneLine()
    {
        await select.ScoreAsync();
        await EachChangeAsync(select.File("scored", "run.json"), () => SelectFolder.SelectAsync(select.Options("batchbald", 3) with { Candidates = 40 }));
    }

    [Fact]
    public async Task AShardThatIsNamedTwiceIsTold()
    {
        await select.ScoreAsync();
        Change(select.File("scored", "run.json"), record => record["pool"]!["shards"]!.AsArray().Add(record["pool"]!["shards"]![0]!.DeepClone()));

        await FluentActions.Awaiting(() => SelectFolder.SelectAsync(select.Options("batchbald", 3))).Should().ThrowAsync<DataException>().WithMessage("*run.json names shard shard-0 twice*score the pool again");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ARecordThatWasSavedAnewOrLostItsChecksumIsTold(bool keepsChecksum)
    {
        await select.ScoreAsync();
        var path = select.File("scored", "run.json");
        var record = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        if (!keepsChecksum)
        {
            record.Remove("xxh128");
        }
        File.WriteAllText(path, record.ToJsonString(new JsonSerializerOptions { WriteIndented = true, IndentSize = 4 }));

        await FluentActions.Awaiting(() => SelectFolder.SelectAsync(select.Options("batchbald", 3))).Should().ThrowAsync<DataException>().WithMessage("*run.json has changed since it was written*");
        Faults(select.File("scored")).Should().Equal(("run.json", "changed"));
    }

    [Fact]
    public async Task TheRecordOfAShardThatNamesAnotherPlaceIsTold()
    {
        await select.ScoreAsync();
        var path = Directory.EnumerateFiles(select.File("scored", "scores"), "*.json").Order(StringComparer.Ordinal).First();
        Change(path, record => record["shard"] = "../../escaped");

        Faults(select.File("scored", "scores")).Should().Equal((Path.GetFileName(path), "changed"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AShardWhoseRecordSaysAnotherNumberOfRowsIsScoredAnew(bool fitsChecksum)
    {
        await select.ScoreAsync();
        var path = Directory.EnumerateFiles(select.File("scored", "scores"), "*.json").Order(StringComparer.Ordinal).First();
        var whole = File.ReadAllText(path);
        if (fitsChecksum)
        {
            Change(path, record => record["rows"] = long.MaxValue);
        }
        else
        {
            File.WriteAllText(path, whole.Replace("\"rows\": ", "\"rows\": 1", StringComparison.Ordinal));
        }
        File.ReadAllText(path).Should().NotBe(whole);

        await select.ScoreAsync();

        File.ReadAllText(path).Should().Be(whole);
    }

    [Fact]
    public async Task APageThatIsMadeAgainLeavesFilesThatAreAsTheirListSays()
    {
        audit.Write("train", "a", [("t0", [1, 0], "cat")]);
        audit.Write("test", "a", [("q0", [1, 0.6f], "dog"), ("q1", [1, 0.1f], "cat")]);
        await AuditFolder.RunAsync(audit.Options, Stopping);
        Faults(audit.Out).Should().BeEmpty();

        ReportRun.Execute(audit.Out, new ReportOptions { Threshold = 0.5 }).LabelConflicts.Should().Be(1);

        Faults(audit.Out).Should().BeEmpty();
        await AuditFolder.RunAsync(audit.Options, Stopping);
    }

    private static IEnumerable<(string Name, string What)> Faults(string folder) =>
        VerifyRun.Execute(folder, new CommandContext(NullLogger.Instance, TimeProvider.System, new ProgressDisplay(ProgressMode.Quiet, TextWriter.Null, TimeProvider.System), Stopping)).Faults.Select(fault => (Path.GetFileName(fault.File), fault.What));

    private async Task AuditAsync()
    {
        audit.Write("train", "a", [("t0", [1, 0], "cat"), ("t1", [0, 1], "dog")]);
        audit.Write("test", "a", [("q0", [1, 0], "cat"), ("q1", [0.1f, 1], "dog"), ("q2", [1, 0.1f], "cat")]);
        await AuditFolder.RunAsync(audit.Options, Stopping);
        File.WriteAllText(audit.PathOf("j.csv"), "TestID,TrainID,Judgment\nq0,t0,0\n");
    }

    private Task<PurgeSummary> PurgeAsync() => PurgeRun.ExecuteAsync(
        new PurgeOptions(audit.Out, audit.PathOf("purged")) { Threshold = 0.99 },
        new CommandContext(NullLogger.Instance, TimeProvider.System, new ProgressDisplay(ProgressMode.Quiet, TextWriter.Null, TimeProvider.System), Stopping));

    private static void Change(string path, Action<JsonNode> change)
    {
        var record = JsonNode.Parse(File.ReadAllText(path))!;
        record.AsObject().Remove("xxh128");
        change(record);
        WriteSealed(path, record.ToJsonString());
    }

    /// <summary>Writes a record as somebody would who wants it read: with a checksum that fits.</summary>
    private static void WriteSealed(string path, string json) => File.WriteAllBytes(path, RecordSeal.Close(Encoding.UTF8.GetBytes(json)));

    /// <summary>Puts other values in the place of each value of a record, one after another.</summary>
    private static async Task EachChangeAsync(string path, Func<Task> use)
    {
        var whole = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        whole.Remove("xxh128");
        var text = whole.ToJsonString();
        var places = Places(whole).ToList();
        string[] others = ["null", "[]", "{}", "[null]", "\"\"", "\"\\ud800\"", "\"a\\u0000b\"", "\"../x\"", "-1", "1e999", "99999999999", "true"];
        foreach (var (place, turn) in places.Select((place, turn) => (place, turn)))
        {
            // Each place gets a sixth of the others, each sixth in turn: all of them meet every kind of place.
            foreach (var other in others.Where((_, i) => i % 6 == turn % 6))
            {
                const string Mark = "\"a place for another value\"";
                var record = JsonNode.Parse(text)!;
                Replace(record, place, JsonNode.Parse(Mark));
                WriteSealed(path, record.ToJsonString().Replace(Mark, other, StringComparison.Ordinal));
                try
                {
                    await use();
                }
                catch (Exception e) when (e is DataException or UsageException or IOException)
                {
                    e.Message.Should().NotContain("\n", $"{string.Join('/', place)} = {other}");
                }
                catch (Exception e)
                {
                    throw new InvalidOperationException($"{string.Join('/', place)} = {other}", e);
                }
            }
        }
        WriteSealed(path, text);
    }

    private static IEnumerable<object[]> Places(JsonNode node) => node switch
    {
        JsonObject map => map.SelectMany(member => ((IEnumerable<object[]>)[[member.Key]]).Concat(member.Value is null ? [] : Places(member.Value).Select(below => (object[])[member.Key, .. below]))),
        JsonArray list => list.SelectMany((item, i) => ((IEnumerable<object[]>)[[i]]).Concat(item is null ? [] : Places(item).Select(below => (object[])[i, .. below]))),
        _ => [],
    };

    private static void Replace(JsonNode record, object[] place, JsonNode? value)
    {
        var parent = place[..^1].Aggregate(record, (node, step) => step is string name ? node[name]! : node[(int)step]!);
        if (place[^1] is string key)
        {
            parent[key] = value;
        }
        else
        {
            parent[(int)place[^1]] = value;
        }
    }
}
