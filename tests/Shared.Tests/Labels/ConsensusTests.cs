using ParquetPool.Exports;
using ParquetPool.Labels;

namespace ParquetPool.Shared.Tests.Labels;

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

    [Fact]
    public void By_their_own_times_an_older_label_that_is_read_later_does_not_stand()
    {
        var late = Given(1, "dog", at: 9);
        var consensus = Consensus.Of([late, Given(2, "cat", at: 8) with { OrderedBy = LabelFiles.ByName }]);

        consensus.Labels.Should().ContainValue("dog");
        consensus.Rules.Should().Equal(new Dictionary<string, int> { [LabelFiles.ByAnnotation] = 1 });
        Consensus.Of([late, Given(2, "cat") with { OrderedBy = LabelFiles.ByName }]).Should().BeEquivalentTo(
            new { Labels = new Dictionary<string, string> { ["x"] = "cat" }, Rules = new Dictionary<string, int> { [LabelFiles.ByName] = 1 } }, "one has no time, so the order of reading decides");
    }

    [Fact]
    public void Of_equal_times_the_one_read_later_stands() =>
        Consensus.Of([Given(1, "dog", at: 9), Given(2, "cat", at: 9)]).Labels.Should().ContainValue("cat");

    [Fact]
    public void One_who_is_a_number_here_and_an_address_there_is_one()
    {
        var both = Given(1, "dog").Entry with { Annotator = "anna@example.org", AlsoAnnotator = "3" };

        Consensus.Of([Given(1, "") with { Entry = both }, Given(2, "cat", annotator: "3")]).Should().BeEquivalentTo(
            new { Labels = new Dictionary<string, string> { ["x"] = "cat" }, Disagreements = Array.Empty<Disagreement>(), Changed = 1 });
    }

    [Fact]
    public void A_ground_truth_decides_and_the_newest_of_several()
    {
        var truth = Given(1, "bird", annotator: "boss");
        truth = truth with { Entry = truth.Entry with { IsGroundTruth = true } };
        var later = truth with { Part = 2, Entry = truth.Entry with { Label = "cat", Annotator = "other" } };

        Consensus.Of([truth, Given(2, "dog", annotator: "anna"), Given(3, "dog", annotator: "ben")]).Labels.Should().ContainValue("bird");
        Consensus.Of([truth, Given(2, "dog", annotator: "boss")]).Labels.Should().ContainValue("bird", "another annotation of the same person is no ground truth");
        Consensus.Of([truth, later, Given(3, "dog", annotator: "anna")]).Labels.Should().ContainValue("cat");
        Consensus.Of([truth, Given(2, "", annotator: "boss"), Given(3, "dog", annotator: "anna")]).Labels.Should().ContainValue("dog", "the ground truth was taken back");
    }

    [Fact]
    public void What_is_taken_back_stands_no_more()
    {
        Consensus.Of([Given(1, "dog"), Given(2, "")]).Should().BeEquivalentTo(new { Labels = new Dictionary<string, string>(), Changed = 1 });
        Consensus.Of([Given(1, "dog"), Given(2, ""), Given(3, "cat")]).Labels.Should().ContainValue("cat");
        Consensus.Of([Given(1, "dog"), Given(1, "cat", annotator: "ben"), Given(2, "")]).Labels.Should().ContainValue("cat");
        Consensus.Of([Given(1, "dog"), Given(1, "dog", annotator: "ben"), Given(2, "", annotator: "")]).Labels.Should().BeEmpty("nobody's withdrawal is of every label before it");
    }

    [Fact]
    public void A_skipped_annotation_takes_back_its_own_label_and_no_other()
    {
        GivenLabel Named(GivenLabel label, string name) => label with { Entry = label.Entry with { Annotation = name } };

        Consensus.Of([Named(Given(1, "dog"), "7"), Named(Given(2, ""), "7")]).Labels.Should().BeEmpty();
        Consensus.Of([Named(Given(1, "dog"), "7"), Named(Given(2, ""), "8")]).Labels.Should().ContainValue("dog");
        Consensus.Of([Given(1, "dog"), Named(Given(2, ""), "7")]).Labels.Should().BeEmpty("an older history does not name annotations");
    }

    private static GivenLabel Given(int part, string label, int? at = null, string annotator = "anna") => new(
        part, new LabelEntry("x", label, annotator, double.NaN) { Time = at is { } hour ? new DateTimeOffset(2026, 10, 5, hour, 0, 0, TimeSpan.Zero) : null }, $"{part}.csv", "", default);

    private static Consensus Of(params (int Part, string Annotator, string Label)[] labels) =>
        Consensus.Of(labels.Select(l => new GivenLabel(l.Part, new LabelEntry("x", l.Label, l.Annotator, double.NaN), "a.csv", "", default)));
}
