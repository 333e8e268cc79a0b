using ParquetPool.Errors;
using ParquetPool.Exports;
using ParquetPool.Shared.Tests.Shards;

namespace ParquetPool.Shared.Tests.Exports;

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

        Brief(sheet).Should().Equal(("a", "cat", "anna", 1.5), ("b", "dog", "", double.NaN));
        sheet.Unlabelled.Should().Be(text.Contains(";;;;") ? 1 : 0);
        sheet.Notes.Should().BeEmpty();
    }

    [Fact]
    public void Files_that_lie_one_behind_the_other_are_read_as_one_or_refused()
    {
        var sheet = LabelSheet.Read(Write("both.csv", "id,label,by\na,cat,x\nid,label,by\nb,dog,y\n"));

        sheet.Entries.Select(e => (e.Id, e.Label)).Should().Equal(("a", "cat"), ("b", "dog"));
        sheet.Notes.Should().ContainSingle().Which.ToString().Should().Contain("the header once more").And.Contain("row 2");
        FluentActions.Invoking(() => LabelSheet.Read(Write("turned.csv", "id,label\na,cat\nlabel,id\ndog,b\n"))).Should().Throw<DataException>()
            .WithMessage("*turned.csv: row 2 is a header of another order (label, id, where the file begins with id, label): files that lie one behind the other, give each by itself");
    }

    [Fact]
    public void A_list_as_Python_writes_it_is_the_names_in_it()
    {
        var sheet = LabelSheet.Read(Write("labels.csv", "id,label\na,['cat']\nb,\"['cat', 'dog']\"\nc,\"[\"\"it's\"\"]\"\nd,['cat' 'cat']\ne,[sic] cat\nf,\"cat\ndog\"\ng,\"cat\n\"\n"));

        sheet.Entries.Select(e => (e.Id, e.Label)).Should().Equal(("a", "cat"), ("c", "it's"), ("d", "cat"), ("e", "[sic] cat"), ("g", "cat"));
        sheet.Notes.Should().ContainSingle().Which.Should().Match<LabelNote>(n => n.What.Contains("several classes") && n.Count == 2, "choices that stand one below the other are several too");
    }

    [Fact]
    public void A_second_column_of_labels_that_disagrees_is_told()
    {
        var sheet = LabelSheet.Read(Write("labels.csv", "id,label,label_corrected,label_id,status\na,cat,dog,0,pending\nb,dog,dog,1,done\nc,cat,cat,0,\n"));

        sheet.Entries.Select(e => e.Label).Should().Equal("cat", "dog", "cat");
        sheet.Notes.Select(note => note.ToString()).Should().Equal(
            "1 labels are another class in the column label_corrected, which is not read: --control label_corrected would read it (row 1: cat and dog)",
            "1 labels are marked 'pending' in status and count all the same: leave those empty that shall not (row 1)");
        LabelSheet.Read(Write("named.csv", "id,label,gold\na,cat,dog\nb,dog,dog\n"), "gold").Notes.Should().BeEmpty("somebody chose");
        LabelSheet.Read(Write("names.csv", "id,label,class\na,0,cat\nb,1,dog\n")).Notes.Should().BeEmpty("they are names of the same");
    }

    [Theory]
    [InlineData("id,label,label\na,cat,dog\n", "*'label' and 'label'*")]
    [InlineData("id,ID,label\na,b,dog\n", "*'id' and 'ID'*")]
    public void Two_columns_of_one_name_are_refused(string text, string told)
    {
        var act = () => LabelSheet.Read(Write("labels.csv", text));

        act.Should().Throw<DataException>().WithMessage(told);
    }

    [Fact]
    public void The_number_that_doccano_gives_a_text_is_no_row_s_id()
    {
        var act = () => LabelSheet.Read(Write("labels.jsonl", """{"id": 7, "text": "x", "label": ["cat"], "Comments": []}"""));

        act.Should().Throw<DataException>().WithMessage("*doccano's own number*row_id*");
        LabelSheet.Read(Write("own.jsonl", """{"id": 7, "row_id": "a", "text": "x", "label": ["cat"], "Comments": []}""")).Entries.Should().ContainSingle().Which.Id.Should().Be("a");
    }

    [Theory]
    [InlineData("id,image_id,label", true)]
    [InlineData("id,row_id,label", false)]
    [InlineData("id,price,label", false)]
    public void A_count_of_the_rows_beside_another_number_of_theirs_is_asked_about(string header, bool isAsked)
    {
        var path = Write("labels.csv", $"{header}\n{string.Concat(Enumerable.Range(1, 12).Select(i => $"{i},{i * 7},cat\n"))}");

        var read = () => LabelSheet.Read(path);
        if (isAsked)
        {
            read.Should().Throw<DataException>().WithMessage("*column id counts the rows from 1 to 12 in the order of the file*image_id names each by another number*call that column row_id");
        }
        else
        {
            read().Entries.Should().HaveCount(12);
        }
        LabelSheet.Read(Write("few.csv", "id,image_id,label\n1,7,cat\n2,14,cat\n")).Entries.Select(e => e.Id).Should().Equal("1", "2");
        LabelSheet.Read(Write("own.csv", $"id,image_id,label\n{string.Concat(Enumerable.Range(1, 12).Select(i => $"{i * 7},{i},cat\n"))}")).Entries.Should().HaveCount(12);
        LabelSheet.Read(Write("both.csv", $"id,index,label\n{string.Concat(Enumerable.Range(1, 12).Select(i => $"{i},{i},cat\n"))}")).Entries.Should().HaveCount(12);
    }

    [Theory]
    [InlineData("\"image_id\": {0}, \"label\": \"cat\"", "image_id")]
    [InlineData("\"meta\": {\"key\": \"{0}\", \"by\": \"eve\"}, \"label\": [\"cat\"]", "meta.key")]
    public void Records_that_are_counted_beside_another_number_are_asked_about(string rest, string rival)
    {
        string Lines(int count) => string.Join('\n', Enumerable.Range(1, count).Select(i => $$"""{"id": {{i}}, {{rest.Replace("{0}", $"{i * 7}", StringComparison.Ordinal)}}}"""));

        FluentActions.Invoking(() => LabelSheet.Read(Write("records.jsonl", Lines(12)))).Should().Throw<DataException>()
            .WithMessage($"*id counts the rows from 1 to 12 in the order of the file*{rival} names each by another number*call that column row_id");
        LabelSheet.Read(Write("few.jsonl", Lines(3))).Entries.Should().HaveCount(3);
        LabelSheet.ReadIds(folder.File("records.jsonl")).Should().HaveCount(12);
    }

    [Fact]
    public void Parquet_is_read_with_numbers()
    {
        var path = ParquetFiles.FromSql(folder.File("labels.parquet"), "SELECT 7 AS id, 3 AS label, 'ben' AS annotator, 2.5::DOUBLE AS seconds, [1, 2] AS image_ids, {'bytes': ''::BLOB} AS image").Path;

        Brief(LabelSheet.Read(path)).Should().Equal(("7", "3", "ben", 2.5));
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

        Brief(sheet).Should().Equal(
            ("train-17", "card_arrival", "1", 4.288),
            ("train-3", "change_pin", "1", 9.5),
            ("train-21", "card_arrival", "1", 1),
            ("train-30", "lost_phone", "2", double.NaN),
            ("1007", "request_refund", "2", 6.25),
            ("train-3", "passcode_forgotten", "ben@example.org", 12),
            ("train-21", "top_up_by_card", "1", 3.5));
        sheet.Unlabelled.Should().Be(2, "one task was skipped and one is open");
    }

    [Theory]
    [InlineData("a.csv", "key,label\na,cat\n", "*a.csv: no column id: it has key, label")]
    [InlineData("a.csv", "id,class\na,cat\n", "*a.csv: no column label: it has id, class")]
    [InlineData("a.csv", "id,label\na,cat\n,dog\n", "*a.csv: row 2: label dog has no id*")]
    [InlineData("a.json", "{", "*a.json: not JSON that can be read (element 1: it ends at byte 1*cut short*")]
    [InlineData("a.json", "{}", "*a.json: element 1 is no label that is known (it has nothing), expected an export of*")]
    [InlineData("a.json", "[]", "*a.json: no element in it*")]
    [InlineData("a.json", """ [{"label": "cat"}] """, "*element 1 is no label that is known (it has label)*")]
    [InlineData("a.json", """ [{"data": {"row_id": "a"}, "annotations": [7, 8]}] """, "*task 1 names its annotations by number only*")]
    [InlineData("a.json", """ [{"data": {"row_id": "a"}, "annotations": [{"result": [{"type": "choices"}]}]}] """, "*task 1 has a result of type choices without its choices*")]
    [InlineData("a.csv", "id,label,annotation_id\n3,cat,9\n", "*column id beside annotation_id is the labelling tool's own number*")]
    [InlineData("a.json", """ [{"data": {"text": "x"}, "annotations": [{"result": [{"type": "choices", "value": {"choices": ["cat"]}}]}]}] """, "*task 1 does not say which row it is*")]
    public void What_is_no_sheet_is_told_in_one_line(string name, string text, string message) =>
        FluentActions.Invoking(() => LabelSheet.Read(Write(name, text))).Should().Throw<DataException>().WithMessage(message).Which.Message.Should().NotContain("\n");

    private static IEnumerable<(string Id, string Label, string Annotator, double Seconds)> Brief(LabelSheet sheet) =>
        sheet.Entries.Where(e => !e.IsWithdrawn).Select(e => (e.Id, e.Label, e.Annotator, e.Seconds));

    private string Write(string name, string text)
    {
        File.WriteAllText(folder.File(name), text);
        return folder.File(name);
    }
}
