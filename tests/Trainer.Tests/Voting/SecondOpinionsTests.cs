using ParquetPool.Trainer.Voting;

namespace ParquetPool.Trainer.Tests.Voting;

public sealed class SecondOpinionsTests
{
    private static readonly VoteTable Table = MadeVotes.Of(120, 4, (a, row, of, draw) => row % 4 == a || (row + 1) % 4 == a ? (draw < (a == 0 ? 0.95 : 0.6) ? of : (of + 1) % 3) : -1).Table;

    [Fact]
    public void A_votes_information_is_what_it_takes_from_the_open_classes_by_plain_arithmetic()
    {
        var model = DawidSkene.Of(Table, stopping: TestContext.Current.CancellationToken);
        double[] p = [0.5, 0.3, 0.2];

        // H(class) - sum over what may be said of P(said) H(class | said).
        var expected = Entropy(p);
        for (var said = 0; said < 3; said++)
        {
            var s = said;
            double[] joint = [.. Enumerable.Range(0, 3).Select(c => p[c] * model.Confusions.Of(1, c, s))];
            expected -= joint.Sum() * Entropy([.. joint.Select(j => j / joint.Sum())]);
        }

        SecondOpinions.Information(model, 1, p).Should().BeApproximately(expected, 1e-12);
    }

    [Fact]
    public void The_most_telling_rows_come_first_and_nobody_is_asked_twice()
    {
        var model = DawidSkene.Of(Table, stopping: TestContext.Current.CancellationToken);

        var opinions = SecondOpinions.Of(model, 20, TestContext.Current.CancellationToken);

        opinions.Should().HaveCount(20);
        opinions.Select(o => o.Information).Should().BeInDescendingOrder();
        opinions.Should().OnlyContain(o => o.Ask.All(a => !Table.Votes.Any(v => v.Row == o.Row && v.Annotator == a)));
        foreach (var opinion in opinions)
        {
            var posterior = model.Posterior[(opinion.Row * 3)..((opinion.Row + 1) * 3)];
            double Told(int annotator) => SecondOpinions.Information(model, annotator, posterior);
            opinion.Ask.Should().Equal(Enumerable.Range(0, 4).Where(a => !Table.Votes.Any(v => v.Row == opinion.Row && v.Annotator == a)).OrderByDescending(Told).ThenBy(a => a));
            opinion.Information.Should().Be(Told(opinion.Ask[0]));
        }
    }

    private static double Entropy(double[] p) => -p.Sum(v => v > 0 ? v * Math.Log(v) : 0);
}
