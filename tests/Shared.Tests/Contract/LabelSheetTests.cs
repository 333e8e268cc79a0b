using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Shared.Tests.Shards;

namespace ParquetPool.Shared.Tests.Contract;

public sealed class LabelSheetTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("id,label,annotator,seconds\na,cat,anna,1.5\nb,dog,,\n")]
    [InlineData("\uFEFFID;Label;Annotator;Seconds\r\na;cat;anna;1,5\r\nb;dog;;\r\n")]
    [InlineData("\uFEFFid;text;label;annotator;seconds\r\na;\"two\nlines\";cat;anna;1,5\r\nb;one;dog;;\r\n;;;;\r\n")]
    [InlineData("rank\tid\tscore\tLABEL\tremark\tannotator\tseconds\n1\ta\t0.5\t cat \tx, \"\"y\"\"\tanna\t1.5\n2\tb\t0.25\tdog\t\t\t\n")]
    [InlineData("\"row_id\",\"text\",\"id\",\"label\",\"annotator\",\"lead_time\"\n\"a\",\"Hi, there\n2nd line\",7,\"cat\",\"anna\",1.5\nb,,8,dog,,\n")]
    public void Spreadsheets_are_read_as_they_are(string text)
    {
        var sheet = LabelSheet.Read(Write("labels.csv", text));

        sheet.Should().BeEquivalentTo(new LabelSheet([new("a", "cat", "anna", 1.5), new("b", "dog", "", double.NaN)], text.Contains(";;;;") ? 1 : 0), o => o.WithStrictOrdering());
    }

    [Fact]
    public void Parquet_is_read_with_numbers()
    {
        var path = ParquetFiles.FromSql(folder.File("labels.parquet"), "SELECT 7 AS id, 3 AS label, 'ben' AS annotator, 2.5::DOUBLE AS seconds").Path;

        LabelSheet.Read(path).Entries.Should().Equal(new LabelEntry("7", "3", "ben", 2.5));
    }

    [Fact]
    public void Rows_without_a_label_are_not_labelled_yet()
    {
        var sheet = LabelSheet.Read(Write("labels.csv", "id,label\na,\nb,dog\nc,  \n,\n"));

        sheet.Entries.Select(e => e.Id).Should().Equal("b");
        sheet.Unlabelled.Should().Be(3);
    }

    [Fact]
    public void Label_Studio_s_export_is_read_annotator_by_annotator()
    {
        var sheet = LabelSheet.Read(Path.Combine(AppContext.BaseDirectory, "TestData", "label-studio-export.json"));

        sheet.Entries.Should().BeEquivalentTo(
        [
            new LabelEntry("train-17", "card_arrival", "1", 4.288),
            new LabelEntry("train-3", "change_pin", "1", 9.5),
            new LabelEntry("train-21", "card_arrival", "1", 1),
            new LabelEntry("train-30", "lost_phone", "2", double.NaN),
            new LabelEntry("1007", "request_refund", "2", 6.25),
            new LabelEntry("train-3", "passcode_forgotten", "ben@example.org", 12),
            new LabelEntry("train-21", "top_up_by_card", "1", 3.5),
        ], o => o.WithStrictOrdering());
        sheet.Unlabelled.Should().Be(2, "one task was skipped and one is open");
    }

    [Theory]
    [InlineData("a.csv", "key,label\na,cat\n", "*a.csv: no column id: it has key, label")]
    [InlineData("a.csv", "id,class\na,cat\n", "*a.csv: no column label: it has id, class")]
    [InlineData("a.csv", "id,label\na,cat\n,dog\n", "*a.csv: row 2: label dog has no id*")]
    [InlineData("a.json", "{", "*a.json: no export of Label Studio*")]
    [InlineData("a.json", "{}", "*a.json: no export of Label Studio*")]
    [InlineData("a.json", """ [{"id": 1, "label": "cat", "row_id": "a"}] """, "*task 1 has no annotations*not JSON-MIN*")]
    [InlineData("a.json", """ [{"data": {"text": "x"}, "annotations": [{"result": [{"type": "choices", "value": {"choices": ["cat"]}}]}]}] """, "*task 1 does not say which row it is*")]
    [InlineData("a.json", """ [{"data": {"row_id": "a"}, "annotations": [{"result": [{"type": "choices", "from_name": "label", "value": {"choices": ["cat", "dog"]}}]}]}] """, "*task 1 has 2 choices of label, expected one*")]
    public void What_is_no_sheet_is_told_in_one_line(string name, string text, string message) =>
        FluentActions.Invoking(() => LabelSheet.Read(Write(name, text))).Should().Throw<DataException>().WithMessage(message).Which.Message.Should().NotContain("\n");

    private string Write(string name, string text)
    {
        File.WriteAllText(folder.File(name), text);
        return folder.File(name);
    }
}
