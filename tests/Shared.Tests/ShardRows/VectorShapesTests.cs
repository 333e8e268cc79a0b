using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.ShardRows;
using ParquetPool.Shards;
using ParquetPool.Shared.Tests.Shards;

namespace ParquetPool.Shared.Tests.ShardRows;

public sealed class VectorShapesTests : IDisposable
{
    private const string Spark = "STRUCT(\"type\" TINYINT, size INTEGER, indices INTEGER[], \"values\" DOUBLE[])";
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("FLOAT[][]")]
    [InlineData("DOUBLE[][]")]
    [InlineData("FLOAT[3][]")]
    public void Two_lists_of_three_are_not_three_lists_of_two(string type)
    {
        ParquetFiles.FromSql(folder.File("pool/a.parquet"), $"SELECT 0 AS id, CAST([[1, 2, 3], [4, 5, 6]] AS {type}) AS features");
        ParquetFiles.FromSql(folder.File("pool/b.parquet"), "SELECT 1 AS id, [[1, 2], [3, 4], [5, 6]]::FLOAT[][] AS features UNION ALL SELECT 2, [[1, 2, 3], [4, 5, 6]] UNION ALL SELECT 3, NULL");
        ParquetFiles.FromSql(folder.File("pool/c.parquet"), "SELECT 4 AS id, [1, 2, 3, 4, 5, 6]::FLOAT[] AS features");

        var pool = ShardSet.Resolve([folder.File("pool")]);
        var column = pool.Vector("features");

        column.Should().Be(new VectorColumn("features", 6) { Shape = "2x3" });
        pool.SelectMany(shard => ParquetFiles.ReadAll(shard, new RowSchema([column]))).Select(row => row.Faults).Should().Equal(RowFaults.None, RowFaults.WrongWidth, RowFaults.None, RowFaults.NullVector, RowFaults.None);
        column.Takes(new("features", 6) { Shape = "3x2" }).Should().BeFalse();
        column.Takes(new("features", 6)).Should().BeTrue();
    }

    [Theory]
    [InlineData("[9, 9]::FLOAT[]")]
    [InlineData("[1, 2, 3, 4, 5]::FLOAT[]")]
    [InlineData("[]::FLOAT[]")]
    public void One_odd_row_is_not_what_the_others_are_measured_by(string first)
    {
        ParquetFiles.FromSql(folder.File("pool/a.parquet"), $"SELECT i AS id, CASE i WHEN 0 THEN {first} ELSE [i, 1, 2, 3]::FLOAT[] END AS features FROM range(5) AS t(i)");

        ShardSet.Resolve([folder.File("pool")]).Vector("features").Width.Should().Be(4);
    }

    [Theory]
    [InlineData("{'values': [1, 2, 0, 4]::FLOAT[]}", "features.values")]
    [InlineData("{'image': {'the vector': [1, 2, 0, 4]::DOUBLE[], 'n': 4}, 'x, (y': 1}", "features.image.the vector")]
    [InlineData("[[1, 2], [0, 4]]::FLOAT[][]", "features")]
    [InlineData("[[1, 2], [0, 4]]::DOUBLE[][]", "features")]
    [InlineData("[[[1], [2]], [[0], [4]]]::DOUBLE[][][]", "features")]
    [InlineData("[[1, 2], [0, 4]]::UTINYINT[][]", "features")]
    [InlineData("[1, 2, 0, 4]::DECIMAL(18, 4)[]", "features")]
    [InlineData("[[1, 2], [0, 4]]::DECIMAL(38, 10)[][]", "features")]
    [InlineData("{'type': 1, 'size': NULL, 'indices': NULL, 'values': [1, 2, 0, 4]}::" + Spark, "features")]
    [InlineData("{'type': 0, 'size': 4, 'indices': [0, 1, 3], 'values': [1, 2, 4]}::" + Spark, "features")]
    [InlineData("{'type': 0, 'size': 4, 'indices': [0, 1, 3], 'values': [1, 2, 4]}::" + Spark, "features.values")]
    public void A_vector_is_read_wherever_it_stands(string value, string column)
    {
        var shard = Put($"SELECT 1 AS id, {value} AS features");

        ParquetFiles.ReadAll(shard, new RowSchema([new(column, 4)])).Should().ContainSingle().Which.Vector.Should().Equal(1, 2, 0, 4);
        ShardSet.Resolve([shard.Path]).VectorWidth(column).Should().Be(4);
    }

    [Fact]
    public void A_column_whose_name_holds_a_dot_comes_before_a_member()
    {
        var shard = Put("SELECT 1 AS id, [5]::FLOAT[] AS \"a.b\", {'b': [7]::FLOAT[]} AS a");

        ParquetFiles.ReadAll(shard, new RowSchema([new("a.b", 1)]))[0].Vector.Should().Equal(5);
    }

    [Theory]
    [InlineData("[[1, 2], [3]]::FLOAT[][]", RowFaults.WrongWidth)]
    [InlineData("[[1], NULL, [2, 3]]::FLOAT[][]", RowFaults.WrongWidth)]
    [InlineData("[[1, 2, 3], NULL]::FLOAT[][]", RowFaults.WrongWidth)]
    [InlineData("[[1, 2, NULL]]::FLOAT[][]", RowFaults.NotFinite)]
    [InlineData("NULL::FLOAT[][]", RowFaults.NullVector)]
    [InlineData("NULL::" + Spark, RowFaults.NullVector)]
    public void Rows_without_one_shape_are_at_fault(string value, RowFaults fault) =>
        ParquetFiles.ReadAll(Put($"SELECT 1 AS id, {value} AS features"), ParquetFiles.Features(3)).Should().ContainSingle().Which.Faults.Should().Be(fault);

    [Theory]
    [InlineData("features.value")]
    [InlineData("feature.values")]
    [InlineData("features.values.more")]
    public void A_name_that_reaches_nothing_is_refused(string column) =>
        FluentActions.Invoking(() => ParquetFiles.ReadAll(Put("SELECT 1 AS id, {'values': [1]::FLOAT[]} AS features"), new RowSchema([new(column, 1)])))
            .Should().Throw<DataException>().WithMessage($"*no column {column}: it has id, features*");

    [Theory]
    [InlineData("NULL::INTEGER")]
    [InlineData("NULL::VARCHAR")]
    [InlineData("NULL::INTEGER[]")]
    [InlineData("NULL::DOUBLE")]
    public void A_shard_without_any_vector_has_its_rows_at_fault_and_the_others_are_read(string nothing)
    {
        var none = ParquetFiles.FromSql(folder.File("a.parquet"), $"SELECT i AS id, {nothing} AS features FROM range(2) AS t(i)");
        ParquetFiles.FromSql(folder.File("b.parquet"), "SELECT 9 AS id, [1, 2, 3]::FLOAT[] AS features");
        var pool = ShardSet.Resolve([folder.Root]);

        pool.VectorColumns().Should().Equal("features");
        pool.VectorWidth("features").Should().Be(3);
        pool.RequireColumns(ParquetFiles.Features(3));
        ParquetFiles.ReadAll(none, ParquetFiles.Features(3)).Select(row => row.Faults).Should().Equal(RowFaults.NullVector, RowFaults.NullVector);
    }

    private Shard Put(string select) => ParquetFiles.FromSql(folder.File("a.parquet"), select);
}
