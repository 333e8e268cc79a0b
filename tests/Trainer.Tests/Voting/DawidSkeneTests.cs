using ParquetPool.Labels;
using ParquetPool.Trainer.Voting;

namespace ParquetPool.Trainer.Tests.Voting;

public sealed class DawidSkeneTests
{
    private static readonly double[] Accuracies = [0.95, 0.85, 0.75, 0.65, 0.55];

    [Fact]
    public void A_row_is_what_Bayes_rule_makes_of_its_votes()
    {
        var (table, _) = MadeVotes.Of(60, 4, (a, row, truth, draw) => (a + row) % 4 == 0 ? -1 : draw < 0.8 ? truth : (truth + 1) % 3);

        var model = DawidSkene.Of(table, stopping: TestContext.Current.CancellationToken);

        for (var row = 0; row < table.Ids.Count; row++)
        {
            var (r, joint) = (row, new double[3]);
            for (var c = 0; c < 3; c++)
            {
                var of = c;
                joint[c] = model.Prior[c] * table.Votes.Where(v => v.Row == r).Aggregate(1.0, (p, v) => p * model.Confusions.Of(v.Annotator, of, v.Class));
            }
            for (var c = 0; c < 3; c++)
            {
                model.Posterior[(row * 3) + c].Should().BeApproximately(joint[c] / joint.Sum(), 1e-5, "it stops where another turn changes nothing");
            }
        }
    }

    [Fact]
    public void Confusions_are_the_counted_votes_and_five_of_an_average_annotator()
    {
        VoteTable table = MadeVotes.Of([new("a", "x", "ant"), new("b", "x", "bee"), new("c", "x", "bee"), new("a", "y", "bee")], ("a", "ant"), ("b", "bee"), ("c", "bee"));
        double[] posterior = [1, 0, 0, 1, 0, 1];

        var confusions = new Confusions(table, posterior, _ => true);

        var all = (3 + 1.4) / (4 + 2); // Three of four are right, and 1.4 of two that nobody gave.
        var (x, y) = ((3 + (5 * all)) / 8, (0 + (5 * all)) / 6);
        confusions.Of(0, 0, 0).Should().BeApproximately((1 + (5 * x)) / 6, 1e-12);
        confusions.Of(0, 1, 1).Should().BeApproximately((2 + (5 * x)) / 7, 1e-12);
        confusions.Of(1, 0, 1).Should().BeApproximately((1 + (5 * (1 - y))) / 6, 1e-12, "with two classes there is one way to err");
        confusions.Of(1, 1, 1).Should().BeApproximately(y, 1e-12, "of bees they have said nothing");
        for (var of = 0; of < 2; of++)
        {
            (confusions.Of(1, of, 0) + confusions.Of(1, of, 1)).Should().BeApproximately(1, 1e-12);
        }
    }

    [Fact]
    public void Good_annotators_outvote_bad_ones()
    {
        var (table, truth) = MadeVotes.Of(600, 5, (a, _, of, draw) => draw < Accuracies[a] ? of : draw < (1 + Accuracies[a]) / 2 ? (of + 1) % 3 : (of + 2) % 3);
        var model = DawidSkene.Of(table, stopping: TestContext.Current.CancellationToken);

        var (weighed, most) = (MadeVotes.Right(new FoundLabels(model, VoteMethod.DawidSkene).Rows(), truth), MadeVotes.Right(new FoundLabels(model, VoteMethod.Majority).Rows(), truth));

        weighed.Should().BeGreaterThan(most + 0.02);
        new FoundLabels(model, VoteMethod.DawidSkene).Annotators().Select(a => a.Accuracy).Should().BeInDescendingOrder();
        var held = HeldOutVotes.Of(table, learn: null, TestContext.Current.CancellationToken)!;
        held.DawidSkene.Should().BeGreaterThan(held.Majority);
    }

    [Fact]
    public void Who_takes_one_class_for_another_is_biased_to_it()
    {
        var (table, _) = MadeVotes.Of(300, 4, (a, _, of, draw) => a == 3 ? (of == 0 ? 1 : of) : draw < 0.9 ? of : (of + 1) % 3);

        var worth = new FoundLabels(DawidSkene.Of(table, stopping: TestContext.Current.CancellationToken), VoteMethod.DawidSkene).Annotators().ToList();

        worth[3].Bias[1].Should().BeApproximately(1 / 3.0, 0.08, "they call every ant a bee");
        worth[3].Bias[0].Should().BeApproximately(-1 / 3.0, 0.08);
        worth[..3].Should().OnlyContain(a => a.Bias.All(b => Math.Abs(b) < 0.1));
        worth.Should().OnlyContain(a => Math.Abs(a.Bias.Sum()) < 1e-9);
    }

    [Fact]
    public void A_ground_truth_stays_and_tells_what_annotators_are_worth()
    {
        // Two against one; the truths say that the one is right.
        GivenVote[] votes = [.. from row in Enumerable.Range(0, 30) from a in Enumerable.Range(0, 3) select new GivenVote($"{row:D2}", $"{a}", a == 0 == (row % 2 == 0) ? "ant" : "bee")];
        var table = MadeVotes.Of(votes, [.. Enumerable.Range(0, 20).Select(row => ($"{row:D2}", row % 2 == 0 ? "ant" : "bee"))]);

        var labels = new FoundLabels(DawidSkene.Of(table, stopping: TestContext.Current.CancellationToken), VoteMethod.DawidSkene).Rows().ToList();

        labels.Should().OnlyContain(l => table.Classes[l.Class] == (l.Row % 2 == 0 ? "ant" : "bee"));
        labels.Take(20).Should().OnlyContain(l => l.Probability == 1);
    }
}
