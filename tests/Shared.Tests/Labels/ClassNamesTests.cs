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

    [Theory]
    [InlineData("b'cat'", "cat")]
    [InlineData("b'K\\xc3\\xa4fer'", "Käfer")]
    [InlineData("('cat',)", "cat")]
    [InlineData("['cat']", "cat")]
    [InlineData("('cat', 'dog')", null)]
    [InlineData("np.str_('cat')", "cat")]
    [InlineData("array([3], dtype=int64)", "3")]
    [InlineData("tensor([3])", "3")]
    [InlineData("tf.Tensor(b'cat', shape=(), dtype=string)", "cat")]
    [InlineData("{'choices': ['cat']}", "cat")]
    [InlineData("(True,)", "true")]
    [InlineData("(nan,)", null)]
    [InlineData("[0. 1. 0.]", null)]
    [InlineData("[sic]", "[sic]")]
    [InlineData("(3)", "(3)")]
    [InlineData("(other)", "(other)")]
    [InlineData("b'\\xff'", "b'\\xff'")]
    [InlineData("rock 'n' roll", "rock 'n' roll")]
    public void What_Python_prints_of_one_value_is_that_value(string label, string? name)
    {
        ClassNames.Of([], ["bird", label]).Of(label).Should().Be(name);
        ClassNames.Of([label], [label]).Of(label).Should().Be(label, "a class may be called so");
    }

    [Fact]
    public void What_was_printed_is_told()
    {
        ClassNames.Of([], ["b'cat'", "b'dog'"]).Notes().Should().ContainSingle().Which.Should().Contain("cat for 'b'cat''");
    }

    [Fact]
    public void A_decimal_comma_is_one_where_all_labels_have_it()
    {
        Names([], "0,0", "1,0", "1,0", "nan").Should().Equal("0", "1", "1", null);
        Names(["0", "1"], "1,0").Should().Equal("1");
        Names([], "0,0", "1,0", "0", "1").Should().Equal(null, null, "0", "1");
        ClassNames.Of([], ["0,0", "1,0", "cat"]).Doubts.Should().Contain("0,0 (1), 1,0 (1)");
    }

    [Fact]
    public void Words_that_nobody_decided_with_are_doubtful_unless_a_class_is_called_so()
    {
        string[] words = ["skip", "?", "TODO", "unsure", "Unknown", "don’t know", "Not-Sure", "[unlabeled]", "n/A", "-"];

        ClassNames.Of([], ["cat", .. words, .. words]).Doubts.Should().StartWith("20 labels").And.EndWith("and 2 more");
        ClassNames.Of(words, words).Doubts.Should().BeNull();
        ClassNames.Of([], ["cat", "C#", "+", "skip-gram", "other", "unknown-x", "👍", "nobody"]).Doubts.Should().BeNull();
    }

    [Fact]
    public void The_last_level_of_a_taxonomy_names_a_class_there_is()
    {
        Names(["age_limit"], "cards > age_limit", "cards > other").Should().Equal("age_limit", "cards > other");
        Names([], "cards > age_limit").Should().Equal("cards > age_limit");
    }

    private static IEnumerable<string?> Names(string[] known, params string[] labels) => labels.Select(ClassNames.Of(known, labels).Of);
}
