using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using ParquetPool.Collections;
using ParquetPool.Decoding;
using ParquetPool.Errors;
using ParquetPool.ShardRows;
using ParquetPool.Shards;
using ParquetPool.Trainer.Import;

namespace ParquetPool.Trainer.Tests.Import;

public sealed class PictureImportTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void AFolderOfPicturesBecomesShardsOfItsSplits()
    {
        for (var i = 0; i < 6; i++)
        {
            folder.Write($"photos/{(i < 4 ? "train" : "test")}/{(i % 2 == 0 ? "cat" : "dog")}/{i}.png", MadePicture.Png(seed: i));
        }

        var summary = Import("photos");

        summary.Splits.Should().Equal("test", "train");
        (summary.Rows, summary.Rejected, summary.Classes, summary.Width).Should().Be((6, 0, 2, 3 * 16 * 16));
        var rows = Sources.ReadAll(folder.File("pool"));
        rows.Select(row => (row.Shard, row.Id, row.Label)).Should().Equal(
            ("test-00000", "test/cat/4.png", "cat"), ("test-00000", "test/dog/5.png", "dog"),
            ("train-00000", "train/cat/0.png", "cat"), ("train-00000", "train/cat/2.png", "cat"), ("train-00000", "train/dog/1.png", "dog"), ("train-00000", "train/dog/3.png", "dog"));
        var expected = new float[3 * 16 * 16];
        FittedPicture.Of(MadePicture.Of(40, 30, 4), 16, 16, PictureFit.Cover, ResampleFilter.Bilinear).Fill(expected, 3);
        rows[0].Features.Should().Equal(expected);
    }

    [Fact]
    public void TheThumbnailIsShownWithoutBeingAVector()
    {
        folder.Write("photos/a.png", MadePicture.Png());
        Import("photos");
        var shards = ShardSet.Resolve([folder.File("pool")]);

        var shown = ShownRows.Read(shards.Single(), [0]).Single();

        PictureBytes.MediaType(shown.Picture).Should().Be("image/jpeg");
        ShardPacker.ListColumns(shards).Should().Equal("features");
    }

    [Fact]
    public void EachBrokenFileIsNamedWithItsCause()
    {
        folder.Write("photos/good.png", MadePicture.Png());
        folder.Write("photos/png.jpg", MadePicture.Png(seed: 1));
        folder.Write("photos/copy, \"of\" good.png", MadePicture.Png());
        folder.Write("photos/hidden-picture.dat", MadePicture.Jpeg());
        folder.Write("photos/notes.txt", "hello");
        folder.Write("photos/empty.jpg", "");
        folder.Write("photos/=text.jpg", "hello");
        folder.Write("photos/half.jpg", MadePicture.Jpeg()[..300]);
        folder.Write("photos/.hidden.jpg", "nobody's");
        File.CreateSymbolicLink(folder.File("photos", "nowhere.jpg"), folder.File("gone.jpg"));
        Directory.CreateSymbolicLink(folder.File("photos", "circle"), folder.File("photos"));

        var summary = Import("photos");

        (summary.Rows, summary.Rejected, summary.OtherFiles).Should().Be((4, 5, 1));
        var rejects = File.ReadAllText(folder.File("pool", "rejects.csv"));
        rejects.Should().MatchRegex("empty.jpg,empty,").And.MatchRegex("=text.jpg,not-a-picture,").And.MatchRegex("half.jpg,truncated,").And.MatchRegex("nowhere.jpg,unreadable,").And.MatchRegex("circle,link,");
        var issues = File.ReadAllText(folder.File("pool", "issues.csv"));
        issues.Should().Contain("png.jpg,wrong-extension,,,PNG").And.Contain("good.png,exact-copy,,,\"copy, \"\"of\"\" good.png\"");
        Sources.ReadAll(folder.File("pool")).Select(row => row.Id).Should().Contain("hidden-picture.dat");
    }

    [Fact]
    public void WhatIsWrongWithAPictureIsListedByThresholdsThatCanBeSet()
    {
        var (black, wide) = (MadePicture.Of(40, 40), MadePicture.Of(300, 40));
        Array.Clear(black.Pixels);
        folder.Write("photos/black.png", MadePicture.File(black, SkiaSharp.SKEncodedImageFormat.Png));
        folder.Write("photos/wide.png", MadePicture.File(wide, SkiaSharp.SKEncodedImageFormat.Png));
        folder.Write("photos/usual.png", MadePicture.Png());

        Import("photos").Issues.Should().BeEquivalentTo(new Dictionary<string, int> { ["blurry"] = 1, ["dark"] = 1, ["grey"] = 1, ["low-information"] = 1, ["near-uniform"] = 1, ["odd-aspect"] = 1 });
        Import("photos", pictures => pictures with { Issues = ["odd-aspect=0.05", "odd-size=1.5"] }).Issues.Should().ContainKey("odd-size").And.NotContainKey("odd-aspect");
        FluentActions.Invoking(() => Import("photos", pictures => pictures with { Issues = ["drak=1"] })).Should().Throw<UsageException>().WithMessage("--issue drak=1 is no threshold, expected NAME=NUMBER with one of dark*");
    }

    [Fact]
    public void TarsHaveLabelsBesideTheirPicturesAndZipsTheirFolders()
    {
        using (var tar = new TarWriter(File.Create(folder.File("photos", "train-000.tar"))))
        {
            Add(tar, "one.png", MadePicture.Png());
            Add(tar, "one.cls", "cat"u8.ToArray());
            Add(tar, "two.json", "{\"label\":\"dog\"}"u8.ToArray());
            Add(tar, "two.png", MadePicture.Png(seed: 2));
        }
        using (var zip = ZipFile.Open(folder.File("photos", "test.zip"), ZipArchiveMode.Create))
        {
            zip.CreateEntryFromFile(folder.Write("z", MadePicture.Png(seed: 3)), "x/three.png");
        }

        Import("photos");

        Sources.ReadAll(folder.File("pool")).Select(row => (row.Id, row.Label)).Should().Equal(
            ("test.zip/x/three.png", null), ("train-000.tar/one.png", "cat"), ("train-000.tar/two.png", "dog"));

        static void Add(TarWriter tar, string name, byte[] bytes) => tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes) });
    }

    [Fact]
    public void OddMembersOfArchivesAndArchivesThatAreNoneAreNamed()
    {
        using (var tar = new TarWriter(File.Create(folder.File("photos", "a.tar"))))
        {
            Add("./cat/one.png", MadePicture.Png(), TarEntryType.RegularFile);
            Add("cat/one.png", MadePicture.Png(seed: 1), TarEntryType.RegularFile);
            Add("/etc/two.png", MadePicture.Png(seed: 2), TarEntryType.RegularFile);
            Add("../up.png", MadePicture.Png(seed: 3), TarEntryType.RegularFile);
            Add("link.png", null, TarEntryType.SymbolicLink);

            void Add(string name, byte[]? bytes, TarEntryType type) =>
                tar.WriteEntry(bytes is null ? new PaxTarEntry(type, name) { LinkName = "/etc/passwd" } : new PaxTarEntry(type, name) { DataStream = new MemoryStream(bytes) });
        }
        folder.Write("photos/page.zip", "<html>not found</html>");
        folder.Write("photos/table.parquet", "PAR1 no");
        Process.Start("mkfifo", folder.File("photos", "pipe.png")).WaitForExit();

        Import("photos").Should().BeEquivalentTo(new { Rows = 2, Rejected = 6 });

        Sources.ReadAll(folder.File("pool")).Select(row => row.Id).Should().Equal("a.tar/cat/one.png", "a.tar/etc/two.png");
        File.ReadAllText(folder.File("pool", "rejects.csv")).Should().MatchRegex("a.tar/cat/one.png,same-id,").And.MatchRegex("a.tar/up.png,link,").And.MatchRegex("a.tar/link.png,link,.*/etc/passwd")
            .And.MatchRegex("page.zip,damaged,").And.MatchRegex("table.parquet,damaged,").And.MatchRegex("pipe.png,unreadable,\"a pipe");
    }

    [Fact]
    public void ATableWithoutRowsIsSaid()
    {
        var path = folder.File("data", "train.parquet");
        using (var duckDb = new ParquetPool.Engine.DuckDb())
        {
            duckDb.Execute($"COPY (SELECT struct_pack(bytes := NULL::BLOB, path := 'a.png') AS image LIMIT 0) TO '{path}' (FORMAT parquet)");
        }

        FluentActions.Invoking(() => Import("data/train.parquet")).Should().Throw<DataException>().WithMessage("*train.parquet: a table without rows*");
    }

    [Fact]
    public void ParquetAsHuggingFaceHasItIsReadWithPathsWhereBytesAreMissing()
    {
        folder.Write("data/beside.png", MadePicture.Png(seed: 9));
        var path = folder.File("data", "train-00000-of-00001.parquet");
        var info = "{\"info\":{\"features\":{\"label\":{\"names\":[\"cat\",\"dog\"],\"_type\":\"ClassLabel\"}}}}";
        using (var duckDb = new ParquetPool.Engine.DuckDb())
        {
            var hex = Convert.ToHexString(MadePicture.Png()).Chunk(2).Select(pair => "\\x" + new string(pair));
            duckDb.Execute($"COPY (SELECT struct_pack(bytes := '{string.Concat(hex)}'::BLOB, path := 'a.png') AS image, 1 AS label UNION ALL SELECT struct_pack(bytes := NULL, path := 'beside.png'), -1 UNION ALL SELECT struct_pack(bytes := NULL, path := 'gone.png'), 0 UNION ALL SELECT struct_pack(bytes := NULL, path := ''), 0) TO '{path}' (FORMAT parquet, KV_METADATA {{huggingface: '{info}'}})");
        }

        var summary = Import("data/train-00000-of-00001.parquet");

        (summary.Rows, summary.Rejected, summary.Splits![0]).Should().Be((2, 2, "train"));
        Sources.ReadAll(folder.File("pool")).Select(row => (row.Id, row.Label)).Should().Equal(("train-00000-of-00001/0", "dog"), ("train-00000-of-00001/1", null));
        File.ReadAllText(folder.File("pool", "rejects.csv")).Should().Contain("gone.png,unreadable,").And.Contain("empty,the row has neither bytes nor a path");
    }

    [Fact]
    public void MetadataTellsLabels()
    {
        folder.Write("photos/a.png", MadePicture.Png());
        folder.Write("photos/sub/b.png", MadePicture.Png(seed: 1));
        folder.Write("photos/metadata.csv", "file_name,label\n./a.png,cat\nsub/b.png,\ngone.png,dog\n");

        Import("photos").Rejected.Should().Be(1);

        Sources.ReadAll(folder.File("pool")).Select(row => (row.Id, row.Label)).Should().Equal(("a.png", "cat"), ("sub/b.png", null));
        folder.Write("photos/sub/metadata.jsonl", "{\"file_name\": \"../a.png\", \"label\": \"dog\"}");
        FluentActions.Invoking(() => Import("photos")).Should().Throw<DataException>().WithMessage("*metadata.jsonl: ../a.png has the labels cat and dog, expected one*");
        folder.Write("photos/sub/metadata.jsonl", "{\"file_name\": \"b.png\", \"label\": [1]}");
        FluentActions.Invoking(() => Import("photos")).Should().Throw<DataException>().WithMessage("*metadata.jsonl: line 1: label is a list*");
    }

    [Fact]
    public void AFolderWithoutPicturesIsSaid()
    {
        folder.Write("photos/notes.txt", "hello");

        FluentActions.Invoking(() => Import("photos")).Should().Throw<DataException>().WithMessage("*photos: no pictures among 1 files, expected JPEG*");
        folder.Write("photos/bad.jpg", "hello");
        FluentActions.Invoking(() => Import("photos")).Should().Throw<DataException>().WithMessage("*none of 1 pictures can be used; the first: *bad.jpg: a text*");
        folder.Files().Should().Equal("photos/bad.jpg", "photos/notes.txt");
    }

    private ImportSummary Import(string name, Func<PictureOptions, PictureOptions>? change = null)
    {
        var pictures = new PictureOptions([folder.File(name)]) { Side = 16 };
        return ImportRun.Execute(new ImportOptions { Source = new() { Pictures = change?.Invoke(pictures) ?? pictures }, Shards = new(folder.File("pool")) { Force = true } });
    }
}
