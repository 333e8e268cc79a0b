using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Commands;
using ParquetPool.Scorer.Audits;
using ParquetPool.Scorer.Purging;
using ParquetPool.Scorer.Tests.Audits;
using ParquetPool.Texts;

namespace ParquetPool.Scorer.Tests.Purging;

/// <summary>What a removed row doubles stays, and near it is the row itself.</summary>
public sealed class ChainTests : IDisposable
{
    private const double Threshold = 0.95;
    private static readonly CancellationToken Stopping = TestContext.Current.CancellationToken;
    private readonly AuditFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(1, true)]
    public async Task RowsAroundACircleAreNotJoinedByTheirNeighbours(int neighbours, bool allPairs)
    {
        var rows = Enumerable.Range(0, 36).Select(i => ($"r{i:D2}", (float[])[MathF.Cos(i * MathF.Tau / 36), MathF.Sin(i * MathF.Tau / 36)], (string?)"x")).ToArray();
        folder.Write("test", "a", [.. rows.Select(row => ((string?)row.Item1, row.Item2, row.Item3))]);

        await CheckAsync(folder.Options with { Train = [], Pairs = new() { Neighbours = neighbours, AllPairs = allPairs, Threshold = allPairs ? Threshold : null } }, rows.ToDictionary(row => row.Item1, row => row.Item2));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public async Task OfCopiesWhoseIdsAndPlacesAreOrderedOtherwiseOneStays(uint stream)
    {
        var draws = TestModels.Numbers(stream, 60);
        var vectors = Enumerable.Range(0, 60).ToDictionary(i => $"r{i:D2}", i => TestModels.Numbers(100 + (uint)(i % 7), 3).Select(v => v + (i % 3 * 0.05f)).ToArray());
        var rows = vectors.OrderBy(row => draws[int.Parse(row.Key[1..], System.Globalization.CultureInfo.InvariantCulture)]).Select(row => ((string?)row.Key, row.Value, (string?)null)).ToArray();
        folder.Write("test", "a", rows[..20]);
        folder.Write("test", "b", rows[20..40]);
        folder.Write("train", "a", rows[40..]);

        await CheckAsync(folder.Options, vectors);

        var left = TextTable.Read(folder.PathOf("purged/test/a.parquet"), "id").Concat(TextTable.Read(folder.PathOf("purged/test/b.parquet"), "id")).Select(row => vectors[row[0]!]).ToList();
        left.Select(vector => string.Join(' ', vector)).Should().OnlyHaveUniqueItems("of exact copies one stays at most");
    }

    private async Task CheckAsync(AuditOptions options, IReadOnlyDictionary<string, float[]> vectors)
    {
        await AuditFolder.RunAsync(options, Stopping);
        await PurgeRun.ExecuteAsync(
            new PurgeOptions(folder.Out, folder.PathOf("purged")) { Threshold = Threshold },
            new CommandContext(NullLogger.Instance, TimeProvider.System, new ProgressDisplay(ProgressMode.Quiet, TextWriter.Null, TimeProvider.System), Stopping));

        var removed = TextTable.ReadWithNumbers(folder.PathOf("purged/removed.csv"), "id", "doubles").ToDictionary(row => row[0]!, row => row[1]!);
        removed.Should().NotBeEmpty();
        removed.Values.Should().NotContain(id => removed.ContainsKey(id), "what a row doubles stays");
        var left = vectors.Keys.Where(id => !removed.ContainsKey(id)).ToList();
        var train = Directory.Exists(folder.Train) ? TextTable.Read(Path.Combine(folder.Train, "a.parquet"), "id").Select(row => row[0]!).ToHashSet() : [];
        foreach (var (a, b) in from a in left from b in left where string.CompareOrdinal(a, b) < 0 && !(train.Contains(a) && train.Contains(b)) select (a, b))
        {
            Cosine(vectors[a], vectors[b]).Should().BeLessThan(Threshold + 1e-6, $"{a} and {b} both stay");
        }
        foreach (var (id, doubles) in removed)
        {
            Cosine(vectors[id], vectors[doubles]).Should().BeGreaterThanOrEqualTo(Threshold - 1e-6, $"{id} doubles {doubles}");
        }
    }

    private static double Cosine(float[] a, float[] b) =>
        a.Zip(b).Sum(of => (double)of.First * of.Second) / Math.Sqrt(a.Sum(v => (double)v * v) * b.Sum(v => (double)v * v));
}
