using System.Globalization;
using ParquetPool.Pictures;
using ParquetPool.Scorer.Audits;
using ParquetPool.Scorer.Embedders;
using ParquetPool.Scorer.Tests.Embedders;

namespace ParquetPool.Scorer.Tests.Audits;

public sealed class BestViewTests : IDisposable
{
    private const int Side = 9;
    private static readonly PictureFormat Format = PictureFormat.Parse("9x9")!;
    private static readonly IReadOnlyList<View> Views = View.Parse("shift,flip", Format, halfway: true);
    private readonly AuditFolder folder = new();
    private readonly float[][] train = TestBatch.Pictures(60, Side * Side, 1);
    private readonly float[][] test = TestBatch.Pictures(40, Side * Side, 2);

    public BestViewTests()
    {
        for (var row = 0; row < 10; row++)
        {
            test[row] = Seen(train[3 * row], Views[(row + 1) % Views.Count]);
            test[20 + row] = Seen(test[row], Views[(row + 5) % Views.Count]);
        }
        folder.Write("train", "a", [.. train.Select((v, i) => ((string?)$"train-{i:D2}", v, (string?)null))], labels: false);
        folder.Write("test", "a", [.. test.Select((v, i) => ((string?)$"test-{i:D2}", v, (string?)null))], labels: false);
    }

    private static CancellationToken Stopping => TestContext.Current.CancellationToken;

    private AuditOptions Options => folder.Options with { Page = new() { Image = "9x9" }, Vectors = new() { Views = "shift,flip", BestView = true } };

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Views_are_every_whole_pixel_up_to_a_sixteenth_of_the_side_and_their_mirror_images_the_picture_itself_first()
    {
        var views = View.Parse("shift,flip", PictureFormat.Parse("3x32x28")!, halfway: true);
        var expected = from down in Enumerable.Range(-2, 5) from right in Enumerable.Range(-2, 5) from flipped in new[] { false, true } select new View(down, right, flipped);
        views.Should().BeEquivalentTo(expected);
        views[0].Should().Be(default(View));
        View.Parse("flip", Format, halfway: true)[0].Should().Be(default(View));
    }

    [Fact]
    public async Task The_nearest_row_is_that_of_the_most_similar_view()
    {
        var summary = await AuditFolder.RunAsync(Options with { Pairs = Options.Pairs with { Neighbours = 2 } }, Stopping);
        summary.Views.Should().Be(18);
        var found = folder.Pairs().Where(pair => pair["kind"] == "test-train").ToList();
        found.Should().HaveCount(2 * test.Length);
        for (var row = 0; row < test.Length; row++)
        {
            var expected = train.Select((other, i) => ($"train-{i:D2}", Best(test[row], other))).OrderByDescending(p => p.Item2).Take(2);
            Neighbours(found, $"test-{row:D2}").Should().Equal(expected, (a, b) => a.Item1 == b.Item1 && Math.Abs(a.Item2 - b.Item2) < 1e-9);
        }
    }

    [Fact]
    public async Task A_pair_inside_a_split_is_listed_once_with_the_higher_cosine_of_those_found()
    {
        await AuditFolder.RunAsync(Options, Stopping);
        var expected = new Dictionary<(string, string), double>();
        for (var row = 0; row < test.Length; row++)
        {
            var nearest = Enumerable.Range(0, test.Length).Where(other => other != row).MaxBy(other => Best(test[row], test[other]));
            var pair = ($"test-{Math.Min(row, nearest):D2}", $"test-{Math.Max(row, nearest):D2}");
            expected[pair] = Math.Max(expected.GetValueOrDefault(pair), Best(test[row], test[nearest]));
        }
        folder.Pairs().Where(pair => pair["kind"] == "test-test").Select(pair => ((pair["test_id"], pair["train_id"]), Similarity(pair)))
            .Should().BeEquivalentTo(expected.Select(pair => (pair.Key, pair.Value)), o => o.Using<double>(of => of.Subject.Should().BeApproximately(of.Expectation, 1e-9)).WhenTypeIs<double>());
    }

    [Fact]
    public async Task Threads_memory_and_the_cut_into_parts_change_nothing()
    {
        var options = Options with { Vectors = Options.Vectors with { Pixels = 0.5, Columns = ["features"] }, Pairs = Options.Pairs with { Neighbours = 3 } };
        await AuditFolder.RunAsync(options with { Search = options.Search with { Threads = 1 } }, Stopping);
        var expected = folder.Pairs();
        foreach (var (threads, megabytes, rows) in new[] { (3, 512, 1 << 15), (2, 1, 7), (1, 1, 1) })
        {
            await AuditFolder.RunAsync(options with { Search = options.Search with { Threads = threads, VectorMegabytes = megabytes, PartRows = rows, PairsInMemory = 16 } }, Stopping);
            folder.Pairs().Should().BeEquivalentTo(expected, o => o.WithStrictOrdering());
        }
    }

    private static IEnumerable<(string, double)> Neighbours(IEnumerable<IReadOnlyDictionary<string, string>> pairs, string id) =>
        pairs.Where(pair => pair["test_id"] == id).Select(pair => (pair["train_id"], Similarity(pair)));

    private static double Similarity(IReadOnlyDictionary<string, string> pair) => 1 - double.Parse(pair["distance"], CultureInfo.InvariantCulture);

    private static double Best(float[] query, float[] other) => Views.Max(view =>
    {
        var seen = Seen(query, view);
        return seen.Zip(other).Sum(p => (double)p.First * p.Second) / Math.Sqrt(seen.Sum(v => (double)v * v) * other.Sum(v => (double)v * v));
    });

    // Written apart from the product: moved with its edge repeated, then mirrored.
    private static float[] Seen(float[] picture, View view) =>
    [
        .. from y in Enumerable.Range(0, Side)
           from x in Enumerable.Range(0, Side)
           let unmirrored = view.Flipped ? Side - 1 - x : x
           select picture[(Math.Clamp(y - view.Down, 0, Side - 1) * Side) + Math.Clamp(unmirrored - view.Right, 0, Side - 1)],
    ];
}
