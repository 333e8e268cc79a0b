using ParquetPool.Columns;
using ParquetPool.Encoders;
using ParquetPool.Errors;
using ParquetPool.Scorer.Finds;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Tests.Finds;

public sealed class FindRunTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly string model;

    public FindRunTests()
    {
        model = MadeEncoder.In(folder);
        Shard("a", ("a0", "my card is lost"), ("a1", "where is my money"), ("a2", null));
        Shard("b", ("b0", "lost card"), ("b1", "my card is lost"), ("b2", "cafe"));
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_text_finds_the_rows_nearest_to_it_with_the_encoder_of_the_column()
    {
        var summary = Find(new([folder.File("pool")]) { Text = "My CARD is lost", Encoder = model, Top = 3, Out = folder.File("out", "near.csv") });

        summary.Found.Select(row => row.Id).Should().Equal("a0", "b1", "b0");
        summary.Found[0].Similarity.Should().BeApproximately(1, 1e-6);
        summary.Found[2].Columns.Should().Equal(new Dictionary<string, string?> { ["text"] = "lost card" });
        (summary.Column, summary.Encoder, summary.Compared, summary.Skipped).Should().Be(("embedding", model, 5, 1));
        var lines = File.ReadAllLines(folder.File("out", "near.csv"));
        lines[0].Should().Be("rank,id,similarity,shard,row,text");
        lines[3].Should().StartWith("3,b0,0.").And.EndWith(",b,0,lost card");
    }

    [Fact]
    public void A_row_finds_others_and_not_itself()
    {
        var found = Find(new([folder.File("pool")]) { Like = "b1" }).Found;

        found.Select(row => row.Id).Should().Equal("a0", "b0", "a1", "b2");
        (found[0].Shard, found[0].Row).Should().Be(("a", 0));
    }

    [Fact]
    public void The_answer_does_not_depend_on_how_the_rows_are_cut_into_shards()
    {
        var before = Find(new([folder.File("pool")]) { Text = "card", Encoder = model }).Found.Select(row => (row.Id, row.Similarity)).ToList();
        var packed = folder.File("packed", "all.parquet");
        Shard("all", ("b2", "cafe"), ("b1", "my card is lost"), ("a1", "where is my money"), ("b0", "lost card"), ("a0", "my card is lost"));

        Find(new([folder.File("pool", "all.parquet")]) { Text = "card", Encoder = model }).Found.Select(row => (row.Id, row.Similarity)).Should().Equal(before);
        var shards = ShardSet.Resolve([folder.File("pool", "all.parquet")]);
        ShardPacker.Pack(shards[0], [shards.Vector("embedding")], packed, PoolFacts.Of(shards[0]).In(new Provenance("scorer pack")));
        Find(new([packed]) { Text = "card", Encoder = model }).Found.Select(row => (row.Id, row.Similarity)).Should().Equal(before);
    }

    [Fact]
    public void What_cannot_be_answered_is_told()
    {
        var pool = new FindOptions([folder.File("pool")]);
        var other = MadeEncoder.In(folder, name: "other");
        FluentActions.Invoking(() => Find(pool)).Should().Throw<UsageException>().WithMessage("neither --text nor --like was given*");
        FluentActions.Invoking(() => Find(pool with { Text = "a", Like = "b" })).Should().Throw<UsageException>();
        FluentActions.Invoking(() => Find(pool with { Text = " " })).Should().Throw<UsageException>();
        FluentActions.Invoking(() => Find(pool with { Text = "a", Top = 0 })).Should().Throw<UsageException>().WithMessage("--top is 0*");
        FluentActions.Invoking(() => Find(pool with { Like = "zz" })).Should().Throw<DataException>().WithMessage("--like zz: the pool has no such row*");
        FluentActions.Invoking(() => Find(pool with { Like = "a2" })).Should().Throw<DataException>().WithMessage("*row a2 has no usable embedding*");
        FluentActions.Invoking(() => Find(pool with { Text = "a", Column = "given" })).Should().Throw<UsageException>().WithMessage("*says which encoder made the column given*");
        FluentActions.Invoking(() => Find(pool with { Text = "a", Column = "given", Encoder = other })).Should().Throw<DataException>().WithMessage("*makes vectors of 15 numbers, the column given has 2 numbers*");
        FluentActions.Invoking(() => Find(pool with { Text = "a" })).Should().Throw<UsageException>().WithMessage($"*was made by '{model}': name that file with --encoder*");
        Find(pool with { Text = "card", Encoder = other }).Found.Should().NotBeEmpty("it has the bytes of the one that made the column");
    }

    [Fact]
    public void Shards_of_two_encoders_are_not_compared()
    {
        Shard("c", MadeEncoder.In(folder, """{ "maxTokens": 4 }""", "short"), ("c0", "my card is lost"));

        FluentActions.Invoking(() => Find(new([folder.File("pool")]) { Text = "card", Encoder = model })).Should().Throw<DataException>().WithMessage("*a.parquet and *c.parquet contradict each other: the encoder of embedding is*");
    }

    private void Shard(string name, params (string Id, string? Text)[] rows) => Shard(name, model, rows);

    private void Shard(string name, string by, params (string Id, string? Text)[] rows)
    {
        using var encoder = TextEncoder.Open(by);
        var vectors = new float[rows.Length * encoder.Width];
        encoder.Encode([.. rows.Select(row => row.Text ?? "")], vectors);
        foreach (var (place, row) in rows.Index().Where(row => row.Item.Text is null))
        {
            vectors[place * encoder.Width] = float.NaN;
        }
        using var writer = new ShardWriter(
            folder.File("pool", $"{name}.parquet"),
            [new("id", ShardType.Text), new("text", ShardType.Text), new("embedding", ShardType.FloatList, encoder.Width, Optional: true), new("given", ShardType.FloatList, 2)],
            new EncodedColumn(encoder.Name, encoder.Sha256).In(PoolFacts.None, "embedding").In(new Provenance("trainer import")));
        writer.Write(rows.Length, rows.Select(row => row.Id).ToArray(), rows.Select(row => row.Text).ToArray(), vectors, new float[rows.Length * 2]);
        writer.Complete();
    }

    private static FindSummary Find(FindOptions options) => FindRun.Execute(options, TestContext.Current.CancellationToken);
}
