using ParquetPool.Contract;
using ParquetPool.Trainer.Labels;

namespace ParquetPool.Trainer.Tests.Labels;

public sealed class ConsensusTests
{
    [Fact]
    public void The_later_label_of_an_annotator_stands() =>
        Of((1, "anna", "cat"), (2, "anna", "dog")).Should().BeEquivalentTo(new { Labels = new Dictionary<string, string> { ["x"] = "dog" }, Disagreements = Array.Empty<Disagreement>(), Changed = 1 });

    [Fact]
    public void Most_votes_win_and_the_row_is_listed()
    {
        var consensus = Of((1, "anna", "dog"), (1, "ben", "cat"), (2, "carl", "dog"));

        consensus.Labels.Should().Equal(new Dictionary<string, string> { ["x"] = "dog" });
        consensus.Disagreements.Should().ContainSingle().Which.Should().BeEquivalentTo(new Disagreement("x", [("dog", 2), ("cat", 1)], "dog"));
    }

    [Fact]
    public void With_equal_votes_no_label_stands_until_somebody_decides()
    {
        Of((1, "anna", "dog"), (1, "ben", "cat")).Labels.Should().BeEmpty();
        Of((1, "anna", "dog"), (1, "ben", "cat"), (2, "", "cat")).Labels.Should().ContainValue("cat");
        Of((1, "anna", "dog"), (1, "ben", "cat"), (2, "ben", "dog")).Labels.Should().ContainValue("dog");
    }

    [Fact]
    public void Labels_without_an_annotator_are_one_more_annotators_but_contradict_each_other_within_a_file()
    {
        Of((1, "", "dog"), (2, "", "cat")).Labels.Should().ContainValue("cat");
        Of((1, "", "dog"), (1, "", "cat")).Should().BeEquivalentTo(new { Labels = new Dictionary<string, string>(), Changed = 0 });
        Of((1, "", "dog"), (1, "", "cat")).Disagreements.Should().ContainSingle().Which.Label.Should().BeNull();
    }

    private static Consensus Of(params (int Part, string Annotator, string Label)[] labels) =>
        Consensus.Of(labels.Select(l => new GivenLabel(l.Part, new LabelEntry("x", l.Label, l.Annotator, double.NaN), "a.csv", "", default)));
}
