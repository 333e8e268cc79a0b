using ParquetPool.Errors;
using ParquetPool.Labels;

namespace ParquetPool.Shared.Tests.Labels;

public sealed class HierarchyTests : IDisposable
{
    private static readonly string[] Classes = ["Bag", "Boot", "Coat", "Shirt"];
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Super_classes_come_down_to_classes()
    {
        var hierarchy = Read("""{ "worn": ["tops", "Boot"], "tops": [ "Shirt", " Coat" ], /* alone */ "footwear": ["Clog"], }""");

        hierarchy.Names.Should().Equal("worn", "tops", "footwear");
        hierarchy.ClassesOf("worn").Should().Equal("Shirt", "Coat", "Boot");
        hierarchy.ClassesOf("Bag").Should().Equal("Bag");
        hierarchy.LiesIn("Coat", "worn").Should().BeTrue();
        hierarchy.LiesIn("worn", "tops").Should().BeFalse();
    }

    [Fact]
    public void Questions_are_asked_once_about_the_same_classes()
    {
        var questions = ClassQuestion.Of(Read("""{ "worn": ["tops", "Boot"], "tops": ["Shirt", "Coat"], "carried": ["Bag"] }"""), Classes);

        questions.Select(q => (q.Name, string.Join(' ', q.Classes))).Should().Equal(("worn", "1 2 3"), ("tops", "2 3"), ("carried", "0"), ("Boot", "1"), ("Coat", "2"), ("Shirt", "3"));
        questions.Select(q => q.Text(Classes)).Take(4).Should().Equal("Is it worn: Boot, Coat or Shirt?", "Is it tops: Coat or Shirt?", "Is it carried: Bag?", "Is it Boot?");
    }

    [Theory]
    [InlineData("""{ "tops": ["Shirt", "Hat"] }""", "'tops' names 'Hat', which is no class of the task, expected one of Bag, Boot, Coat, Shirt*")]
    [InlineData("""{ "Bag": ["Shirt", "Coat"] }""", "'Bag' is a super-class here and a class of the task*")]
    [InlineData("""{ "tops": ["Shirt"], "outer": ["Coat", "Shirt"] }""", "'Shirt' is in 'tops' and in 'outer', expected one of them*")]
    [InlineData("""{ "tops": ["Shirt", "Shirt"] }""", "'Shirt' is in 'tops' and in 'tops'*")]
    [InlineData("""{ "a": ["b", "Coat"], "b": ["c"], "c": ["a"] }""", "super-classes go round in a circle (a in c in b in a), expected trees*")]
    [InlineData("""{ "a": ["a"] }""", "super-classes go round in a circle (a in a)*")]
    [InlineData("""{ "tops": [] }""", "'tops' has no classes, expected a list*")]
    [InlineData("""{ "tops": "Shirt" }""", "'tops' has no classes*")]
    [InlineData("""{ "tops": ["Shirt", {}] }""", "'tops' has something in it that is no name*")]
    [InlineData("""{ "tops": ["Shirt"], "tops": ["Coat"] }""", "'tops' stands twice*")]
    [InlineData("{}", "names no super-class, expected an object*")]
    [InlineData("[]", "names no super-class*")]
    [InlineData("{", "cannot be read (*")]
    public void What_is_no_hierarchy_of_the_classes_is_told_in_one_line(string content, string message) =>
        FluentActions.Invoking(() => ClassQuestion.Of(Read(content), Classes)).Should().Throw<DataException>().WithMessage($"*hierarchy.json: {message}").Which.Message.Should().NotContain("\n");

    [Fact]
    public void Super_classes_that_lie_too_deep_in_one_another_are_refused()
    {
        string Chain(int levels) => $$"""{ {{string.Join(", ", Enumerable.Range(0, levels).Select(i => $"\"s{i}\": [\"{(i + 1 < levels ? $"s{i + 1}" : "Coat")}\"]"))}} }""";

        Read(Chain(20)).ClassesOf("s0").Should().Equal("Coat");
        FluentActions.Invoking(() => Read(Chain(100_000))).Should().Throw<DataException>().WithMessage("*'s*' lies in more than 20 super-classes*");
    }

    [Fact]
    public void A_missing_file_is_told() => FluentActions.Invoking(() => Hierarchy.Read(folder.File("none.json"))).Should().Throw<DataException>().WithMessage("*none.json*");

    private Hierarchy Read(string content)
    {
        File.WriteAllText(folder.File("hierarchy.json"), content);
        return Hierarchy.Read(folder.File("hierarchy.json"));
    }
}
