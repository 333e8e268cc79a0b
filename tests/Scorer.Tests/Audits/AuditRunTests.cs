using System.Text.Json;
using ParquetPool.Errors;
using ParquetPool.Scorer.Audits;
using ParquetPool.Scorer.Findings;
using ParquetPool.Scorer.Tests.Neighbours;

namespace ParquetPool.Scorer.Tests.Audits;

public sealed class AuditRunTests : IDisposable
{
    private static readonly CancellationToken Stopping = TestContext.Current.CancellationToken;
    private readonly AuditFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Lists_the_nearest_training_row_and_the_copies_inside_the_test_split()
    {
        folder.Write("train", "a", [("t0", [1, 0, 0], "cat"), ("t1", [0, 1, 0], "dog"), ("t2", [0, 0, 2], null)]);
        folder.Write("test", "a", [("q0", [0, 1, 0], "dog"), ("q1", [3, 0, 0], "dog")]);
        folder.Write("test", "b", [("q2", [0, 1, 0], "cat"), ("q3", [0, 3, 4], "cat")]);
        var summary = await AuditFolder.RunAsync(folder.Options, Stopping);

        folder.Pairs().Select(p => string.Join(' ', p.Values)).Should().Equal(
            "test-test q0 q2 1 1 0 true true 0 false dog cat a 0 b 0 test test 1 ",
            "test-train q0 t1 1 1 0 true true 0 true dog dog a 0 a 1 test train 1 ",
            "test-train q2 t1 1 1 0 true true 0 false cat dog b 0 a 1 test train 1 ",
            "test-train q1 t0 1 1 0 false true 0 false dog cat a 1 a 0 test train 1 ",
            "test-train q3 t2 1 0.8 0.19999999999999996 false true 0.4999999999999999  cat  b 1 a 2 test train 0.8 ",
            "test-test q0 q3 1 0.6 0.4 false false 1 false dog cat a 0 b 1 test test 0.6 ",
            "test-test q0 q1 1 0 1 false false 2.5 true dog dog a 0 a 1 test test 0 ");
        summary.TestTrain.Should().Be(new PairCounts(
            Kind: "test-train",
            Split: "test",
            Other: "train",
            Listed: 4,
            ListedExact: 2,
            RowsWithExactCopy: 2,
            ExactPairs: 2,
            LabelsKnown: 3,
            LabelsAgree: 1));
        summary.TestTest.Should().Be(new PairCounts(
            Kind: "test-test",
            Split: "test",
            Other: "test",
            Listed: 3,
            ListedExact: 1,
            RowsWithExactCopy: 2,
            ExactPairs: 1,
            LabelsKnown: 3,
            LabelsAgree: 1));
        summary.Rejected.Should().Be(0);
        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder.Out, "audit.json"), Stopping));
        report.RootElement.GetProperty("summary").GetProperty("comparisons")[0].GetProperty("listedExact").GetInt32().Should().Be(2);
        report.RootElement.GetProperty("splits")[1].GetProperty("shards").GetArrayLength().Should().Be(2);
    }

    [Fact]
    public async Task A_threshold_keeps_the_pairs_that_reach_it()
    {
        WriteRandom(rows: 40, width: 5);
        await AuditFolder.RunAsync(folder.Options with { Pairs = new() { Neighbours = 3 } }, Stopping);
        var all = folder.Pairs();
        var least = double.Parse(all[30]["similarity"], System.Globalization.CultureInfo.InvariantCulture);
        var summary = await AuditFolder.RunAsync(folder.Options with { Pairs = new() { Neighbours = 3, Threshold = least } }, Stopping);
        folder.Pairs().Should().BeEquivalentTo(all.Take(31), o => o.WithStrictOrdering());
        (summary.TestTrain.Listed + summary.TestTest.Listed).Should().Be(31);

        var none = await AuditFolder.RunAsync(folder.Options with { Pairs = new() { Threshold = 1 } }, Stopping);
        none.TestTrain.Listed.Should().Be(0);
        folder.Pairs().Should().BeEmpty();
    }

    [Fact]
    public async Task More_neighbours_than_training_rows_lists_them_all()
    {
        WriteRandom(rows: 3, width: 4);
        var summary = await AuditFolder.RunAsync(folder.Options with { Pairs = new() { Neighbours = 10 } }, Stopping);
        summary.TestTrain.Listed.Should().Be(9);
        summary.TestTest.Listed.Should().Be(3);
        folder.Pairs().Where(p => p["kind"] == "test-train").Select(p => p["rank"]).Order().Should().Equal("1", "1", "1", "2", "2", "2", "3", "3", "3");
    }

    [Fact]
    public async Task Copies_of_one_row_take_one_place_and_are_counted()
    {
        folder.Write("train", "a", [.. Enumerable.Range(0, 30).Select(i => ($"t{i}", new float[] { 1, 2 }, (string?)null)), ("far", [2, 1], null)]);
        folder.Write("test", "a", [("q", [1, 2], null), ("parallel", [2, 4], null)]);
        var summary = await AuditFolder.RunAsync(folder.Options with { Pairs = new() { Neighbours = 2 } }, Stopping);
        folder.Pairs().Where(p => p["test_id"] == "q").Select(p => p["train_id"]).Should().Equal("t0", "far");
        summary.TestTrain.Should().BeEquivalentTo(new { Listed = 4, ListedExact = 1, RowsWithExactCopy = 1, ExactPairs = 30 });

        var all = await AuditFolder.RunAsync(folder.Options with { Pairs = new() { Threshold = 0.9, AllPairs = true } }, Stopping);
        all.TestTrain.Should().BeEquivalentTo(new { Listed = 60, ListedExact = 30, RowsWithExactCopy = 1, ExactPairs = 30 });
        folder.Pairs().Where(p => p["test_id"] == "q" && p["kind"] == "test-train").Select(p => p["rank"]).Should().Equal(Enumerable.Range(1, 30).Select(r => $"{r}"));
    }

    [Fact]
    public async Task All_pairs_are_those_of_a_list_of_every_row()
    {
        WriteRandom(rows: 60, width: 40);
        await AuditFolder.RunAsync(folder.Options with { Pairs = new() { Neighbours = 60, Threshold = 0.4 } }, Stopping);
        var expected = folder.Pairs();
        expected.Should().HaveCountGreaterThan(100);
        byte[]? first = null;
        foreach (var (threads, pairsInMemory) in new[] { (1, 1000), (3, 7), (2, 64) })
        {
            await AuditFolder.RunAsync(folder.Options with { Pairs = new() { Threshold = 0.4, AllPairs = true }, Search = folder.Options.Search with { Threads = threads, PairsInMemory = pairsInMemory } }, Stopping);
            Without(folder.Pairs(), "ratio_to_second").Should().Equal(Without(expected, "ratio_to_second"));
            Files().Parquet.Should().Equal(first ??= Files().Parquet);
            Directory.EnumerateFiles(folder.Out).Select(Path.GetFileName).Should().BeEquivalentTo(".parquetpool.sha256", "audit.json", "conflicts.csv", "conflicts.parquet", "pairs.csv", "pairs.parquet", "rejects.parquet", "report.html");
        }
    }

    [Fact]
    public async Task Evidence_tells_mutual_pairs_labels_and_the_distance_of_the_next_row()
    {
        folder.Write("train", "a", [("near", [1, 0.1f], "cat"), ("copy", [1, 0.1f], "cat"), ("next", [1, 1], "dog")]);
        folder.Write("test", "a", [("q", [1, 0], "cat"), ("r", [1, 0.05f], null)]);
        await AuditFolder.RunAsync(folder.Options, Stopping);
        var pairs = folder.Pairs().Where(p => p["kind"] == "test-train").ToDictionary(p => p["test_id"]);
        string[] columns = ["train_id", "mutual", "label_agrees"];
        columns.Select(c => pairs["q"][c]).Should().Equal("copy", "false", "true");
        columns.Select(c => pairs["r"][c]).Should().Equal("copy", "true", "");
        var ratio = (1 - (1 / Math.Sqrt(1.01))) / (1 - Math.Sqrt(0.5));
        double.Parse(pairs["q"]["ratio_to_second"], System.Globalization.CultureInfo.InvariantCulture).Should().BeApproximately(ratio, 1e-6);
    }

    [Fact]
    public async Task One_split_alone_has_the_pairs_that_it_has_as_a_test_split()
    {
        WriteRandom(rows: 60, width: 40);
        foreach (var options in new[] { folder.Options with { Pairs = new() { Neighbours = 3 } }, folder.Options with { Pairs = new() { Threshold = 0.4, AllPairs = true } } })
        {
            var both = await AuditFolder.RunAsync(options, Stopping);
            var expected = folder.Pairs().Where(p => p["kind"] == "test-test").ToList();
            var alone = await AuditFolder.RunAsync(options with { Train = [] }, Stopping);
            Without(folder.Pairs()).Should().NotBeEmpty().And.Equal(Without(expected));
            alone.Comparisons.Should().Equal(both.TestTest);
            alone.Splits.Should().Equal(new SplitRows("test", 60));
            (alone.What("test-test"), both.What("test-test"), both.What("test-train")).Should().Be(("among the rows", "inside test", "test against train"));
        }
    }

    [Fact]
    public async Task Rows_that_cannot_be_compared_are_rejected_and_told()
    {
        folder.Write("train", "a", [("t0", [1, 0], null), ("zero", [0, 0], null), ("nan", [float.NaN, 1], null), ("t0", [0, 1], null)]);
        folder.Write("test", "a", [("q0", [1, 1], null), (null, [1, 0], null), ("inf", [float.PositiveInfinity, 1], null)]);
        var summary = await AuditFolder.RunAsync(folder.Options, Stopping);
        summary.Rejected.Should().Be(5);
        folder.Rows("rejects.parquet", "id", "reason").Should().Equal(("zero", "zero vector"), ("nan", "vector holds NaN or infinity"), ("t0", "id stands already in a, row 0"), ("", "id is null or empty"), ("inf", "vector holds NaN or infinity"));
        folder.Rows("rejects.parquet", "split", "shard").Should().Equal(("train", "a"), ("train", "a"), ("train", "a"), ("test", "a"), ("test", "a"));
        folder.Pairs().Should().ContainSingle().Which["train_id"].Should().Be("t0");
    }

    [Fact]
    public async Task Gives_the_same_files_whatever_threads_memory_and_shards()
    {
        var (train, test) = (Corpora.Random(1500, 700, 1), Corpora.Random(1300, 700, 2));
        test[7] = train[1200];
        test[1100] = train[3];
        Write("train", train, 1500);
        Write("test", test, 1300);
        await AuditFolder.RunAsync(folder.Options with { Pairs = new() { Neighbours = 2 }, Search = folder.Options.Search with { Threads = 1 } }, Stopping);
        var (csv, parquet) = Files();
        foreach (var (threads, megabytes) in new[] { (2, 512), (3, 1), (2, 4) })
        {
            await AuditFolder.RunAsync(folder.Options with { Pairs = new() { Neighbours = 2 }, Search = folder.Options.Search with { Threads = threads, VectorMegabytes = megabytes } }, Stopping);
            Files().Csv.Should().Equal(csv);
            Files().Parquet.Should().Equal(parquet);
        }
        folder.Pairs().Take(2).Should().OnlyContain(p => p["exact"] == "true");

        Directory.Delete(folder.Train, recursive: true);
        Write("train", train, 333);
        await AuditFolder.RunAsync(folder.Options with { Pairs = new() { Neighbours = 2 } }, Stopping);
        WithoutPlaces(folder.Pairs()).Should().Equal(WithoutPlaces([.. Parse(csv)]));
    }

    [Fact]
    public async Task Contradictions_are_usage_errors_and_bad_files_data_errors()
    {
        WriteRandom(rows: 3, width: 4);
        folder.Write("other", "a", [("x", [1, 2], null)]);
        folder.Write("columns", "a", [("x", [1, 2], null)], column: "pixels");
        await Fails<DataException>(folder.Options with { Vectors = new() { Columns = ["shape:2"] } }, "*no column shape*");
        await Fails<UsageException>(folder.Options with { Vectors = new() { Columns = ["features:0"] } }, "--column features:0 has weight 0, expected a number above 0");
        await Fails<UsageException>(folder.Options with { Vectors = new() { Columns = ["features", "features:2"] } }, "--column features is given 2 times*");
        await Fails<UsageException>(folder.Options with { Page = new() { Image = "2x2" }, Vectors = new() { Pixels = -1 } }, "--pixels -1 has weight -1*");
        await Fails<UsageException>(folder.Options with { Vectors = new() { Pixels = 1 } }, "--pixels is given and no --image*");
        await Fails<UsageException>(folder.Options with { Vectors = new() { Views = "flip" } }, "--views is given and no --image*");
        await Fails<UsageException>(folder.Options with { Page = new() { Image = "2x2" }, Vectors = new() { Views = "turn" } }, "--views turn names no views*");
        await Fails<UsageException>(folder.Options with { Page = new() { Image = "3x3" }, Vectors = new() { Views = "flip" } }, "--image 3x3 is 9 numbers: no column has as many*features has 4*");
        await Fails<UsageException>(folder.Options with { Vectors = new() { BestView = true } }, "--best-view is given without --views*");
        await Fails<UsageException>(folder.Options with { Vectors = new() { BestView = true, Views = "flip" }, Pairs = new() { AllPairs = true, Threshold = 0.9 } }, "--best-view is given with --all-pairs*");
        await Fails<UsageException>(folder.Options with { Pairs = new() { Neighbours = 0 } }, "--neighbours is 0, *");
        await Fails<UsageException>(folder.Options with { Pairs = new() { AllPairs = true } }, "--all-pairs*--threshold*");
        await Fails<UsageException>(folder.Options with { Pairs = new() { Threshold = 1.5 } }, "--threshold 1.5*");
        await Fails<UsageException>(new AuditOptions([folder.Train], [folder.PathOf("**/*.parquet")], folder.Out), "*--train and by --test*");
        await Fails<DataException>(new AuditOptions([folder.Train], [folder.PathOf("other")], folder.Out), "*4 numbers in the train split and of 2*");
        await Fails<DataException>(new AuditOptions([folder.Train], [folder.PathOf("columns")], folder.Out), "*no column features*");
        await Fails<DataException>(folder.Options with { LabelColumn = "species" }, "*species*");
        await Fails<DataException>(folder.Options with { Vectors = new() { Model = folder.PathOf("none") } }, "no model*");
        File.Exists(Path.Combine(folder.Out, "audit.json")).Should().BeFalse();
    }

    [Fact]
    public async Task A_single_vector_column_needs_no_name()
    {
        folder.Write("train", "a", [("t", [1, 2], null)], column: "pixels", labels: false);
        folder.Write("test", "a", [("q", [1, 2], null)], column: "pixels", labels: false);
        var summary = await AuditFolder.RunAsync(folder.Options, Stopping);
        summary.TestTrain.ListedExact.Should().Be(1);
        summary.TestTrain.LabelsKnown.Should().Be(0);
    }

    [Fact]
    public async Task A_stopped_audit_leaves_no_report()
    {
        WriteRandom(rows: 30, width: 4);
        await AuditFolder.RunAsync(folder.Options, Stopping);
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        var run = () => AuditFolder.RunAsync(folder.Options, stop.Token);
        await run.Should().ThrowAsync<OperationCanceledException>();
        File.Exists(Path.Combine(folder.Out, "audit.json")).Should().BeFalse();
    }

    private static async Task Fails<T>(AuditOptions options, string message)
        where T : Exception
    {
        var run = () => AuditFolder.RunAsync(options, Stopping);
        await run.Should().ThrowAsync<T>().WithMessage(message);
    }

    private void WriteRandom(int rows, int width)
    {
        Write("train", Corpora.Random(rows, width, 1), rows);
        Write("test", Corpora.Random(rows, width, 2), rows);
    }

    private void Write(string split, float[][] vectors, int shardRows)
    {
        var rows = vectors.Select((v, i) => ((string?)$"{split}-{i}", v, (string?)$"{i % 3}")).ToList();
        foreach (var (shard, part) in rows.Chunk(shardRows).Index())
        {
            folder.Write(split, $"part-{shard:D3}", part);
        }
    }

    private (byte[] Csv, byte[] Parquet) Files() =>
        (File.ReadAllBytes(Path.Combine(folder.Out, "pairs.csv")), File.ReadAllBytes(Path.Combine(folder.Out, "pairs.parquet")));

    private static IEnumerable<IReadOnlyDictionary<string, string>> Parse(byte[] csv)
    {
        var lines = System.Text.Encoding.UTF8.GetString(csv).TrimEnd('\n').Split('\n');
        var names = lines[0].Split(',');
        return lines.Skip(1).Select(l => names.Zip(l.Split(',')).ToDictionary(p => p.First, p => p.Second));
    }

    private static IEnumerable<string> WithoutPlaces(IReadOnlyList<IReadOnlyDictionary<string, string>> pairs) => Without(pairs, "train_shard", "train_row");

    private static IEnumerable<string> Without(IReadOnlyList<IReadOnlyDictionary<string, string>> pairs, params string[] columns) =>
        pairs.Select(p => string.Join(',', p.Where(c => !columns.Contains(c.Key)).Select(c => c.Value)));
}
