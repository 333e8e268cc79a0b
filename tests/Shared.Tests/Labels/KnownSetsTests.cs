using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Labels;

namespace ParquetPool.Shared.Tests.Labels;

public sealed class KnownSetsTests : IDisposable
{
    private static readonly string[] Classes = ["Bag", "Boot", "Coat", "Shirt"];
    private readonly TestFolder folder = new();
    private readonly List<string> told = [];

    public KnownSetsTests() => File.WriteAllText(folder.File("hierarchy.json"), """{ "worn": ["tops", "Boot"], "tops": ["Shirt", "Coat"] }""");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_row_may_be_of_the_classes_that_all_answers_leave_open()
    {
        var sets = Read("id,label\na,Shirt\nb,tops\nc,TOPS\nd,worn\n", "id,question,answer\nc,Coat,No\nd,tops,no\ne,worn,no\nf,Bag,no\ng,tops,TRUE\nh,Boot,\n");

        sets.Whole.Should().BeEquivalentTo(new Dictionary<string, string> { ["a"] = "Shirt", ["c"] = "Shirt", ["d"] = "Boot", ["e"] = "Bag" });
        sets.Partial.Select(row => $"{row.Key}: {string.Join(' ', row.Value)}").Should().BeEquivalentTo("b: Shirt Coat", "f: Boot Coat Shirt", "g: Coat Shirt");
        sets.Contradictory.Should().BeEmpty();
        told.Should().Contain("1 rows of the label files have no label yet");
    }

    [Fact]
    public void Contradictions_and_strange_questions_are_named_and_left_out()
    {
        var sets = Read("id,label\na,Shirt\nb,Bag\n", "id,question,answer\na,tops,no\nb,hats,yes\nc,tops,yes\nc,worn,no\n");

        sets.Whole.Keys.Should().Equal("b");
        sets.Partial.Should().BeEmpty();
        sets.Notes().Should().Equal(
            "2 rows have answers that leave no class and are left out: a (Shirt, not tops); c (tops, not worn): ask again",
            "1 answers are about what is neither class nor super-class and are left out: hats (1)");
    }

    [Fact]
    public void An_answer_is_replaced_by_a_later_one_to_the_same_question_alone()
    {
        var sets = Read("id,question,answer,annotator\na,tops,yes,ann\na,Shirt,yes,ann\nb,tops,yes,ann\n", "id,question,answer,annotator\na,Shirt,no,ann\nb,tops,no,bob\nc,Bag,yes,ann\nc,Bag,yes,bob\nc,Bag,no,eve\n");

        sets.Whole.Should().BeEquivalentTo(new Dictionary<string, string> { ["a"] = "Coat", ["c"] = "Bag" });
        told.Should().Contain("1 questions are answered with yes as often as with no and left out, such as 'tops' of b");
    }

    [Fact]
    public void A_vote_for_a_super_class_counts_for_what_another_says_within_it()
    {
        Read("id,label,annotator\na,tops,ann\na,Shirt,bob\nb,worn,ann\nb,tops,bob\n").Should().Match<KnownSets>(s => s.Whole["a"] == "Shirt" && s.Partial["b"].Count == 2);

        FluentActions.Invoking(() => Read("id,label,annotator\na,tops,ann\na,Bag,bob\n")).Should().Throw<DataException>().WithMessage("id a has labels Bag and tops*");
    }

    [Fact]
    public void Label_Studios_exports_of_questions_are_answers()
    {
        var sets = Read(
            """
            [
              { "id": 1, "data": { "row_id": "a", "row_question": "tops", "row_question_text": "Is it tops?" }, "annotations": [ { "id": 5, "completed_by": 1, "result": [ { "from_name": "answer", "type": "choices", "value": { "choices": ["yes"] } } ] } ] },
              { "id": 2, "data": { "row_id": "b" }, "meta": { "row_question": "Bag" }, "annotations": [ { "id": 6, "result": [ { "from_name": "answer", "type": "choices", "value": { "choices": ["no"] } } ] } ] },
              { "id": 3, "data": { "row_id": "c", "row_question": "Bag" }, "annotations": [ { "id": 7, "was_cancelled": true, "result": [] } ] },
              { "id": 4, "data": { "row_id": "d" }, "annotations": [ { "id": 8, "result": [ { "from_name": "label", "type": "choices", "value": { "choices": ["Boot"] } } ] } ] }
            ]
            """,
            """[ { "id": 9, "annotation_id": 3, "row_id": "a", "row_question": "Coat", "answer": "no" } ]""",
            "annotation_id,row_id,row_question,answer\n4,b,worn,yes\n");

        sets.Whole.Should().BeEquivalentTo(new Dictionary<string, string> { ["a"] = "Shirt", ["d"] = "Boot" });
        sets.Partial.Keys.Should().Equal("b");
    }

    [Fact]
    public void Without_a_hierarchy_answers_are_left_out_and_said_to_be()
    {
        File.WriteAllText(folder.File("x.csv"), "id,question,answer\na,tops,yes\n");

        LabelFile.ReadStanding([folder.File("x.csv")], new LabelReading { Tell = told.Add }).Labels.Should().BeEmpty();

        told.Should().Equal("1 answers to questions about classes are left out: name the super-classes with --hierarchy");
    }

    [Theory]
    [InlineData("id,question,answer\na,tops,perhaps\n", "*row 1: answer is 'perhaps', expected yes or no*")]
    [InlineData("id,question,answer\na,,yes\n", "*row 1: answer without a question, expected a class or super-class in column question*")]
    [InlineData("id,question\na,tops\n", "*no column label*")]
    public void What_is_no_answer_is_refused_with_its_place(string content, string message) =>
        FluentActions.Invoking(() => Read(content)).Should().Throw<DataException>().WithMessage(message);

    private KnownSets Read(params string[] contents)
    {
        var files = contents.Index().Select(content =>
        {
            var path = folder.File($"{content.Index}.{(content.Item.TrimStart().StartsWith('[') ? "json" : "csv")}");
            File.WriteAllText(path, content.Item);
            return path;
        }).ToList();
        var hierarchy = Hierarchy.Read(folder.File("hierarchy.json"));
        var said = LabelFile.ReadStanding(files, new LabelReading { Classes = Classes, Hierarchy = hierarchy, Tell = told.Add });
        return KnownSets.Of(said.Labels, said.Answers, hierarchy, Classes);
    }
}
