using ParquetPool.Collections;
using ParquetPool.Contract;
using ParquetPool.Encoders;
using ParquetPool.Errors;
using ParquetPool.ShardRows;
using ParquetPool.Shards;
using ParquetPool.Texts;

namespace ParquetPool.Shared.Tests.Collections;

public sealed class PicturePoolTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly string encoder;

    public PicturePoolTests()
    {
        encoder = MadePictureEncoder.In(folder, """{ "size": 4, "mean": [0.5, 0.5, 0.5] }""", name: "model");
        foreach (var (name, seed) in new[] { ("train/cat/1.png", 1), ("train/dog/2.png", 2), ("test/cat/3.png", 3) })
        {
            File.WriteAllBytes(folder.File("photos", name), MadePicture.Png(seed: seed));
        }
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Pictures_become_shards_once_and_again_when_something_of_them_changes()
    {
        var first = Derive();

        (first.IsNew, first.Rejected, first.Shards.Count).Should().Be((true, 0, 2));
        var shards = ShardSet.Resolve(first.Shards);
        shards.CountRows().Should().Be(3);
        (shards.VectorWidth("features"), shards.VectorWidth("embedding")).Should().Be((3 * 16 * 16, 3));
        var facts = PoolFacts.Of(shards);
        facts.Classes.Should().Equal("cat", "dog");
        EncodedColumn.Of(facts, "embedding").Should().Be(new EncodedColumn(encoder, PictureEncoder.Sha256Of(encoder)));
        TextTable.Read(shards.Single(shard => shard.Name == "train-00000").Path, "id", "label", "split").Select(row => string.Join(' ', row)).Should().Equal("train/cat/1.png cat train", "train/dog/2.png dog train");

        var again = Derive();
        again.IsNew.Should().BeFalse();
        again.Shards.Should().Equal(first.Shards);
        Derive(side: 8).Shards.Should().NotIntersectWith(first.Shards);
        var said = File.ReadAllText(folder.File("model", "encoder.json"));
        File.WriteAllText(folder.File("model", "encoder.json"), said.Replace("0.5, 0.5, 0.5", "0.5, 0.5, 0.4", StringComparison.Ordinal));
        Derive().Shards.Should().NotIntersectWith(first.Shards, "the encoder is another by now");
        File.WriteAllText(folder.File("model", "encoder.json"), said);
        File.WriteAllBytes(folder.File("photos", "test", "dog", "4.png"), MadePicture.Png(seed: 4));
        var more = Derive();
        more.IsNew.Should().BeTrue();
        ShardSet.Resolve(more.Shards).CountRows().Should().Be(4);
    }

    [Fact]
    public void What_was_made_of_a_picture_is_not_made_again_under_another_name()
    {
        var first = Derive();
        Directory.Move(folder.File("photos", "train", "dog"), folder.File("photos", "train", "wolf"));
        foreach (var entry in Directory.EnumerateFiles(folder.File("cache", "entries"), "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(entry, DateTime.UnixEpoch);
        }

        var renamed = Derive();

        renamed.IsNew.Should().BeTrue();
        Vectors(renamed).Should().BeEquivalentTo(Vectors(first));
        Directory.EnumerateFiles(folder.File("cache", "entries"), "*", SearchOption.AllDirectories).Should().HaveCount(3).And.OnlyContain(entry => File.GetLastWriteTimeUtc(entry) == DateTime.UnixEpoch, "none was written");
    }

    [Fact]
    public void A_damaged_entry_is_made_anew()
    {
        var before = File.ReadAllBytes(Derive().Shards[0]);
        foreach (var entry in Directory.EnumerateFiles(folder.File("cache", "entries"), "*", SearchOption.AllDirectories))
        {
            File.WriteAllBytes(entry, [.. File.ReadAllBytes(entry)[..^40], .. new byte[40]]);
        }
        Directory.Delete(folder.File("cache", "pools"), recursive: true);

        File.ReadAllBytes(Derive().Shards[0]).Should().Equal(before);
    }

    [Fact]
    public void Pictures_that_cannot_be_used_are_named_and_own_outputs_are_none()
    {
        File.WriteAllText(folder.File("photos", "train", "cat", "text.jpg"), "hello");
        File.WriteAllBytes(folder.File("photos", "out", "map.png"), MadePicture.Png(seed: 9));
        ParquetPool.Storage.WrittenFiles.Claim(folder.File("photos", "out"), ["map.png"], _ => true).Complete();

        var pool = Derive();

        pool.Rejected.Should().Be(1);
        File.ReadAllText(pool.Rejects).Should().Contain("text.jpg,not-a-picture,");
        ShardSet.Resolve(pool.Shards).CountRows().Should().Be(3);
    }

    [Fact]
    public void The_cache_keeps_to_its_limit_and_to_what_is_in_use()
    {
        var first = Derive();
        var second = Derive(side: 8, limit: 1);

        Directory.EnumerateFiles(folder.File("cache", "entries"), "*", SearchOption.AllDirectories).Should().BeEmpty();
        first.Shards.Concat(second.Shards).Should().OnlyContain(shard => File.Exists(shard), "this process holds them");
    }

    [Fact]
    public void A_folder_is_of_pictures_where_it_has_no_shards()
    {
        var (photos, empty) = (folder.File("photos"), folder.File("empty", "x"));
        Directory.CreateDirectory(empty);
        var shards = Path.GetDirectoryName(Derive().Shards[0])!;
        File.WriteAllBytes(Path.Combine(shards, "report.png"), MadePicture.Png());

        PicturePatterns.Among([photos, empty, shards, "s3://bucket/photos", Path.Combine(shards, "*.parquet"), folder.File("gone")]).Should().Equal(photos);
    }

    [Fact]
    public void Without_a_picture_that_can_be_used_there_is_no_pool()
    {
        foreach (var picture in Directory.EnumerateFiles(folder.File("photos"), "*", SearchOption.AllDirectories))
        {
            File.WriteAllText(picture, "text");
        }

        FluentActions.Invoking(() => Derive()).Should().Throw<DataException>().WithMessage("*none of 3 pictures can be used*");
        Directory.Exists(folder.File("cache", "pools")).Should().BeTrue();
        Directory.EnumerateFileSystemEntries(folder.File("cache", "pools")).Should().BeEmpty("nothing half-made is left");
    }

    private DerivedPool Derive(int side = 16, long limit = long.MaxValue) =>
        Derive(new PicturePool(new PictureOptions([folder.File("photos")]) { Side = side }, encoder, folder.File("cache"), TestContext.Current.CancellationToken), limit);

    private static DerivedPool Derive(PicturePool pool, long limit)
    {
        using var key = pool.NewKey();
        return pool.Find(key, TimeProvider.System, _ => { }) ?? pool.Make(key, TimeProvider.System, limit, _ => { });
    }

    private static List<string> Vectors(DerivedPool pool)
    {
        var shards = ShardSet.Resolve(pool.Shards);
        var column = shards.Vector("embedding");
        return [.. shards.SelectMany(shard => ShownRows.Read(shard, [0, 1, 2], column)).Select(row => string.Join(' ', row.Vector!))];
    }
}
