using System.Text;
using ParquetPool.Errors;
using ParquetPool.Texts;

namespace ParquetPool.Shared.Tests.Texts;

public sealed class CsvRowsTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("id,label\r\n1,a\r\n2,b\n")]
    [InlineData("id,label\n1,a\r\n2,b")]
    [InlineData("id,label\r1,a\r2,b\r")]
    [InlineData("\uFEFFid,label\n\n1,a\n\r\n2,b\n\n")]
    [InlineData("sep=;\r\nid;label\r\n1;a\r\n2;b\r\n")]
    [InlineData("id,label,note\n1,a\n2,b,x\n")]
    [InlineData("id,label,,\n1,a,,\n2,b,,,,\n")]
    [InlineData("id,label,note\n1,a,6\" screen\n2,b,\"two\r\nlines\"\n")]
    [InlineData("label\tnote,;\tid\na\tx\t1\nb\t\"y\t\"\t2\n")]
    public void Line_ends_blank_lines_short_rows_and_quotes_are_taken_as_they_come(string text) => Read(text).Should().Equal(("1", "a"), ("2", "b"));

    [Fact]
    public void A_spreadsheet_s_Unicode_text_is_read()
    {
        File.WriteAllText(folder.File("a.txt"), "id\tlabel\r\n1\tâge\r\n", Encoding.Unicode);

        TextTable.Read(folder.File("a.txt"), "id", "label").Single().Should().Equal("1", "âge");
    }

    [Fact]
    public void A_file_that_is_not_Unicode_is_told_by_line()
    {
        File.WriteAllBytes(folder.File("a.csv"), [.. "id,label\n1,a\n2,"u8, 0xE2, (byte)'g', (byte)'\n']);

        FluentActions.Invoking(() => TextTable.Read(folder.File("a.csv"), "id").ToList()).Should().Throw<DataException>().WithMessage("*is not UTF-8*save it as CSV in UTF-8*");
    }

    [Fact]
    public void A_cell_that_nobody_asked_for_may_be_of_any_length()
    {
        var text = $"id,picture,label\n1,{new string('x', 3_000_000)},a\n2,\"{new string('y', 3_000_000)}\",b\n";

        Read(text).Should().Equal(("1", "a"), ("2", "b"));
        FluentActions.Invoking(() => TextTable.Read(folder.File("a.csv"), "picture").ToList()).Should().Throw<DataException>().WithMessage("*line 2: a cell is longer than*");
    }

    private IEnumerable<(string?, string?)> Read(string text)
    {
        File.WriteAllText(folder.File("a.csv"), text);
        return TextTable.Read(folder.File("a.csv"), "id", "label").Select(row => (row[0], row[1]));
    }
}
