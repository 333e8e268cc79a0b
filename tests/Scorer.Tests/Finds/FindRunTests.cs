using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Decoding;
using ParquetPool.Encoders;
using ParquetPool.Errors;
using ParquetPool.Grams;
using ParquetPool.Scorer.Finds;
using ParquetPool.Scorer.Tests.Overlaps;
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

    [Theory]
    [InlineData(TextGramKind.Characters, "CARD  lost")]
    [InlineData(TextGramKind.Words, "lost card")]
    public void A_text_finds_the_rows_nearest_to_it_without_an_encoder(TextGramKind grams, string text)
    {
        Hashed(grams, "my money", "lost card", "a lost card is found");

        var summary = Find(new([folder.File("hashed")]) { Text = text, Top = 2 });

        summary.Found.Select(row => row.Id).Should().Equal("1", "2");
        summary.Found[0].Similarity.Should().BeGreaterThan(grams == TextGramKind.Words ? 0.999 : 0.6);
        summary.Encoder.Should().Be($"text-grams:{(grams == TextGramKind.Words ? "words" : "characters")}");
        FluentActions.Invoking(() => Find(new([folder.File("hashed")]) { Text = grams == TextGramKind.Words ? "?!" : "\u00a0" })).Should().Throw<Exception>().WithMessage("--text *");
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
        FluentActions.Invoking(() => Find(pool)).Should().Throw<UsageException>().WithMessage("none of --text, --image and --like given*");
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
    public void A_picture_finds_the_pictures_nearest_to_it_and_draws_them()
    {
        var by = MadePictureEncoder.In(folder, """{ "size": 4, "mean": [0.5, 0.5, 0.5] }""");
        Pictures(by, "photos", 1, 2, 3);
        File.WriteAllBytes(folder.File("sought.png"), MadePicture.Png(seed: 2));
        File.WriteAllText(folder.File("no.png"), "text");
        var options = new FindOptions([folder.File("photos")]) { Image = folder.File("sought.png"), Encoder = by, Top = 2, Page = folder.File("near.html") };

        var found = Find(options).Found;

        (found[0].Id, found.Count).Should().Be(("2.png", 2));
        found[0].Similarity.Should().BeApproximately(1, 1e-6);
        File.ReadAllText(folder.File("near.html")).Should().Contain("sought.png").And.Contain("data:image/jpeg;base64,").And.Contain("2.png");
        FluentActions.Invoking(() => Find(options with { Image = folder.File("no.png") })).Should().Throw<DataException>().WithMessage("--image *no.png: a text, expected JPEG*");
        FluentActions.Invoking(() => Find(options with { Image = folder.File("gone.png") })).Should().Throw<DataException>().WithMessage("*is not there*");
        FluentActions.Invoking(() => Find(options with { Encoder = MadePictureEncoder.In(folder, name: "other") })).Should().Throw<DataException>().WithMessage("*was made by one with*");
    }

    [Fact]
    public void A_part_of_a_rows_picture_finds_the_row()
    {
        using (var writer = new ShardWriter(folder.File("scenes", "a.parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatList, 2), new("image", ShardType.Image)], new Provenance("test")))
        {
            var scene = new Texture(1);
            foreach (var (id, vector, levels) in new (string, float[], byte[,])[] { ("part", [1, 0], Texture.Mirrored(scene.Seen(0.3, 0.1, 0.5, 0.375, 120, 90))), ("near", [1, 2], new Texture(2).Seen(0, 0, 1, 1, 128, 128)), ("whole", [0, 1], scene.Seen(0, 0, 1, 0.75, 128, 96)) })
            {
                writer.Write(1, new[] { id }, vector, new[] { new ImageCell(Texture.File(levels), id) });
            }
            writer.Complete();
        }
        var options = new FindOptions([folder.File("scenes")]) { Like = "part", Top = 1, Out = folder.File("near.csv") };

        var found = Find(options).Found.Single();
        (found.Id, found.Similarity > 0.7).Should().Be(("whole", true));
        found.Overlap.Should().StartWith("the first is").And.EndWith("of the second; mirrored");
        File.ReadAllLines(options.Out!).Should().HaveCount(2).And.HaveElementAt(0, "rank,id,similarity,shard,row,overlap");
        Find(options with { Like = "near" }).Found.Single().Should().Match<FoundRow>(row => row.Id == "whole" && row.Overlap == null);
    }

    [Fact]
    public void Shards_of_two_encoders_are_not_compared()
    {
        Shard("c", MadeEncoder.In(folder, """{ "maxTokens": 4 }""", "short"), ("c0", "my card is lost"));

        FluentActions.Invoking(() => Find(new([folder.File("pool")]) { Text = "card", Encoder = model })).Should().Throw<DataException>().WithMessage("*a.parquet and *c.parquet contradict each other: the encoder of embedding is*");
    }

    private void Pictures(string by, string pool, params int[] seeds)
    {
        using var encoder = PictureEncoder.Open(by);
        using var writer = new ShardWriter(
            folder.File(pool, "a.parquet"),
            [new("id", ShardType.Text), new("embedding", ShardType.FloatList, encoder.Width), new("image", ShardType.Image)],
            new EncodedColumn(encoder.Name, encoder.Sha256).In(PoolFacts.None, "embedding").In(new Provenance("trainer import")));
        foreach (var seed in seeds)
        {
            var picture = PictureDecoder.Decode(MadePicture.Png(seed: seed)).Picture;
            var vector = new float[encoder.Width];
            encoder.Encode(picture, vector);
            writer.Write(1, new[] { $"{seed}.png" }, vector, new[] { new ImageCell(Thumbnail.Encode(Thumbnail.Of(picture)), $"{pool}/{seed}.png") });
        }
        writer.Complete();
    }

    private void Hashed(TextGramKind grams, params string[] texts)
    {
        const int Width = 256;
        using var writer = new ShardWriter(
            folder.File("hashed", "a.parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatList, Width)], HashedText.Column(grams, Width).In(PoolFacts.None, "features").In(new Provenance("trainer import")));
        foreach (var (place, text) in texts.Index())
        {
            var vector = new float[Width];
            HashedText.Fill(text, grams, vector);
            writer.Write(1, new[] { $"{place}" }, vector);
        }
        writer.Complete();
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

    private static FindSummary Find(FindOptions options) => FindRun.Execute(
        options, new CommandContext(NullLogger.Instance, TimeProvider.System, new ProgressDisplay(ProgressMode.Quiet, TextWriter.Null, TimeProvider.System), TestContext.Current.CancellationToken));
}
