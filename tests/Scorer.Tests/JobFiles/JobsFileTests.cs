using ParquetPool.Scorer.Deliveries;
using ParquetPool.Scorer.JobFiles;
using ParquetPool.Scorer.Jobs;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Tests.JobFiles;

public sealed class JobsFileTests : IDisposable
{
    private const string Good = """
        {
          // Comments are allowed.
          "jobs": [
            { "name": "nightly", "command": "score",
              "options": { "model": "model.onnx", "pool": ["pool", "more/*.parquet", "s3://team/pool"], "out": "scored", "top": 200, "on-bad-rows": "reject" },
              "triggers": [{ "cron": "30 2 * * MON-FRI", "timeZone": "Europe/Berlin", "misfire": "skip" }, { "newShards": "pool", "quiet": "1m" }, { "newRound": "models/task" }],
              "overlap": "queue", "retries": 3, "backOff": "10s", "timeLimit": "1.5h", "keep": 2,
              "deliver": [{ "folder": "inbox" }, { "folder": "s3://team/inbox" }, { "webhook": "https://labels.example/hook", "secretFile": "model.onnx" }] },
            { "name": "query", "command": "select",
              "options": { "scores": "{nightly}", "top": 20, "strategy": "power", "out": "query" },
              "triggers": [{ "after": "nightly" }] },
            { "name": "tasks", "command": "tasks",
              "options": { "rows": "{query}/selected.csv", "pool": "more", "image": "28x28", "out": "tasks" },
              "triggers": [{ "after": "query" }] },
            { "name": "copies", "command": "audit", "options": { "within": "pool", "all-pairs": true, "threshold": 0.98, "out": "audited" } },
          ],
        }
        """;

    private readonly TestFolder folder = new();

    public JobsFileTests()
    {
        File.WriteAllText(folder.File("model.onnx"), "");
        File.WriteAllText(folder.File("pool", "a.parquet"), "");
        File.WriteAllText(folder.File("more", "b.parquet"), "");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void AFileIsReadAsItIsWritten()
    {
        var jobs = Read(Good, out var mistakes);

        mistakes.Should().BeEmpty();
        jobs.Folder.Should().Be(folder.Root);
        jobs.Jobs.Select(job => job.Name).Should().Equal("nightly", "query", "tasks", "copies");
        var nightly = jobs.Jobs[0];
        nightly.Should().BeEquivalentTo(new { Overlap = Overlap.Queue, Retries = 3, BackOff = TimeSpan.FromSeconds(10), TimeLimit = TimeSpan.FromMinutes(90), Keep = 2, Out = folder.File("scored") });
        nightly.Triggers.OfType<CronTrigger>().Single().RunMissed.Should().BeFalse();
        nightly.Triggers.OfType<NewShardsTrigger>().Single().Should().Be(new NewShardsTrigger(folder.File("pool"), TimeSpan.FromMinutes(1)));
        nightly.Deliver.Should().Equal(new FolderTarget(folder.File("inbox")), new PrefixTarget(new StorageAddress("s3", "team", "inbox")), new WebhookTarget(new Uri("https://labels.example/hook"), folder.File("model.onnx")));
        nightly.Arguments("o", _ => null).Should().Equal(
            "score", "--model", "model.onnx", "--pool", "pool", "more/*.parquet", "s3://team/pool", "--top", "200", "--on-bad-rows", "reject", "--out", "o");
        jobs.Jobs[1].Arguments("o", name => "/" + name).Should().Equal("select", "--scores", "/nightly", "--top", "20", "--strategy", "power", "--out", "o");
        jobs.Jobs[2].Arguments("o", name => "/" + name).Should().Equal("tasks", "--rows", "/query/selected.csv", "--pool", "more", "--image", "28x28", "--out", "o");
        jobs.Jobs[3].Arguments("o", _ => null).Should().ContainInOrder("--all-pairs", "--threshold");
    }

    [Theory]
    [InlineData("\"nightly\", \"command\"", "\"nightly\" \"command\"", "\"command\": \"score\"", "no JSON")]
    [InlineData("\"overlap\":", "\"overlaps\":", "\"overlaps\"", "unknown key 'overlaps'")]
    [InlineData("\"command\": \"score\"", "\"command\": \"train\"", "\"train\"", "'train' is no command")]
    [InlineData("\"command\": \"score\",", "", "{ \"name\": \"nightly\"", "a job has no 'command'")]
    [InlineData("30 2 * * MON-FRI", "61 2 * * *", "\"61 2", "no cron expression")]
    [InlineData("Europe/Berlin", "Europe/Bärlin", "\"Europe", "no time zone")]
    [InlineData(", \"timeZone\": \"Europe/Berlin\"", "", "{ \"cron\"", "no 'timeZone'")]
    [InlineData("\"skip\" }", "\"never\" }", "\"never\"", "expected run or skip")]
    [InlineData("\"1m\"", "\"1\"", "\"1\"", "time span")]
    [InlineData("{ \"newRound\": \"models/task\" }", "{ \"newMoon\": 1 }", "{ \"newMoon\"", "none of cron, newRound, newShards, after")]
    [InlineData("\"top\": 200", "\"topp\": 200", "\"topp\"", "'topp' is no option of score")]
    [InlineData("\"top\": 200", "\"top\": \"many\"", "\"many\"", "many")]
    [InlineData("\"top\": 200", "\"top\": 0", "0, \"on-bad", "--top is 0")]
    [InlineData("\"top\": 200", "\"rank-by\": \"cleverness\"", "\"cleverness\"", "cleverness")]
    [InlineData("\"top\": 200", "\"top\": null", "null", "expected text, a number, true or a list")]
    [InlineData("\"on-bad-rows\": \"reject\"", "\"on-bad-rows\": \"ignore\"", "\"ignore\"", "ignore")]
    [InlineData("\"model\": \"model.onnx\", ", "", "{ \"pool\"", "--model")]
    [InlineData("\"out\": \"scored\", ", "", "{ \"model\"", "--out")]
    [InlineData("\"model.onnx\"", "\"model.onxx\"", "\"model.onxx\"", "nothing is there")]
    [InlineData("\"more/*.parquet\"", "\"less/*.parquet\"", "[\"pool\"", "less/*.parquet: nothing is there")]
    [InlineData("\"retries\": 3", "\"retries\": -1", "-1", "at least 0")]
    [InlineData("\"keep\": 2", "\"keep\": 0", "0,\n", "at least 1")]
    [InlineData("\"name\": \"query\"", "\"name\": \"nightly\"", "\"nightly\", \"command\": \"select\"", "two jobs called 'nightly'")]
    [InlineData("\"name\": \"query\"", "\"name\": \"the query\"", "\"the query\"", "no name of a job")]
    [InlineData("{nightly}", "{weekly}", "\"{weekly}", "names the output of a job that there is not")]
    [InlineData("\"after\": \"nightly\"", "\"after\": \"weekly\"", "\"weekly\"", "no job called 'weekly'")]
    [InlineData("\"after\": \"nightly\"", "\"after\": \"query\"", "\"query\" }]", "comes after itself")]
    [InlineData("\"strategy\": \"power\"", "\"strategy\": \"best\"", "\"best\"", "best")]
    [InlineData("\"28x28\"", "\"28\"", "\"28\"", "--image 28 is no picture")]
    [InlineData("{query}/selected.csv", "selected.csv", "\"selected.csv", "--rows selected.csv: nothing is there")]
    [InlineData("\"out\": \"query\"", "\"out\": \"scored\"", "\"scored\" },", "job nightly writes to")]
    [InlineData("\"out\": \"query\"", "\"out\": \"scored/query\"", "\"scored/query\" },", "job nightly writes to")]
    [InlineData("\"out\": \"scored\"", "\"out\": \"pool/scored\"", "\"pool/scored", "which is read: choose a place of its own")]
    [InlineData("\"out\": \"audited\"", "\"out\": \".\"", "\".\" } }", "which is read: choose a place of its own")]
    [InlineData(", \"threshold\": 0.98", "", "true,", "--all-pairs is given without --threshold")]
    [InlineData("s3://team/inbox", "s3:///inbox", "\"s3:///inbox", "s3:///inbox names no bucket, expected s3://bucket/path")]
    [InlineData("s3://team/inbox", "az://te am/inbox", "\"az://te am", "az://te am/inbox names no container")]
    [InlineData("s3://team/inbox", "gs://team/inbox", "\"gs://team", "expected s3://bucket/path or az://container/path")]
    [InlineData("s3://team/inbox", "s3:/team/inbox", "\"s3:/team", "expected s3://bucket/path or az://container/path")]
    [InlineData("s3://team/pool", "az:///pool", "[\"pool\"", "--pool az:///pool names no container")]
    [InlineData("\"out\": \"scored\"", "\"out\": \"s3://team/scored\"", "\"s3://team/scored", "expected a folder of this machine")]
    [InlineData("{ \"newShards\": \"pool\"", "{ \"newShards\": \"s3://team/new\"", "\"s3://team/new", "expected a folder of this machine")]
    [InlineData("\"models/task\"", "\"az://team/models/task\"", "\"az://team/models", "expected a folder of this machine")]
    [InlineData("\"pool\": \"more\"", "\"pool\": \"s3://team/more\"", "\"s3://team/more", "this command reads and writes --pool on this machine only")]
    [InlineData("https://labels", "http://labels", "\"http://labels", "expected https://")]
    [InlineData("\"secretFile\": \"model.onnx\"", "\"secretFile\": \"secret\"", "\"secret\" }", "'secret' is not there")]
    [InlineData(", \"secretFile\": \"model.onnx\"", "", "{ \"webhook\"", "no 'secretFile'")]
    [InlineData("\"keep\": 2", "\"keep\": 2, \"keep\": 3", "\"keep\": 3", "stands twice")]
    public void AMistakeIsNamedWithItsPlace(string right, string wrong, string at, string says)
    {
        Good.Should().Contain(right);
        var text = Good.Replace(right, wrong, StringComparison.Ordinal);

        Read(text, out var mistakes);

        var before = text[..text.IndexOf(at, StringComparison.Ordinal)].Split('\n');
        var (line, column) = (before.Length, before[^1].Length + 1);
        mistakes.Should().Contain(mistake => mistake.Line == line && mistake.Column == column && mistake.Message.Contains(says, StringComparison.Ordinal), "this is wrong: {0}", string.Join('\n', mistakes));
    }

    [Fact]
    public void AllMistakesAreListedInTheOrderOfTheFile()
    {
        var bad = Good.Replace("30 2 * * MON-FRI", "never", StringComparison.Ordinal).Replace("\"top\": 200", "\"bottom\": 200", StringComparison.Ordinal)
            .Replace("\"retries\": 3", "\"retries\": \"three\"", StringComparison.Ordinal).Replace("power", "weakness", StringComparison.Ordinal);

        Read(bad, out var mistakes);

        mistakes.Should().HaveCount(4).And.BeInAscendingOrder(mistake => mistake.Line);
    }

    [Fact]
    public void WhatAJobWaitsForNeedNotBeThereYet()
    {
        Directory.Delete(folder.File("pool"), recursive: true);
        Read(Good.Replace("\"within\": \"pool\"", "\"within\": \"more\"", StringComparison.Ordinal).Replace("\"model\": \"model.onnx\"", "\"model\": \"models/task\"", StringComparison.Ordinal), out var mistakes);

        mistakes.Should().BeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"jobs\": {}}")]
    [InlineData("{\"jobs\": []}")]
    [InlineData("{\"jobs\": [7]}")]
    [InlineData("{\"jobs\": [{}]}")]
    [InlineData("{\"jobs\": [{\"name\": 7, \"command\": [], \"options\": 7, \"triggers\": 7}]}")]
    [InlineData("{} {}")]
    public void WhateverElseIsThereIsAMistakeToo(string text)
    {
        Read(text, out var mistakes);

        mistakes.Should().NotBeEmpty();
    }

    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"a\\u0000b\"")]
    [InlineData("\"\u0001\"")]
    public void TextThatIsNoneIsAMistakeWhereverItStands(string wrong)
    {
        foreach (var key in new[] { "\"name\": ", "\"command\": ", "\"keep\": ", "\"triggers\": [{\"cron\": ", "\"triggers\": [{\"newShards\": ", "\"options\": {\"out\": ", "\"options\": {\"exclude\": ", "\"deliver\": [{\"folder\": ", "" })
        {
            Read($$"""{"jobs": [{{{key}}{{wrong}}{{(key.Contains('[') ? "}]" : key.Contains("options") ? "}" : key.Length == 0 ? ": 1" : "")}}}]}""", out var mistakes);

            mistakes.Should().NotBeEmpty(key);
        }
    }

    [Fact]
    public void BytesThatAreNoTextAreAMistakeWithItsPlace()
    {
        File.WriteAllBytes(folder.File("jobs.json"), [.. "{\"jobs\": [{\"name\": \""u8, 0xFF, 0xFE, .. "\"}]}"u8]);

        JobsFile.Read(folder.File("jobs.json"), default, out var mistakes);

        mistakes.Should().Contain(mistake => mistake.Line == 1 && mistake.Column == 20 && mistake.Message.Contains("no UTF-8"));
    }

    [Fact]
    public void AFileWithWrongBytesHasMistakesOrNone()
    {
        var good = System.Text.Encoding.UTF8.GetBytes("""
            { "jobs": [ { "name": "nightly", "command": "score", "options": { "model": "model.onnx", "pool": "pool", "out": "scored", "top": 5, "exclude": ["a.csv"] },
              "triggers": [ { "cron": "30 2 */2 * 1", "timeZone": "Europe/Berlin", "misfire": "skip" }, { "newShards": "pool", "quiet": "10s" }, { "after": "query" } ],
              "retries": 2, "backOff": "2s", "deliver": [ { "folder": "s3://team/inbox" }, { "webhook": "https://labels.example/hook", "secretFile": "model.onnx" } ] } ] }
            """);
        var random = new Randomness.PhiloxStream(seed: 7, stream: 0);
        byte[] wrong = [0, 0x22, 0x5C, 0x7B, 0x5D, 0x2C, 0x2F, 0x80, 0xC3, 0xFF, 0x2D, 0x39];
        for (var trial = 0; trial < 1500; trial++)
        {
            List<byte> bytes = [.. good];
            for (var changes = random.Below(4); changes >= 0; changes--)
            {
                var at = random.Below(bytes.Count);
                switch (random.Below(3))
                {
                    case 0:
                        bytes.RemoveRange(at, Math.Min(bytes.Count - at - 1, random.Below(6)));
                        break;
                    case 1:
                        bytes.Insert(at, wrong[random.Below(wrong.Length)]);
                        break;
                    default:
                        bytes[at] = wrong[random.Below(wrong.Length)];
                        break;
                }
            }
            File.WriteAllBytes(folder.File("jobs.json"), [.. bytes]);

            FluentActions.Invoking(() => JobsFile.Read(folder.File("jobs.json"), new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), out _)).Should().NotThrow(System.Text.Encoding.Latin1.GetString([.. bytes]));
        }
    }

    [Fact]
    public void ATimeThatNeverComesIsAMistake()
    {
        Read("""{"jobs": [{"name": "n", "command": "score", "options": {}, "triggers": [{"cron": "0 3 31 2 *", "timeZone": "UTC"}]}]}""", out var mistakes);

        mistakes.Should().Contain(mistake => mistake.Message.Contains("'0 3 31 2 *' never comes"));
    }

    [Fact]
    public void WhatMayBeASecretInAnAddressIsNotShown()
    {
        Read("""{"jobs": [{"name": "n", "command": "score", "options": {}, "deliver": [{"webhook": "http://hooks.example/services/T0/B0/sEcReT?key=sEcReT", "secretFile": "no"}]}]}""", out var mistakes);

        mistakes.Should().Contain(mistake => mistake.Message.Contains("http://hooks.example/") && mistake.Message.Contains("is no address to deliver to"));
        mistakes.Should().NotContain(mistake => mistake.Message.Contains("sEcReT"));
    }

    private JobList Read(string text, out IReadOnlyList<Mistake> mistakes)
    {
        File.WriteAllText(folder.File("jobs.json"), text);
        return JobsFile.Read(folder.File("jobs.json"), new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), out mistakes);
    }
}
