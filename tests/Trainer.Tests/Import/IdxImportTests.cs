using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Trainer.Import;

namespace ParquetPool.Trainer.Tests.Import;

public sealed class IdxImportTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Images_and_labels_become_shards(bool gzipped)
    {
        var images = Sources.IdxRamp(5000, 12);
        var labels = Sources.Idx([5000], [.. Enumerable.Range(0, 5000).Select(i => (byte)(i % 10))]);
        var options = new ImportOptions
        {
            Source = new() { Idx = folder.Write("train-images-idx3-ubyte.gz", gzipped ? Sources.Gzip(images) : images), IdxLabels = folder.Write("labels", gzipped ? Sources.Gzip(labels) : labels) },
            Shards = new(folder.File("pool")) { Rows = 2300, Split = "train" },
        };
        var reported = new Reports();

        ImportRun.Execute(options, reported, TestContext.Current.CancellationToken).Should().Be(new ImportSummary(5000, 3, 12, 10));

        reported.Sum.Should().Be(5000);
        ImportRun.KnownRows(options).Should().Be(5000);
        folder.Files().Where(file => file.StartsWith("pool", StringComparison.Ordinal)).Should().Equal("pool/train-00000.parquet", "pool/train-00001.parquet", "pool/train-00002.parquet");
        var rows = Sources.ReadAll(options.Shards.Out);
        rows.Select(row => row.Id).Should().Equal(Enumerable.Range(0, 5000).Select(i => $"train-{i}"));
        rows.Select(row => row.Label).Should().Equal(Enumerable.Range(0, 5000).Select(i => $"{i % 10}"));
        rows[4999].Features.Should().Equal(Enumerable.Range(0, 12).Select(i => (byte)(4999 + i) / 255f));
        rows.GroupBy(row => row.Shard).Select(shard => shard.Count()).Should().Equal(2300, 2300, 400);
        Columns("pool/train-00000.parquet").Should().Equal("id", "features", "label", "split");
    }

    [Fact]
    public void Without_labels_there_is_no_such_column_and_without_a_split_names_are_the_sources()
    {
        var options = new ImportOptions { Source = new() { Idx = folder.Write("digits.idx", Sources.IdxRamp(3, 2)) }, Shards = new(folder.File("pool")) };

        Import(options).Should().Be(new ImportSummary(3, 1, 2, null));

        Columns("pool/digits-00000.parquet").Should().Equal("id", "features", "split");
        Sources.ReadAll(options.Shards.Out).Select(row => row.Id).Should().Equal("digits-0", "digits-1", "digits-2");
    }

    [Fact]
    public void Dimensions_after_the_first_are_one_vector_and_the_prefix_is_as_given()
    {
        var options = new ImportOptions { Source = new() { Idx = folder.Write("x", Sources.Idx([2, 1, 3], [0, 255, 51, 1, 2, 3])) }, Shards = new(folder.File("pool")) { IdPrefix = "img" } };

        Import(options);

        var rows = Sources.ReadAll(options.Shards.Out);
        rows.Select(row => row.Id).Should().Equal("img0", "img1");
        rows[0].Features.Should().Equal(0, 1, 0.2f);
    }

    [Fact]
    public void A_damaged_source_is_named_and_leaves_nothing()
    {
        var images = Sources.IdxRamp(100, 50);
        var good = folder.Write("good", images);
        var labels = Sources.Idx([100], new byte[100]);

        Fails(folder.Write("short", images[..^1])).WithMessage("*short: ends in row 99, its header says 100 rows of 50 values*");
        Fails(folder.Write("long", [.. images, 0])).WithMessage("*long: goes on after the 100 rows of 50 values*");
        Fails(folder.Write("cut.gz", Sources.Gzip(images)[..^30])).WithMessage("*cut.gz: *fetch it again");
        Fails(folder.Write("header", images[..6])).WithMessage("*header: ends in its header*");
        Fails(folder.Write("floats", Sources.Idx([1, 1], [0], type: 13))).WithMessage("*floats: starts with 00000D02, expected an idx file of images*");
        Fails(folder.Write("swapped", labels)).WithMessage("*swapped: starts with 00000801, expected an idx file of images*");
        Fails(folder.Write("empty", Sources.Idx([0, 5], []))).WithMessage("*empty: dimensions 0 x 5, expected each above 0*");
        Fails(folder.File("gone")).WithMessage("*gone: no such file*");
        Fails(good, good).WithMessage("*good: starts with 00000802, expected an idx file of labels*");
        Fails(good, folder.Write("fewer", Sources.Idx([99], new byte[99]))).WithMessage("*fewer: 99 labels, but *good has 100 images*");
        Fails(good, folder.Write("cut", labels[..^1])).WithMessage("*cut: has not as many labels as its header says*");
        Fails(good, folder.Write("more", [.. labels, 0])).WithMessage("*more: has not as many labels as its header says*");
        folder.Files().Should().NotContain(file => file.StartsWith("pool", StringComparison.Ordinal));
    }

    [Fact]
    public void Fashion_MNIST_is_imported()
    {
        var options = new ImportOptions
        {
            Source = new() { Idx = RealData.File("fashion-mnist", "t10k-images-idx3-ubyte.gz"), IdxLabels = RealData.File("fashion-mnist", "t10k-labels-idx1-ubyte.gz") },
            Shards = new(folder.File("pool")) { Split = "test" },
        };

        Import(options).Should().Be(new ImportSummary(10_000, 1, 784, 10, Image: "28x28"));

        var rows = Sources.ReadAll(options.Shards.Out);
        rows.Should().OnlyContain(row => row.Features.All(value => value >= 0 && value <= 1));
        rows.GroupBy(row => row.Label).Select(label => label.Count()).Should().OnlyContain(count => count == 1000);
    }

    private static ImportSummary Import(ImportOptions options) => ImportRun.Execute(options, ct: TestContext.Current.CancellationToken);

    private FluentAssertions.Specialized.ExceptionAssertions<DataException> Fails(string images, string? labels = null) =>
        FluentActions.Invoking(() => Import(new() { Source = new() { Idx = images, IdxLabels = labels }, Shards = new(folder.File("pool")) { Rows = 30 } })).Should().Throw<DataException>();

    private IEnumerable<string> Columns(string shard)
    {
        using var duckDb = new DuckDb();
        return [.. ShardSchema.Read(duckDb, folder.File(shard)).Columns.Select(column => column.Name)];
    }

    private sealed class Reports : IProgress<long>
    {
        public long Sum { get; private set; }

        public void Report(long value) => Sum += value;
    }
}
