using ParquetPool.Columns;
using ParquetPool.Engine;
using ParquetPool.ShardRows;
using ParquetPool.Shards;
using ParquetPool.Shared.Tests.Shards;

namespace ParquetPool.Shared.Tests.ShardRows;

public sealed class ShardReaderTests : IDisposable
{
    /// <summary>A Parquet file of two rows, ('a', [1.5, -2]) and ('b', [inf, 0.25]), whose list elements have the logical type Float16; DuckDB writes none.</summary>
    private const string HalfPrecisionFile =
        "UEFSMRUAFSAVICwVBBUAFQYVBgAAAgAAAAMDAQAAAGEBAAAAYhUAFSoVKiwVCBUAFQYVBgAAAgAAAAMKAwAAAAP/AAA+AMAAfAA0FQQZXEgGc2"
        + "NoZW1hFQQAFQwlAhgCaWQlAAA1AhgIZmVhdHVyZXMVAhUGADUEGARsaXN0FQIAFQ4VBBUCGAdlbGVtZW50bPwAAAAWBBkcGSwmCBwVDBklAAYZ"
        + "GAJpZBUAFgQWQhZCJggAACZKHBUOGSUABhk4CGZlYXR1cmVzBGxpc3QHZWxlbWVudBUAFggWTBZMJkoAABaOARYEAACeAAAAUEFSMQ==";

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("[1.5, -2, 3]::FLOAT[]")]
    [InlineData("[1.5, -2, 3]::DOUBLE[]")]
    [InlineData("[1.5, -2, 3]::FLOAT[3]")]
    [InlineData("[1.5, -2, 3]::DOUBLE[3]")]
    public void Lists_and_arrays_of_reals_are_read(string vector)
    {
        var shard = ParquetFiles.FromSql(folder.File("a.parquet"), $"SELECT 'x' AS id, {vector} AS features");

        ParquetFiles.ReadAll(shard, ParquetFiles.Features(3)).Should().ContainSingle().Which.Vector.Should().Equal(1.5f, -2f, 3f);
    }

    [Fact]
    public void Lists_of_half_precision_are_read()
    {
        var path = folder.File("half.parquet");
        File.WriteAllBytes(path, Convert.FromBase64String(HalfPrecisionFile));

        var rows = ParquetFiles.ReadAll(new("half", path), ParquetFiles.Features(2));

        rows.Select(row => row.Faults).Should().Equal(RowFaults.None, RowFaults.NotFinite);
        rows[0].Vector.Should().Equal(1.5f, -2f);
        ShardSet.Resolve([path]).VectorColumns().Should().Equal("features");
        ShardSet.Resolve([path]).VectorWidth("features").Should().Be(2);
    }

    [Theory]
    [InlineData("TINYINT")]
    [InlineData("UTINYINT")]
    [InlineData("INTEGER")]
    [InlineData("BIGINT")]
    public void Lists_of_integers_are_read(string type)
    {
        var shard = ParquetFiles.FromSql(folder.File("a.parquet"), $"SELECT 'x' AS id, [0, 1, 127]::{type}[] AS features");

        ParquetFiles.ReadAll(shard, ParquetFiles.Features(3)).Should().ContainSingle().Which.Vector.Should().Equal(0f, 1f, 127f);
    }

    [Fact]
    public void Blobs_of_float32_are_read_and_blobs_of_another_length_are_faults()
    {
        var shard = ParquetFiles.FromSql(
            folder.File("a.parquet"),
            "SELECT * FROM (VALUES (1, '\\x00\\x00\\x80\\x3F\\x00\\x00\\x00\\xC0'::BLOB), (2, '\\x00\\x00\\x80'::BLOB), (3, NULL), (4, '\\x00\\x00\\x80\\x3F\\x00\\x00\\x80\\x7F'::BLOB)) AS t(id, features)");

        var rows = ParquetFiles.ReadAll(shard, ParquetFiles.Features(2));

        rows.Select(row => row.Faults).Should().Equal(RowFaults.None, RowFaults.WrongWidth, RowFaults.NullVector, RowFaults.NotFinite);
        rows[0].Vector.Should().Equal(1f, -2f);
        rows.Skip(1).Should().OnlyContain(row => row.Vector.All(value => value == 0));
    }

    [Theory]
    [InlineData(ShardType.FloatList)]
    [InlineData(ShardType.FloatBlob)]
    public void A_missing_vector_of_an_optional_column_is_NaN_and_a_row_without_any_vector_is_at_fault(ShardType type)
    {
        var path = folder.File("a.parquet");
        using (var writer = new ShardWriter(path, [new("id", ShardType.Int64), new("image", type, 2, Optional: true), new("text", type, 1, Optional: true)]))
        {
            writer.Write(4, new long[] { 1, 2, 3, 4 }, new float[] { 1, 2, float.NaN, float.NaN, 5, 6, float.NaN, float.NaN }, new float[] { 7, 8, float.NaN, float.NaN });
            writer.Complete();
        }
        Shard shard = new("a", path);

        var optional = ParquetFiles.ReadAll(shard, new RowSchema([new("image", 2, Optional: true), new("text", 1, Optional: true)]));
        var one = ParquetFiles.ReadAll(shard, new RowSchema([new("image", 2, Optional: true), new("text", 1)]));

        ParquetFiles.Print(path, "['image']").Select(row => row[0] is null).Should().Equal(false, true, false, true);
        optional.Select(row => row.Faults).Should().Equal(RowFaults.None, RowFaults.None, RowFaults.None, RowFaults.NullVector);
        optional[1].Vector.Should().OnlyContain(value => float.IsNaN(value));
        optional[2].Vector.Should().Equal(5, 6);
        one.Select(row => row.Faults).Should().Equal(RowFaults.None, RowFaults.None, RowFaults.NullVector, RowFaults.NullVector);
    }

    [Theory]
    [InlineData("'é中😀-a longer identifier'", "é中😀-a longer identifier")]
    [InlineData("'short'", "short")]
    [InlineData("''", "")]
    [InlineData("(-5)::TINYINT", "-5")]
    [InlineData("1234567::INTEGER", "1234567")]
    [InlineData("-9223372036854775807::BIGINT", "-9223372036854775807")]
    [InlineData("18446744073709551615::UBIGINT", "18446744073709551615")]
    public void Ids_and_labels_are_text_whatever_their_type(string value, string text)
    {
        var shard = ParquetFiles.FromSql(folder.File("a.parquet"), $"SELECT {value} AS key, {value} AS class") with { Columns = new("key") };

        ParquetFiles.ReadAll(shard, new([], "class")).Should().ContainSingle().Which.Should().BeEquivalentTo(new ParquetFiles.Row(text, [], text.Length > 0 ? text : null, text.Length > 0 ? RowFaults.None : RowFaults.NullId));
    }

    [Fact]
    public void Faulty_rows_are_flagged_and_their_neighbours_intact()
    {
        var shard = ParquetFiles.FromSql(
            folder.File("a.parquet"),
            """
            SELECT * FROM (VALUES
                ('a', [1, 2]::FLOAT[], 'x'), (NULL, [3, 4], 'y'), ('c', NULL, NULL), ('d', [5], 'x'), ('e', [6, 7], NULL),
                ('f', ['nan'::FLOAT, 1], 'x'), ('g', [1, '-inf'::FLOAT], 'x'), ('h', [NULL, 1], 'x'), ('i', [8, 9, 10], 'x'),
                ('j', [], 'x'), (NULL, NULL, 'x'), ('l', [11, 12], 'z')) AS t(id, features, label)
            """);

        var rows = ParquetFiles.ReadAll(shard, new([new("features", 2)], LabelColumn: "label"), capacity: 5);

        rows.Select(row => row.Faults).Should().Equal(
            RowFaults.None, RowFaults.NullId, RowFaults.NullVector, RowFaults.WrongWidth, RowFaults.None,
            RowFaults.NotFinite, RowFaults.NotFinite, RowFaults.NotFinite, RowFaults.WrongWidth,
            RowFaults.WrongWidth, RowFaults.NullId | RowFaults.NullVector, RowFaults.None);
        rows[0].Vector.Should().Equal(1, 2);
        rows[1].Should().Match<ParquetFiles.Row>(row => row.Id == "" && row.Vector[0] == 3);
        rows[4].Vector.Should().Equal(6, 7);
        rows[11].Vector.Should().Equal(11, 12);
        rows.Where(row => (row.Faults & ~RowFaults.NullId) != 0).Should().OnlyContain(row => row.Vector.All(value => value == 0));
        rows.Select(row => row.Label).Should().Equal("x", "y", null, "x", null, "x", "x", "x", "x", "x", "x", "z");
    }

    [Fact]
    public void A_double_beyond_float32_is_a_fault_of_its_row_only()
    {
        var shard = ParquetFiles.FromSql(folder.File("a.parquet"), "SELECT * FROM (VALUES (1, [1e300]), (2, [2.0]), (3, ['nan'::DOUBLE])) AS t(id, features)");

        ParquetFiles.ReadAll(shard, ParquetFiles.Features(1)).Select(row => (row.Id, row.Vector[0], row.Faults)).Should().Equal(
            ("1", 0f, RowFaults.NotFinite), ("2", 2f, RowFaults.None), ("3", 0f, RowFaults.NotFinite));
    }

    [Fact]
    public void Another_width_in_the_schema_makes_every_row_a_fault()
    {
        var shard = ParquetFiles.Ramp(folder.File("a.parquet"), rows: 3, width: 4);

        ParquetFiles.ReadAll(shard, ParquetFiles.Features(5)).Should().OnlyContain(row => row.Faults == RowFaults.WrongWidth);
    }

    [Theory]
    [InlineData(ShardType.FloatList, 1)]
    [InlineData(ShardType.FloatList, 37)]
    [InlineData(ShardType.FloatList, 3000)]
    [InlineData(ShardType.FloatBlob, 1000)]
    [InlineData(ShardType.FloatBlob, 100_000)]
    public void Rows_come_in_file_order_over_chunks_and_row_groups_whatever_the_batch(ShardType type, int capacity)
    {
        var wide = type == ShardType.FloatList ? 700 : 2;
        var rowsInFile = capacity == 1 ? 2100 : 9000;
        var shard = ParquetFiles.Ramp(folder.File("a.parquet"), rowsInFile, wide, type);

        var rows = ParquetFiles.ReadAll(shard, ParquetFiles.Features(wide), capacity);

        rows.Should().HaveCount(rowsInFile);
        rows.Select((row, i) => row.Id == $"row-{i}" && row.Vector[0] == i && row.Vector[^1] == i + wide - 1 && row.Faults == 0).Should().NotContain(false);
    }

    [Fact]
    public void Several_vector_columns_keep_their_places()
    {
        var shard = ParquetFiles.FromSql(folder.File("a.parquet"), "SELECT i AS id, [i, i + 1]::FLOAT[] AS a, [i * 2]::DOUBLE[] AS b FROM range(3000) AS t(i)");
        var schema = new RowSchema([new("b", 1), new("a", 2)]);
        using var reader = new ShardReader(shard, schema);
        var batch = new RowBatch(schema, 5000);

        reader.Read(batch, TestContext.Current.CancellationToken).Should().BeTrue();
        reader.RowCount.Should().Be(3000);
        batch.Count.Should().Be(3000);
        batch.Vectors[0][2999].Should().Be(5998);
        batch.Vectors[1].AsSpan(2999 * 2, 2).ToArray().Should().Equal(2999, 3000);
        reader.Read(batch, TestContext.Current.CancellationToken).Should().BeFalse();
        reader.Read(batch, TestContext.Current.CancellationToken).Should().BeFalse();
    }

    [Fact]
    public void An_empty_shard_has_no_rows()
    {
        var shard = ParquetFiles.FromSql(folder.File("a.parquet"), "SELECT 'x' AS id, [1]::FLOAT[] AS features WHERE false");

        ParquetFiles.ReadAll(shard, ParquetFiles.Features(1)).Should().BeEmpty();
    }

    [Fact]
    public void Wildcards_and_quotes_in_a_path_are_plain_characters()
    {
        var shard = ParquetFiles.Ramp(folder.File("label=3", "it's [1] * ?.parquet"), rows: 2, width: 2);
        ParquetFiles.Ramp(folder.File("label=3", "it's 1 x y.parquet"), rows: 5, width: 2);

        ParquetFiles.ReadAll(shard, ParquetFiles.Features(2)).Should().HaveCount(2);
    }

    [Fact]
    public void Cancelling_ends_the_reading()
    {
        var shard = ParquetFiles.Ramp(folder.File("a.parquet"), rows: 5000, width: 2);
        using var reader = new ShardReader(shard, ParquetFiles.Features(2));
        var batch = new RowBatch(ParquetFiles.Features(2), 100);
        using var cancel = new CancellationTokenSource();
        reader.Read(batch, cancel.Token).Should().BeTrue();
        cancel.Cancel();

        var reading = () =>
        {
            while (reader.Read(batch, cancel.Token))
            {
            }
        };

        reading.Should().Throw<OperationCanceledException>();
    }
}
