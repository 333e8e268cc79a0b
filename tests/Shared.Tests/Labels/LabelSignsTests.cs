using ParquetPool.Labels;

namespace ParquetPool.Shared.Tests.Labels;

public sealed class LabelSignsTests
{
    [Theory]
    [InlineData("2024-03-01|2024-03-02|dog", "2 labels are dates or times")]
    [InlineData("2-Jan|3-Feb|dog", "2 labels are dates or times")]
    [InlineData("01.02.2024 10:30|dog", "1 labels are dates or times")]
    [InlineData("cat|dog|0|1", "2 labels are numbers and 2 are names, perhaps of the same classes")]
    [InlineData("cat|dog;owl|owl;cat", "2 labels may name several classes: dog;owl (1), owl;cat (1)")]
    [InlineData("cat/dog|dog/owl|owl/cat", "3 labels may name several classes")]
    public void What_is_rather_something_else_than_classes_is_asked_about(string labels, string doubt)
    {
        ClassNames.Of([], labels.Split('|')).Doubts.Should().StartWith(doubt);
        ClassNames.Of(labels.Split('|'), labels.Split('|')).Doubts.Should().BeNull("a class may be called so");
    }

    [Theory]
    [InlineData("animal/cat|animal/dog|plant/oak")]
    [InlineData("rock & roll|rock & pop|yes, sir")]
    [InlineData("T-shirt|24-7|2024")]
    [InlineData("1|2|3|other")]
    public void Classes_of_odd_names_are_classes(string labels) => ClassNames.Of([], labels.Split('|')).Doubts.Should().BeNull();

    [Fact]
    public void Scores_and_ids_are_asked_about_and_grades_told()
    {
        var halves = Enumerable.Range(0, 60).Select(i => $"{(i % 5) + 0.5:F1}").ToList();

        ClassNames.Of([], Enumerable.Range(0, 60).Select(i => $"0.{i + 100}")).Doubts.Should().Match("* labels are * different numbers with decimals, as scores are*--label-column*");
        ClassNames.Of([], Enumerable.Range(0, 60).Select(i => $"user-{i}")).Doubts.Should().StartWith("60 labels are of 60 classes, nearly every row of its own, as ids are");
        ClassNames.Of([], Enumerable.Range(0, 60).Select(i => $"user-{i / 2}")).Notes().Should().ContainSingle().Which.Should().StartWith("60 labels are of 30 classes, 2.0 of each");
        ClassNames.Of([], halves).Doubts.Should().BeNull();
        ClassNames.Of([], halves).Notes().Should().ContainSingle().Which.Should().StartWith("60 labels are numbers with decimals, each of which is taken for a class of its own");
    }

    [Fact]
    public void A_rare_class_beside_a_common_one_of_nearly_its_name_is_told()
    {
        ClassNames.Of([], [.. Enumerable.Repeat("owlet", 20), "owelt", "cat", "cat"]).Notes().Should().BeEmpty("two letters changed places, which are two slips");
        ClassNames.Of([], [.. Enumerable.Repeat("owlet", 20), "owlett"]).Notes().Should().Equal("'owlett' (1) may be meant for 'owlet' (20), and is taken for a class of its own");
        ClassNames.Of([], [.. Enumerable.Repeat("KÃ¤se", 2), "dog"]).Notes().Should().ContainSingle().Which.Should().StartWith("2 labels look like UTF-8 that was read as another encoding");
    }

    [Fact]
    public void Marks_of_fastText_and_HTML_are_no_part_of_a_class()
    {
        var names = ClassNames.Of([], ["__label__cat", "__label__cat", "cat", "R&amp;D", "R&D"]);

        names.Of("__label__cat").Should().Be("cat");
        names.Of("R&amp;D").Should().Be("R&D");
        ClassNames.Of(["dog"], ["__label__dog"]).Of("__label__dog").Should().Be("dog");
        ClassNames.Of([], ["__label__", "&;"]).Of("__label__").Should().Be("__label__");
    }
}
