using ParquetPool.Shared.Tests.Shards;
using ParquetPool.Texts;

namespace ParquetPool.Shared.Tests.Texts;

public sealed class LabelTextTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("3.0", "3")]
    [InlineData("3.", "3")]
    [InlineData("-3.00", "-3")]
    [InlineData("-0.0", "0")]
    [InlineData("1e+00", "1")]
    [InlineData("1.000000000000000000e+00", "1")]
    [InlineData("1.2e+1", "12")]
    [InlineData("5e-01", "0.5")]
    [InlineData("0.5", "0.5")]
    [InlineData("3.10", "3.10")]
    [InlineData("007", "007")]
    [InlineData("1e5", "1e5")]
    [InlineData("7e00", "7e00")]
    [InlineData("1.2.0", "1.2.0")]
    [InlineData("v1.0", "v1.0")]
    [InlineData("TRUE", "true")]
    [InlineData("False", "false")]
    [InlineData(" cat\u00A0", "cat")]
    [InlineData("\uFEFFcat\u200B", "cat")]
    [InlineData("big\u00A0 \tcat", "big cat")]
    [InlineData("Cafe\u0301", "Caf\u00E9")]
    [InlineData("\u1112\u1161\u11AB", "\uD55C")]
    [InlineData(" \"dog\"", "dog")]
    [InlineData("=\"17\"", "17")]
    [InlineData("\"a\" or \"b\"", "\"a\" or \"b\"")]
    [InlineData("none", "none")]
    [InlineData("None", "None")]
    public void One_spelling_stands_for_all(string text, string expected) => LabelText.Read(text).Should().Be(expected);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \u00A0\u200B")]
    [InlineData("nan")]
    [InlineData("NaN")]
    [InlineData(" NAN ")]
    [InlineData("<NA>")]
    [InlineData("NaT")]
    [InlineData("#N/A")]
    [InlineData("\\N")]
    public void What_says_that_there_is_no_value_is_no_label(string? text) => LabelText.Read(text).Should().BeNull();

    [Theory]
    [InlineData("1201.0", "1201")]
    [InlineData("1,000", "1,000")]
    [InlineData(" 1201 ", "1201")]
    [InlineData("1.201000000000000000e+03", "1201")]
    [InlineData("1.2e+03", "1.2e+03")] // Two of its digits are not stated.
    [InlineData("1e+15", "1e+15")]
    [InlineData("9912140633506551.0", "9912140633506551.0")] // A double does not hold it.
    [InlineData("=\"000012\"", "000012")]
    [InlineData("'1201", "1201")]
    [InlineData("'n' roll", "'n' roll")]
    [InlineData("1201,0", "1201")]
    [InlineData("1,201", "1,201")]
    [InlineData("-5.0", "-5")]
    [InlineData("000012", "000012")]
    [InlineData("3.5", "3.5")]
    [InlineData("nan", "nan")]
    [InlineData("True", "True")]
    public void An_id_loses_its_decimals_only_where_none_of_its_digits_can_be_lost(string id, string expected) => LabelText.Id(id).Should().Be(expected);

    [Theory]
    [InlineData("CAFÉ", "Café", true)]
    [InlineData("don\u2019t", "don't", true)]
    [InlineData("a\u2013b", "a-b", true)]
    [InlineData("+1", "1", true)]
    [InlineData("A", "a", false)]
    [InlineData("-1", "1", false)]
    [InlineData("C++", "C#", false)]
    public void Names_are_alike_but_for_capitals_quotes_and_dashes(string a, string b, bool isAlike) => (LabelText.Key(a) == LabelText.Key(b)).Should().Be(isAlike);

    [Theory]
    [InlineData("1::DOUBLE", "1")]
    [InlineData("'nan'::DOUBLE", null)]
    [InlineData("2.0::FLOAT", "2")]
    [InlineData("3.00::DECIMAL(5,2)", "3")]
    [InlineData("'cat'::ENUM('dog', 'cat')", "cat")]
    [InlineData("true", "true")]
    [InlineData("' dog '", "dog")]
    [InlineData("NULL::DOUBLE", null)]
    public void A_label_column_of_a_shard_is_read_so_whatever_its_type(string value, string? label)
    {
        var shard = ParquetFiles.FromSql(folder.File("a.parquet"), $"SELECT 'a' AS id, {value} AS label");

        ParquetFiles.ReadAll(shard, new([], LabelColumn: "label")).Single().Label.Should().Be(label);
    }
}
