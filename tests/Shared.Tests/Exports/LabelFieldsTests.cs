using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Exports;
using ParquetPool.Labels;

namespace ParquetPool.Shared.Tests.Exports;

/// <summary>Tables and records of labelling tools, who said what in them, and what of it counts.</summary>
public sealed class LabelFieldsTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("WorkerId")]
    [InlineData("Worker ID")]
    [InlineData("labeled_by")]
    [InlineData("username")]
    [InlineData("user")]
    [InlineData("created_by")]
    public void Each_person_has_a_vote_whatever_a_tool_calls_them(string column)
    {
        var votes = "a,cat,p,2026-01-01\na,cat,q,2026-01-02\na,dog,r,2026-01-03\n";

        Labels($"id,label,{column},updated_at\n{votes}").Should().Equal(new Dictionary<string, string> { ["a"] = "cat" });
    }

    [Fact]
    public void Who_may_have_written_a_row_did_not_label_it_where_each_row_stands_once()
    {
        Write("a.csv", "id,label,user_id\na,cat,7\nb,dog,8\n");

        LabelSheet.Read(folder.File("a.csv")).Entries.Should().OnlyContain(e => e.Annotator.Length == 0);
    }

    [Theory]
    [InlineData("id,label,answer\na,cat,accept\nb,dog,reject\nc,dog,ignore\n")]
    [InlineData("id,label,status\na,cat,submitted\nb,dog,discarded\nc,dog,draft\n")]
    [InlineData("\"HITId\",\"AssignmentStatus\",\"id\",\"label\"\n\"h\",\"Approved\",\"a\",\"cat\"\n\"h\",\"Rejected\",\"b\",\"dog\"\n\"i\",\"Rejected\",\"c\",\"dog\"\n")]
    [InlineData("{\"id\": \"a\", \"label\": \"cat\", \"status\": \"submitted\"}\n{\"id\": \"b\", \"label\": \"dog\", \"status\": \"discarded\"}\n{\"id\": \"c\", \"label\": \"dog\", \"status\": \"Draft\"}\n")]
    public void What_a_tool_says_does_not_count_is_no_label_and_is_told(string text)
    {
        var told = new List<string>();
        Write("a.csv", text);

        LabelFile.Read([folder.File("a.csv")], new LabelReading { Tell = told.Add }).Should().Equal(new Dictionary<string, string> { ["a"] = "cat" });

        told.Should().Contain(t => t.Contains("count for nothing"));
    }

    [Fact]
    public void What_a_reviewer_rejected_in_Label_Studio_is_no_label()
    {
        static string Said(string row, string action) => $$$"""{"data": {"row_id": "{{{row}}}"}, "annotations": [{"id": 1, "last_action": "{{{action}}}", "result": [{"type": "choices", "from_name": "label", "value": {"choices": ["cat"]}}]}]}""";

        Labels($"[{Said("a", "fixed_and_accepted")}, {Said("b", "rejected")}]").Should().Equal(new Dictionary<string, string> { ["a"] = "cat" });
    }

    [Fact]
    public void A_rejected_label_takes_back_what_its_annotator_said_and_no_other_s() =>
        Labels("id,label,WorkerId,AssignmentStatus\na,cat,p,Approved\na,dog,q,Rejected\nb,cat,p,Approved\nb,cat,p,Rejected\n").Should().Equal(new Dictionary<string, string> { ["a"] = "cat" });

    [Fact]
    public void A_status_of_the_row_s_own_is_no_word_about_its_label() =>
        Labels("id,label,status\na,cat,rejected\nb,dog,cancelled\n").Should().HaveCount(2);

    [Fact]
    public void Rejecting_one_label_of_Prodigy_s_leaves_another_as_it_is()
    {
        static string Asked(string label, string answer, int time) => $$"""{"text": "x", "meta": {"row_id": "a"}, "label": "{{label}}", "answer": "{{answer}}", "_annotator_id": "p", "_timestamp": {{1_700_000_000 + time}}}""";

        Labels($"{Asked("cat", "accept", 1)}\n{Asked("dog", "reject", 2)}\n").Should().Equal(new Dictionary<string, string> { ["a"] = "cat" });
        Labels($"{Asked("cat", "accept", 1)}\n{Asked("cat", "reject", 2)}\n").Should().BeEmpty();
    }

    [Fact]
    public void Ids_to_leave_out_are_the_rows_own_and_not_the_tool_s()
    {
        Write("tool.csv", "text,row_id,id,label,annotation_id\nx,a,41,cat,7\ny,b,42,,8\n");
        Write("upper.csv", "ID,label\nc,cat\n");
        Write("other.json", """[{"id": 5, "data": {"row_id": "d"}, "annotations": [{"id": 1, "result": [{"type": "choices", "from_name": "mood", "value": {"choices": ["glad"]}}]}]}]""");
        Write("own.csv", "text,id,label,annotation_id\nx,41,cat,7\n");

        LabelFile.ReadIds([folder.File("tool.csv"), folder.File("upper.csv"), folder.File("other.json")]).Should().BeEquivalentTo("a", "b", "c", "d");
        FluentActions.Invoking(() => LabelFile.ReadIds([folder.File("own.csv")])).Should().Throw<DataException>().WithMessage("*labelling tool's own number*");
    }

    [Theory]
    [InlineData("504B0304", "*Excel*save the sheet as CSV UTF-8*")]
    public void A_packed_file_is_called_so(string start, string told)
    {
        File.WriteAllBytes(folder.File("a.csv"), Convert.FromHexString(start));

        FluentActions.Invoking(() => LabelFile.Read([folder.File("a.csv")])).Should().Throw<DataException>().WithMessage(told);
    }

    [Fact]
    public void A_file_of_which_no_label_can_be_used_says_why_and_an_empty_one_among_others_is_told()
    {
        var told = new List<string>();
        Write("b.jsonl", """{"id": "a", "label": [0, 1]}""");
        Write("c.csv", "id,label\na,cat\n");

        FluentActions.Invoking(() => LabelFile.Read([folder.File("b.jsonl")])).Should().Throw<DataException>().WithMessage("*none of its labels can be used: 1 labels name several classes*");
        LabelFile.Read([folder.File("b.jsonl"), folder.File("c.csv")], new LabelReading { Tell = told.Add }).Should().ContainKey("a");
        told.Should().Contain(t => t.Contains("b.jsonl: none of its labels can be used"));
    }

    [Fact]
    public void What_of_a_folder_is_not_read_for_its_name_is_told()
    {
        var told = new List<string>();
        Write("a.csv", "id,label\na,cat\n");
        Write("b.csv.bz2", "x");
        Write("c.xlsx", "x");
        Write("notes.txt", "x");

        LabelFile.Read([folder.Root], new LabelReading { Tell = told.Add }).Should().ContainKey("a");
        told.Should().ContainSingle().Which.Should().StartWith("2 other files").And.Contain("b.csv.bz2");
    }

    private IReadOnlyDictionary<string, string> Labels(string text)
    {
        Write("a.txt", text);
        return LabelFile.Read([folder.File("a.txt")]);
    }

    private void Write(string name, string text) => File.WriteAllText(folder.File(name), text);
}
