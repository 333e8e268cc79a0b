using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Commands;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Scorer.Findings;
using ParquetPool.Scorer.Judging;
using ParquetPool.Scorer.Purging;
using ParquetPool.Scorer.Tests.Audits;
using ParquetPool.Shards;
using ParquetPool.Storage;
using ParquetPool.Texts;

namespace ParquetPool.Scorer.Tests.Purging;

public sealed class PurgeRunTests : IDisposable
{
    private static readonly CancellationToken Stopping = TestContext.Current.CancellationToken;
    private readonly AuditFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task AThresholdTakesOutWhatDoublesATrainingRowAndAllButTheFirstOfAClusterInsideTest()
    {
        await AuditAsync();

        var summary = await PurgeAsync(Options with { Threshold = 0.99 });

        Clean().Should().Equal("first", "alone", "lone");
        Removed().Should().Equal(
            "leaked a 1 cat t0 train  cosine at least 0.99 ",
            "second b 0 dog first test  cosine at least 0.99 first",
            "third b 1 cat first test  cosine at least 0.99 first");
        summary.Should().BeEquivalentTo(new { Rows = 6, CleanRows = 3, Leaked = 1, Repeated = 2, UnjudgedPairs = (int?)null, Replaced = 0 });
        Ids(folder.Train).Should().Equal("t0", "t1");
        File.Exists(folder.PathOf("purged/purge.json")).Should().BeTrue();
    }

    [Fact]
    public async Task AFolderThatAnotherRunWritesIsLeftToIt()
    {
        await AuditAsync();
        using (FolderHold.Take(folder.PathOf("purged")))
        {
            await FluentActions.Awaiting(() => PurgeAsync(Options with { Threshold = 0.99 })).Should().ThrowAsync<IOException>().WithMessage("*purged is being written by another run*");
        }

        (await PurgeAsync(Options with { Threshold = 0.99 })).CleanRows.Should().Be(3);
    }

    [Fact]
    public async Task WithoutJudgementsOnlyAThresholdWillDo()
    {
        await AuditAsync();

        var purge = () => PurgeAsync(Options);

        await purge.Should().ThrowAsync<DataException>().WithMessage("*holds no judgements*scorer judge*--threshold*");
    }

    [Fact]
    public async Task JudgementsDecideAndAByteIdenticalPairThatNobodyJudgedIsExact()
    {
        await AuditAsync();
        Judge("leaked,t0,1", "alone,t1,2");

        var summary = await PurgeAsync(Options);

        Removed().Should().Equal("leaked a 1 cat t0 train near judged near ", "second b 0 dog first test  identical first");
        summary.Rules.Should().BeEquivalentTo(new Dictionary<string, int> { ["judged near"] = 1, ["identical"] = 1 });
        summary.UnjudgedPairs.Should().BePositive();
        Judge("leaked,t0,1", "alone,t1,2", "first,second,3");
        await PurgeAsync(Options);
        Removed().Should().Equal("leaked a 1 cat t0 train near judged near ");
        await PurgeAsync(Options with { Judged = new HashSet<Judgement> { Judgement.Similar } });
        Removed().Should().Equal("alone a 2 dog t1 train similar judged similar ");
    }

    [Fact]
    public async Task ARowThatStaysForItsClusterDoublesNoTrainingRow()
    {
        folder.Write("train", "a", [("t", [1, 0, 0], "x")]);
        folder.Write("test", "a", [("q0", [1, 0, 0], "x"), ("q1", [1, 0.1f, 0], "x"), ("q2", [1, 0.2f, 0], "x")]);
        await AuditFolder.RunAsync(folder.Options, Stopping);

        await PurgeAsync(Options with { Threshold = 0.999 });
        Removed().Should().Equal("q0 a 0 x t train  cosine at least 0.999 ");

        await PurgeAsync(Options with { Threshold = 0.994 });
        Removed().Should().Equal("q0 a 0 x t train  cosine at least 0.994 ", "q1 a 1 x t train  cosine at least 0.994 ");
    }

    [Fact]
    public async Task EveryColumnIsKept()
    {
        WriteSql("train", "SELECT 't' AS id, [1, 0]::FLOAT[] AS features");
        WriteSql("test", "SELECT 'q' || i AS id, [i, 1]::FLOAT[] AS features, {'a': i, 'b': [NULL, 'x']} AS nested, (i / 3.0)::DECIMAL(18, 4) AS price, DATE '2024-01-01' + i::INT AS \"a \"\"day\" FROM range(3000) AS t(i)");
        await AuditFolder.RunAsync(folder.Options, Stopping);

        await PurgeAsync(Options with { Threshold = 0.9999999 });

        var removed = File.ReadAllLines(folder.PathOf("purged/removed.csv")).Skip(1).Select(line => line.Split(',')[0]).ToList();
        removed.Should().HaveCountGreaterThan(100);
        Print(folder.PathOf("purged/test/a.parquet"), "").Should().Equal(Print(Path.Combine(folder.Test, "a.parquet"), $"WHERE id NOT IN ({string.Join(", ", removed.Select(Sql.Text))})"));
    }

    [Fact]
    public async Task SpareRowsOfTheSameClassTakeThePlacesOfRemovedOnes()
    {
        await AuditAsync();
        WriteSql("spare", "SELECT * FROM (VALUES ([9, 1, 1]::FLOAT[], 't0', 'cat'), ([1, 0, 0], 's0', 'cat'), ([1, 1, 1], 's1', 'cat'), ([1, 1, 9], 's2', 'cat'), ([5, 1, 9], 's3', 'cow')) AS t(features, id, label)");
        await AuditFolder.RunAsync(folder.Options with { Train = [folder.Train, folder.Test], Test = [folder.PathOf("spare")], Out = folder.PathOf("spare-audit") }, Stopping);
        var options = Options with { Threshold = 0.99, ReplaceFrom = [folder.PathOf("spare")] };

        var summary = await PurgeAsync(options with { SpareAudit = folder.PathOf("spare-audit") });

        summary.Should().BeEquivalentTo(new { Replaced = 2, CleanRows = 5, ReplacementsChecked = true, RanOut = new Dictionary<string, int> { ["dog"] = 1 } });
        Clean().Should().BeEquivalentTo(["first", "alone", "lone", "s1", "s2"], "s0 doubles a training row and t0 is one");
        File.ReadAllLines(folder.PathOf("purged/removed.csv")).Skip(1).Select(l => l.Split(',')[^1]).Should().BeEquivalentTo(["s1", "s2", ""]);
        (await PurgeAsync(options)).Replaced.Should().Be(2);
        var chosen = new HashSet<string>();
        for (var seed = 0UL; seed < 8; seed++)
        {
            await PurgeAsync(options with { Seed = seed });
            chosen.Add(string.Join(' ', Clean()));
        }
        chosen.Should().HaveCountGreaterThan(1, "the seed chooses");
    }

    [Theory]
    [InlineData(null, "n1,n2")]
    [InlineData("key", "k1,k2")]
    public async Task SpareRowsAreNamedAsTheAuditedOnesUnlessToldOtherwise(string? said, string expected)
    {
        WriteSql("train", "SELECT 'x' AS id, 'a' AS name, [1, 0, 0]::FLOAT[] AS features, 'cat' AS label");
        WriteSql("test", "SELECT 'y' AS id, 'b' || i AS name, [1, 0, i / 1000]::FLOAT[] AS features, 'cat' AS label FROM range(2) AS t(i)");
        WriteSql("spare", "SELECT 'same' AS id, 'n' || i AS name, 'k' || i AS key, [1, 1, i]::FLOAT[] AS features, 'cat' AS label FROM range(1, 3) AS t(i)");
        RowColumns.Say(new("name"));
        await AuditFolder.RunAsync(folder.Options, Stopping);

        RowColumns.Say(said is null ? null : new(said));
        var summary = await PurgeAsync(Options with { Threshold = 0.99, ReplaceFrom = [folder.PathOf("spare")] });

        summary.Replaced.Should().Be(2);
        TextTable.Read(folder.PathOf("purged/test/replacements.parquet"), "name").Select(row => row[0]).Should().BeEquivalentTo(expected.Split(','));
    }

    [Fact]
    public async Task TheSameInputsGiveTheSameBytes()
    {
        await AuditAsync();
        await PurgeAsync(Options with { Threshold = 0.99 });
        var files = Files();
        await PurgeAsync(Options with { Threshold = 0.99 });
        Files().Should().Equal(files);
    }

    [Fact]
    public async Task ContradictionsAndChangedShardsAreNamed()
    {
        await AuditAsync(threshold: 0.9);
        await Fails<UsageException>(Options with { Threshold = 2 }, "--threshold 2*");
        await Fails<UsageException>(Options with { Threshold = 0.5 }, "--threshold 0.5 is below 0.9*");
        await Fails<UsageException>(Options with { Threshold = 0.99, SpareAudit = "x" }, "--spare-audit*--replace-from*");
        await Fails<DataException>(Options with { Threshold = 0.99, ReplaceFrom = [folder.Train], SpareAudit = folder.Out }, "*does not audit*a.parquet*");
        folder.Write("purged/test", "stranger", [("x", [1, 0, 0], null)]);
        await Fails<UsageException>(Options with { Threshold = 0.99 }, "*stranger.parquet is no shard of this split*");
        folder.Write("test", "a", [("another", [1, 0, 0], "with a longer label")]);
        await Fails<DataException>(new PurgeOptions(folder.Out, folder.PathOf("elsewhere")) { Threshold = 0.99 }, "*a.parquet has * bytes, the audit read*");
        Directory.Exists(folder.PathOf("elsewhere")).Should().BeFalse();
    }

    [Fact]
    public void AShardOfAsManyBytesWithOtherRowsIsAnother()
    {
        folder.Write("test", "a", [("one", [1, 0, 0], null), ("two", [0, 1, 0], null)]);
        var shard = ShardSet.Resolve([folder.Test])[0];
        void Require(params (string Id, long Row)[] rows) => FinishedAudit.RequireIds(shard, rows.Select(row => new ListedRow("test", row.Id, null, "a", row.Row)), CancellationToken.None);

        Require(("two", 1), ("two", 1), ("one", 0));
        FluentActions.Invoking(() => Require(("one", 0), ("one", 1))).Should().Throw<DataException>().WithMessage("*a.parquet: row 1 has id 'two', the audit read 'one' there: the shard has changed*");
        FluentActions.Invoking(() => Require(("one", 2))).Should().Throw<DataException>().WithMessage("*row 2 has id ''*");
    }

    private PurgeOptions Options => new(folder.Out, folder.PathOf("purged"));

    private static Task<PurgeSummary> PurgeAsync(PurgeOptions options) => PurgeRun.ExecuteAsync(
        options, new CommandContext(NullLogger.Instance, TimeProvider.System, new ProgressDisplay(ProgressMode.Quiet, TextWriter.Null, TimeProvider.System), Stopping));

    private static async Task Fails<T>(PurgeOptions options, string message)
        where T : Exception
    {
        var purge = () => PurgeAsync(options);
        await purge.Should().ThrowAsync<T>().WithMessage(message);
    }

    /// <summary>leaked doubles t0; first, second (its bytes) and third are near each other.</summary>
    private async Task AuditAsync(double? threshold = null)
    {
        folder.Write("train", "a", [("t0", [1, 0, 0], "cat"), ("t1", [0, 1, 1], "dog")]);
        folder.Write("test", "a", [("first", [0, 0, 1], "cat"), ("leaked", [1, 0.01f, 0], "cat"), ("alone", [0, 1, 0.4f], "dog")]);
        folder.Write("test", "b", [("second", [0, 0, 1], "dog"), ("third", [0.01f, 0, 1], "cat"), ("lone", [1, 1, -1], null)]);
        await AuditFolder.RunAsync(folder.Options with { Pairs = new() { Neighbours = 3, Threshold = threshold } }, Stopping);
    }

    private void Judge(params string[] lines)
    {
        File.WriteAllLines(folder.PathOf("j.csv"), ["TestID,TrainID,Judgment", .. lines]);
        JudgeRun.Execute(folder.Out, [folder.PathOf("j.csv")]);
    }

    private void WriteSql(string split, string select)
    {
        Directory.CreateDirectory(folder.PathOf(split));
        using var duckDb = new DuckDb();
        duckDb.Execute($"COPY ({select}) TO {Sql.Text(Path.Combine(folder.PathOf(split), "a.parquet"))} (FORMAT parquet)");
    }

    private static List<string> Print(string path, string where)
    {
        using var duckDb = new DuckDb();
        return [.. duckDb.Rows($"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM {Sql.ReadParquet(path)} {where}").Select(row => string.Join('|', row))];
    }

    private IEnumerable<string> Clean() => Ids(folder.PathOf("purged/test"));

    private static IEnumerable<string> Ids(string split) => Directory.EnumerateFiles(split).Order(StringComparer.Ordinal).SelectMany(file => TextTable.Read(file, "id").Select(row => row[0]!));

    private IEnumerable<string> Removed() =>
        TextTable.Read(folder.PathOf("purged/removed.csv"), "id", "shard", "row", "label", "doubles", "doubles_split", "judgement", "rule", "kept").Select(row => string.Join(' ', row));

    private Dictionary<string, string> Files() =>
        Directory.EnumerateFiles(folder.PathOf("purged"), "*", SearchOption.AllDirectories).ToDictionary(file => file, file => ContentHash.Of(file, Stopping));
}
