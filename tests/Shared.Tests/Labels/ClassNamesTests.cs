using ParquetPool.Labels;

namespace ParquetPool.Shared.Tests.Labels;

public sealed class ClassNamesTests
{
    [Fact]
    public void The_classes_there_are_come_first_else_the_most_frequent_spelling()
    {
        Names(["Cat"], "cat", "CAT", "cat ").Should().Equal("Cat", "Cat", "Cat");
        Names([], "dog", "Dog", "Dog").Should().Equal("Dog", "Dog", "Dog");
        Names(["0.0", "1.0"], "0", "1.0", "1").Should().Equal("0.0", "1.0", "1.0");
        Names(["True"], "true", "TRUE").Should().Equal("True", "True");
        Names(["us", "US"], "US", "us", "Us").Should().Equal(["US", "us", "Us"], "where two classes differ in capitals only, capitals tell them apart");
        Names([], "a", "A", "b").Should().Equal("a", "A", "b");
    }

    [Fact]
    public void Several_classes_in_one_label_are_none()
    {
        Names(["cat", "dog"], "cat#dog", "dog|cat", "cat; dog", "cat,dog", "C#", "cat#bird").Should().Equal(null, null, null, null, "C#", null);
        Names([], "cat", "dog", "cat#dog", "yes, sir").Should().Equal("cat", "dog", null, "yes, sir");
        Names(["cat, big"], "cat, big", "cat").Should().Equal("cat, big", "cat");
    }

    [Fact]
    public void A_word_for_nothing_is_a_class_only_where_one_is_called_so()
    {
        Names([], "cat", "None", "NULL", "NA", "nan").Should().Equal("cat", null, null, null, null);
        Names(["None", "cat"], "None", "none").Should().Equal("None", "None");
        Names([], "none").Should().Equal("none");
        ClassNames.Of([], ["cat", "None", "None"]).Notes().Should().ContainSingle().Which.Should().StartWith("2 labels say that there is none and are left out: None (2)");
    }

    [Fact]
    public void Minus_one_is_no_class_beside_names_and_numbers_from_zero_on()
    {
        Names([], "cat", "-1", "-1.0").Should().Equal("cat", null, null);
        Names(["0", "1", "2"], "0", "-1").Should().Equal("0", null);
        Names(["-1", "cat"], "-1").Should().Equal("-1");
        Names([], "-1", "1").Should().Equal("-1", "1");
        Names([], "-1", "0", "1").Should().Equal("-1", "0", "1");
        Names([], "-2", "-1", "0", "7").Should().Equal("-2", "-1", "0", "7");
        ClassNames.Of([], ["-1", "1", "1"]).Notes().Should().ContainSingle().Which.Should().StartWith("1 labels are -1, which is taken for a class");
    }

    [Fact]
    public void The_last_level_of_a_taxonomy_names_a_class_there_is()
    {
        Names(["age_limit"], "cards > age_limit", "cards > other").Should().Equal("age_limit", "cards > other");
        Names([], "cards > age_limit").Should().Equal("cards > age_limit");
    }

    private static IEnumerable<string?> Names(string[] known, params string[] labels) => labels.Select(ClassNames.Of(known, labels).Of);
}
