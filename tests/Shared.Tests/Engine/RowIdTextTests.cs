using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.ShardRows;
using ParquetPool.Shared.Tests.Shards;

namespace ParquetPool.Shared.Tests.Engine;

public sealed class RowIdTextTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("CAST('12345678901234567890123456789012345678' AS DECIMAL(38,0))", "12345678901234567890123456789012345678")]
    [InlineData("CAST(12 AS DECIMAL(10,2))", "12")]
    [InlineData("CAST(100 AS DECIMAL(10,2))", "100")]
    [InlineData("CAST(12.50 AS DECIMAL(10,2))", "12.5")]
    [InlineData("CAST(100 AS DECIMAL(10,0))", "100")]
    [InlineData("encode('img-é')", "img-é")]
    [InlineData("'\\x00\\x00\\x00\\x07'::BLOB", "0x00000007")]
    [InlineData("'\\xFF\\xAA'::BLOB", "0xffaa")]
    [InlineData("'00000000-0000-4000-8000-00000000000a'::UUID", "00000000-0000-4000-8000-00000000000a")]
    [InlineData("DATE '2024-02-29'", "2024-02-29")]
    [InlineData("TIMESTAMP '2024-02-29 12:00:00.25'", "2024-02-29 12:00:00.25")]
    [InlineData("TIMESTAMPTZ '2024-02-29 12:00:00+00'", "2024-02-29 12:00:00")]
    [InlineData("7::DOUBLE", "7")]
    [InlineData("9007199254740991::DOUBLE", "9007199254740991")]
    [InlineData("7::FLOAT", "7")]
    [InlineData("7::UTINYINT", "7")]
    public void Any_type_that_names_a_row_is_an_id(string value, string expected) =>
        Read(value).Should().Be((expected, RowFaults.None));

    [Theory]
    [InlineData("0.5::DOUBLE")]
    [InlineData("1e17::DOUBLE")]
    [InlineData("'nan'::DOUBLE")]
    [InlineData("'inf'::DOUBLE")]
    [InlineData("1e300::DOUBLE")]
    [InlineData("16777217::DOUBLE::FLOAT")]
    public void What_may_not_be_the_number_that_was_meant_names_no_row_and_is_not_called_missing(string value)
    {
        Read(value).Should().Be(("", RowFaults.InexactId));
        RowFaultText.Of(RowFaults.InexactId).Should().Contain("not whole or may be rounded").And.Contain("write ids as");
    }

    [Theory]
    [InlineData("NULL::DOUBLE")]
    [InlineData("NULL::FLOAT")]
    [InlineData("NULL::BLOB")]
    [InlineData("NULL::DECIMAL(10,2)")]
    [InlineData("''")]
    public void What_is_missing_names_no_row(string value) =>
        Read(value).Should().Be(("", RowFaults.NullId));

    [Theory]
    [InlineData(65_536, RowFaults.None)]
    [InlineData(65_537, RowFaults.LongId)]
    public void Ids_have_a_longest_length(int length, RowFaults faults) =>
        Read($"repeat('x', {length})").Should().Be((faults == RowFaults.None ? new string('x', length) : "", faults));

    [Theory]
    [InlineData("true")]
    [InlineData("[1, 2]")]
    public void Other_types_are_refused(string value) =>
        FluentActions.Invoking(() => Read(value)).Should().Throw<DataException>().WithMessage("*column id is*expected text, whole numbers*--id*");

    [Fact]
    public void A_column_that_is_said_to_name_rows_does()
    {
        var shard = ParquetFiles.FromSql(folder.File("a.parquet"), "SELECT 'x' AS id, {'key': 7} AS meta, 'b' AS image_id");

        Ids(shard with { Columns = new("image_id") }).Should().Equal("b");
        Ids(shard with { Columns = new("meta.key") }).Should().Equal("7");
        FluentActions.Invoking(() => Ids(shard with { Columns = new("image") })).Should().Throw<DataException>().WithMessage("*no column image: it has id, meta, image_id*");
    }

    [Theory]
    [InlineData("i AS image_id, 0 AS class", "*no column id*image_id is another in every row: give --id image_id*")]
    [InlineData("i AS ID, 0 AS class", "*give --id ID*")]
    [InlineData("i AS a, -i AS b", "*name the one that names a row with --id COLUMN*")]
    [InlineData("0 AS class", "*name the one that names a row with --id COLUMN*")]
    public void A_missing_id_is_told_with_the_one_column_that_could_be_it(string columns, string message)
    {
        var shard = ParquetFiles.FromSql(folder.File("a.parquet"), $"SELECT {columns} FROM range(5) AS t(i)");

        FluentActions.Invoking(() => Ids(shard)).Should().Throw<DataException>().WithMessage(message);
    }

    private static IEnumerable<string> Ids(Shard shard) => ParquetFiles.ReadAll(shard, new RowSchema([])).Select(row => row.Id);

    private (string, RowFaults) Read(string value)
    {
        var row = ParquetFiles.ReadAll(ParquetFiles.FromSql(folder.File("a.parquet"), $"SELECT {value} AS id"), new RowSchema([]))[0];
        return (row.Id, row.Faults);
    }
}
