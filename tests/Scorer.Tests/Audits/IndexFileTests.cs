using ParquetPool.Errors;
using ParquetPool.Scorer.Audits;
using ParquetPool.Scorer.Tests.Neighbours;

namespace ParquetPool.Scorer.Tests.Audits;

public sealed class IndexFileTests : IDisposable
{
    private const int Width = 32;
    private static readonly CancellationToken Stopping = TestContext.Current.CancellationToken;
    private readonly AuditFolder folder = new();
    private readonly (string? Id, float[] Vector, string? Label)[] rows = [.. Corpora.Clustered(600, Width, 5).Select((v, i) => ($"t{i}", v, (string?)$"l{i % 3}"))];

    public void Dispose() => folder.Dispose();

    private string IndexPath => folder.PathOf("train.cells");

    private AuditOptions Options => folder.Options with { Search = folder.Options.Search with { Approximate = 0.99, Index = IndexPath } };

    [Fact]
    public async Task A_later_audit_finds_the_same_pairs_without_the_vectors()
    {
        folder.Write("train", "a", rows[..300]);
        folder.Write("train", "b", [.. rows[300..600], ("zero", new float[Width], "l0"), rows[0]]);
        folder.Write("test", "a", [.. rows[..200].Select(row => ("q" + row.Id, row.Vector, row.Label))]);
        await AuditFolder.RunAsync(Options, Stopping);
        var (pairs, rejects) = (Lines(), Rejects());
        var made = await File.ReadAllBytesAsync(IndexPath, Stopping);
        var summary = await AuditFolder.RunAsync(Options, Stopping);
        Lines().Should().Equal(pairs);
        Rejects().Should().Equal(rejects).And.HaveCount(2);
        summary.TestTrain.ExactPairs.Should().Be(200);
        (await File.ReadAllBytesAsync(IndexPath, Stopping)).Should().Equal(made);
    }

    [Fact]
    public async Task New_shards_are_added()
    {
        folder.Write("train", "b", rows[..400]);
        folder.Write("test", "a", [.. rows.Skip(350).Select(row => ("q" + row.Id, row.Vector, row.Label))]);
        var before = await AuditFolder.RunAsync(Options, Stopping);
        before.TestTrain.ExactPairs.Should().Be(50);
        folder.Write("train", "a", rows[400..500]);
        folder.Write("train", "c", rows[500..]);
        for (var turn = 0; turn < 2; turn++)
        {
            var after = await AuditFolder.RunAsync(Options, Stopping);
            after.TestTrain.ExactPairs.Should().Be(250);
            after.TestTrain.LabelsAgree.Should().Be(250);
            folder.Pairs().Where(pair => pair["kind"] == "test-train").Should().OnlyContain(pair => pair["test_id"] == "q" + pair["train_id"]);
        }
    }

    [Fact]
    public async Task Other_vectors_and_changed_or_missing_shards_are_refused()
    {
        folder.Write("train", "a", rows[..100]);
        folder.Write("train", "b", rows[100..200]);
        folder.Write("test", "a", [.. rows[..50].Select(row => ("q" + row.Id, row.Vector, row.Label))]);
        await AuditFolder.RunAsync(Options, Stopping);
        await Refused(Options with { Vectors = Options.Vectors with { Columns = ["features:2"] } }, "*holds vectors of columns features, this audit compares columns features:2*");
        await Refused(Options with { Train = [Path.Combine(folder.Train, "a.parquet")] }, "*holds rows of b*, which --train does not name*");
        folder.Write("train", "b", rows[100..199]);
        await Refused(Options, "*holds rows of b*, which has changed since*");
        await File.WriteAllTextAsync(IndexPath, "no index", Stopping);
        await Refused(Options, "*is no index that this version reads*");
    }

    [Fact]
    public async Task A_file_that_was_changed_anywhere_is_refused()
    {
        folder.Write("train", "a", rows[..100]);
        folder.Write("test", "a", [.. rows[..50].Select(row => ("q" + row.Id, row.Vector, row.Label))]);
        await AuditFolder.RunAsync(Options, Stopping);
        var bytes = await File.ReadAllBytesAsync(IndexPath, Stopping);
        for (var at = 3; at < bytes.Length; at += bytes.Length / 23)
        {
            byte[] changed = [.. bytes];
            changed[at] ^= 0x40;
            await File.WriteAllBytesAsync(IndexPath, changed, Stopping);
            await Refused(Options, "*remove it and it is made anew");
        }
        foreach (var length in new[] { 0, 1, 39, bytes.Length / 2, bytes.Length - 1 })
        {
            await File.WriteAllBytesAsync(IndexPath, bytes[..length], Stopping);
            await Refused(Options, "*remove it and it is made anew");
        }
    }

    [Fact]
    public async Task Needs_an_approximate_audit_of_two_splits() =>
        await FluentActions.Awaiting(() => AuditFolder.RunAsync(Options with { Search = Options.Search with { Approximate = null } }, Stopping)).Should().ThrowAsync<UsageException>().WithMessage("--index*--approximate*");

    private string[] Lines() => File.ReadAllLines(Path.Combine(folder.Out, "pairs.csv"));

    private IReadOnlyList<(string, string)> Rejects() => folder.Rows("rejects.parquet", "id", "reason");

    private static async Task Refused(AuditOptions options, string message) =>
        await FluentActions.Awaiting(() => AuditFolder.RunAsync(options, Stopping)).Should().ThrowAsync<DataException>().WithMessage(message);
}
