using ParquetPool.Errors;
using ParquetPool.Shards;

namespace ParquetPool.Shared.Tests.Shards;

public sealed class ShardSetTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_folder_gives_its_Parquet_files_at_any_depth_by_name()
    {
        Touch("b.parquet", "a.parquet", "deep/er/c.parquet", "notes.txt", "d.parquet.tmp");

        Names(folder.Root).Should().Equal("a", "b", "c");
    }

    [Theory]
    [InlineData("*.parquet", "a1 a2 b1")]
    [InlineData("a?.parquet", "a1 a2")]
    [InlineData("a*", "a1 a2")]
    [InlineData("**/*.parquet", "a1 a2 b1 c1 c2")]
    [InlineData("deep/**/c?.parquet", "c1 c2")]
    [InlineData("*/c*.parquet", "c1")]
    [InlineData("d*/**", "c1 c2")]
    [InlineData("b1.parquet", "b1")]
    public void Globs_match_as_in_a_shell(string glob, string names)
    {
        Touch("a1.parquet", "a2.parquet", "b1.parquet", "deep/c1.parquet", "deep/er/c2.parquet");

        Names(Path.Combine(folder.Root, glob)).Should().Equal(names.Split(' '));
    }

    [Fact]
    public void The_order_and_repetition_of_patterns_do_not_matter()
    {
        Touch("b.parquet", "a.parquet");
        string[] patterns = [folder.File("b.parquet"), folder.Root, folder.File("..", Path.GetFileName(folder.Root), "b.parquet")];

        Names(patterns).Should().Equal("a", "b");
        Names([.. patterns.Reverse()]).Should().Equal("a", "b");
    }

    [Fact]
    public void Namesakes_are_told_apart_by_their_folders()
    {
        Touch("pool/x/part-0.parquet", "pool/y/part-0.parquet", "pool/y/z/part-0.parquet", "pool/y/part-1.parquet");

        Names(folder.Root).Should().Equal("part-1", "x__part-0", "y__part-0", "y__z__part-0");
    }

    [Fact]
    public void Names_that_still_clash_are_refused()
    {
        Touch("a/x.parquet", "b/x.parquet", "a__x.parquet");

        Resolving(folder.Root).Should().Throw<DataException>().WithMessage("*would both be called a__x: rename one");
    }

    [Fact]
    public void A_pattern_without_a_match_is_named()
    {
        Touch("a.parquet", "empty/notes.txt");

        Resolving(folder.Root, "gone.parquet").Should().Throw<DataException>().WithMessage("gone.parquet: no such file*");
        Resolving(folder.File("*.pq")).Should().Throw<DataException>().WithMessage("*.pq: no such file*");
        Resolving("no-folder/*.parquet").Should().Throw<DataException>().WithMessage("no-folder/*.parquet: no such file*");
        Resolving(folder.File("empty")).Should().Throw<DataException>().WithMessage("*empty: no *.parquet or *.parq or *.pq file in this folder*");
        Resolving().Should().Throw<DataException>().WithMessage("no shards*");
    }

    [Theory]
    [InlineData("NULL::FLOAT[]", "[1, 2, 3]::FLOAT[]", 3)]
    [InlineData("[]::DOUBLE[]", "[1, 2]::DOUBLE[]", 2)]
    [InlineData("NULL::BLOB", "'12345678'::BLOB", 2)]
    public void The_width_is_that_of_the_first_vector(string first, string second, int width)
    {
        ParquetFiles.FromSql(folder.File("a.parquet"), $"SELECT 1 AS id, {first} AS features");
        ParquetFiles.FromSql(folder.File("b.parquet"), $"SELECT 1 AS id, {second} AS features");

        ShardSet.Resolve([folder.Root]).VectorWidth("features").Should().Be(width);
    }

    [Fact]
    public void A_column_without_a_width_is_refused()
    {
        ParquetFiles.FromSql(folder.File("a.parquet"), "SELECT 1 AS id, NULL::FLOAT[] AS empty, 'x' AS text, '12345'::BLOB AS odd");
        var shards = ShardSet.Resolve([folder.Root]);

        shards.Invoking(s => s.VectorWidth("empty")).Should().Throw<DataException>().WithMessage("column empty is NULL or empty in every row*");
        shards.Invoking(s => s.VectorWidth("text")).Should().Throw<DataException>().WithMessage("*a.parquet: column text is VARCHAR, expected a list*");
        shards.Invoking(s => s.VectorWidth("odd")).Should().Throw<DataException>().WithMessage("*column odd holds blobs of 5 bytes that look like uint8*--blob-type*");
        shards.Invoking(s => s.VectorWidth("gone")).Should().Throw<DataException>().WithMessage("*a.parquet: no column gone: it has id, empty, text, odd");
    }

    [Fact]
    public void A_column_is_in_every_shard_or_in_none()
    {
        ParquetFiles.FromSql(folder.File("a.parquet"), "SELECT 1 AS id, 2 AS x");
        ParquetFiles.FromSql(folder.File("b.parquet"), "SELECT 1 AS id");
        var shards = ShardSet.Resolve([folder.Root]);

        shards.HasColumn("id").Should().BeTrue();
        shards.HasColumn("label").Should().BeFalse();
        shards.Invoking(s => s.HasColumn("x")).Should().Throw<DataException>().WithMessage("*b.parquet: no column x, which *a.parquet has*");
    }

    [Fact]
    public void Columns_that_look_like_features_are_found()
    {
        ParquetFiles.FromSql(folder.File("a.parquet"), "SELECT 1 AS id, [1]::FLOAT[] AS f, [1]::DOUBLE[] AS d, 'x'::BLOB AS b, ['t'] AS tags, [1]::INTEGER[] AS tokens, 0.5 AS score");

        ShardSet.Resolve([folder.Root]).VectorColumns().Should().Equal("f", "d", "b");
    }

    [Fact]
    public void Rows_are_counted_over_all_shards()
    {
        ParquetFiles.Ramp(folder.File("a.parquet"), 2500, 1);
        ParquetFiles.Ramp(folder.File("b.parquet"), 7, 1);

        ShardSet.Resolve([folder.Root]).CountRows().Should().Be(2507);
        File.WriteAllText(folder.File("c.parquet"), "not Parquet at all, but long enough to look");
        ShardSet.Resolve([folder.Root]).Invoking(s => s.CountRows()).Should().Throw<DataException>().WithMessage("*c.parquet: not a readable*");
    }

    private static IEnumerable<string> Names(params string[] patterns) => ShardSet.Resolve(patterns).Select(shard => shard.Name);

    private static Action Resolving(params string[] patterns) => () => ShardSet.Resolve(patterns);

    private void Touch(params string[] paths)
    {
        foreach (var path in paths)
        {
            File.WriteAllBytes(folder.File(path), []);
        }
    }
}
