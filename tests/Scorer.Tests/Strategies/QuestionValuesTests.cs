using ParquetPool.Labels;
using ParquetPool.Scorer.Strategies;

namespace ParquetPool.Scorer.Tests.Strategies;

public class QuestionValuesTests
{
    private const int Classes = 5;
    private const int Members = 3;
    private static readonly ClassQuestion[] Questions = [new("ab", [0, 1]), new("cde", [2, 3, 4]), new("a", [0]), new("b", [1]), new("c", [2]), new("d", [3]), new("e", [4])];

    [Theory]
    [InlineData(1, null)]
    [InlineData(2, new[] { 0, 2, 3 })]
    [InlineData(3, new[] { 1, 4 })]
    public void Entropy_is_by_how_much_an_answer_is_expected_to_lessen_that_of_the_class(int seed, int[]? open)
    {
        var members = Drawn(seed);
        int[] left = open ?? [.. Enumerable.Range(0, Classes)];
        double[] p = [.. left.Select(c => Enumerable.Range(0, Members).Sum(m => (double)members[(m * Classes) + c]))];

        for (var q = 0; q < Questions.Length; q++)
        {
            bool[] asked = [.. left.Select(Questions[q].Classes.Contains)];
            double Side(bool yes) => p.Zip(asked).Where(c => c.Second == yes).Sum(c => c.First) / p.Sum();
            double EntropyOf(IEnumerable<double> weights) => weights.ToArray() is var w ? w.Sum(x => -x / w.Sum() * Math.Log(x / w.Sum())) : 0;
            double? expected = asked.Distinct().Count() == 1 ? null
                : EntropyOf(p) - new[] { true, false }.Sum(yes => Side(yes) * EntropyOf(p.Zip(asked).Where(c => c.Second == yes).Select(c => c.First)));

            var found = new QuestionValues(Questions, Classes, QuestionMeasure.Entropy).Of(members, q, open);

            (found is null).Should().Be(expected is null, "a question that does not divide what is left is none");
            if (found is { } of)
            {
                of.Value.Should().BeApproximately(expected!.Value, 1e-9);
                of.Yes.Should().BeApproximately(Side(true), 1e-9);
            }
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Bald_is_the_mutual_information_of_answer_and_member(int seed)
    {
        var members = Drawn(seed);
        int[] open = [0, 1, 3];
        for (var q = 0; q < Questions.Length; q++)
        {
            // The joint distribution of member and answer, given that the class is open: a member counts by what it gives the open classes.
            var joint = new double[Members, 2];
            foreach (var c in open)
            {
                for (var m = 0; m < Members; m++)
                {
                    joint[m, Questions[q].Classes.Contains(c) ? 1 : 0] += members[(m * Classes) + c];
                }
            }
            var all = joint.Cast<double>().Sum();
            var expected = 0.0;
            for (var m = 0; m < Members; m++)
            {
                for (var answer = 0; answer < 2; answer++)
                {
                    var (both, ofMember, ofAnswer) = (joint[m, answer] / all, (joint[m, 0] + joint[m, 1]) / all, Enumerable.Range(0, Members).Sum(other => joint[other, answer]) / all);
                    expected += both == 0 ? 0 : both * Math.Log(both / (ofMember * ofAnswer));
                }
            }
            (new QuestionValues(Questions, Classes, QuestionMeasure.Bald).Of(members, q, open)?.Value ?? 0).Should().BeApproximately(expected, 1e-9);
        }
    }

    [Theory]
    [InlineData(1, null, 1.5)]
    [InlineData(2, null, 2.4)]
    [InlineData(3, new[] { 0, 2, 3 }, 1.3)]
    [InlineData(4, new[] { 1, 3 }, null)]
    public void The_best_question_is_worth_most_for_its_cost_that_for_the_class_among_them(int seed, int[]? open, double? cost)
    {
        var members = Drawn(seed);
        int[] left = open ?? [.. Enumerable.Range(0, Classes)];
        foreach (var measure in Enum.GetValues<QuestionMeasure>())
        {
            // Every answer to every question, by the joint distribution of member and class within the classes left open.
            var all = left.Sum(c => Enumerable.Range(0, Members).Sum(m => (double)members[(m * Classes) + c]));
            double Joint(int m, IEnumerable<int> answer) => answer.Sum(c => members[(m * Classes) + c]) / all;
            double Worth(int[][] answers) => answers.Sum(a =>
            {
                var p = Enumerable.Range(0, Members).Sum(m => Joint(m, a));
                return measure == QuestionMeasure.Entropy ? -p * Math.Log(p) : Enumerable.Range(0, Members).Sum(m => Joint(m, a) * Math.Log(Joint(m, a) / (p * Joint(m, left))));
            });
            var expected = Questions.Index().Select(q => (Place: q.Index, Answers: left.GroupBy(q.Item.Classes.Contains).Select(g => g.ToArray()).ToArray(), Cost: 1.0))
                .Append((Place: RowQuestion.Class, Answers: [.. left.Select(c => new[] { c })], Cost: cost ?? Math.Ceiling(Math.Log2(left.Length))))
                .Where(q => q.Answers.Length > 1).Select(q => (q.Place, q.Cost, Worth: Worth(q.Answers))).ToList();
            var values = new QuestionValues(Questions, Classes, measure, cost);

            var found = values.Best(members, open)!.Value;

            found.Question.Should().Be(expected.MaxBy(q => q.Worth / q.Cost).Place);
            var outright = expected[^1];
            values.OfClass(members, open)!.Value.Should().Match<RowQuestion>(q => q.IsClass && q.Cost == outright.Cost && Math.Abs(q.Value - outright.Worth) < 1e-6);
            values.Best(members, open, most: 1)!.Value.Question.Should().Be(expected.Where(q => q.Cost <= 1).MaxBy(q => q.Worth / q.Cost).Place);
        }
    }

    [Fact]
    public void Naming_a_class_costs_a_search_that_halves_those_left_open_where_nobody_says_otherwise()
    {
        var values = new QuestionValues([.. Questions.Where(q => q.Classes.Count == 1)], Classes, QuestionMeasure.Entropy);
        float[] even = [0.2f, 0.2f, 0.2f, 0.2f, 0.2f];

        values.OfClass(even, null)!.Value.Should().Match<RowQuestion>(q => q.Cost == 3 && Math.Abs(q.Value - Math.Log(5)) < 1e-6);
        values.OfClass(even, [1, 2, 3, 4])!.Value.Cost.Should().Be(2);
        values.OfClass(even, [1, 2])!.Value.Cost.Should().Be(1);
        values.OfClass(even, [1]).Should().BeNull();
        values.Best(even, [1, 2, 3, 4])!.Value.IsClass.Should().BeTrue("four alike are told by two answers, and to ask for one of them after another takes more");
        values.Best(even, [1, 2])!.Value.IsClass.Should().BeFalse("of equals the yes/no question is taken");
        values.OfClass([0f, 0f, 0f, 0f, 1f], [0, 1])!.Value.Value.Should().BeApproximately(Math.Log(2), 1e-12, "where the model gives nothing, classes are alike");
    }

    [Fact]
    public void The_best_question_divides_most_evenly_and_the_first_of_equals_is_taken()
    {
        var values = new QuestionValues(Questions, Classes, QuestionMeasure.Entropy);

        values.Best([0.25f, 0.25f, 0.2f, 0.2f, 0.1f], null)!.Value.Question.Should().Be(0);
        values.Best([0.25f, 0.25f, 0.2f, 0.2f, 0.1f], [2, 3])!.Value.Question.Should().Be(4);
        values.Best([0f, 0f, 0f, 0f, 1f], [0, 1, 2])!.Value.Should().Match<RowQuestion>(q => q.Question == 0 && Math.Abs(q.Yes - (2 / 3.0)) < 1e-12, "where the model gives nothing, classes are alike");
        values.Best([0.25f, 0.25f, 0.2f, 0.2f, 0.1f], [3]).Should().BeNull();
    }

    /// <summary>A model gives a class that it has never seen next to nothing: by its numbers alone, a row of that class is never asked about.</summary>
    [Fact]
    public void A_class_that_no_row_is_of_gets_an_even_share_of_what_is_left_open()
    {
        float[] sure = [0.9f, 0.06f, 0.03f, 0.01f, 0f, 0.8f, 0.1f, 0.1f, 0f, 0f];
        var values = new QuestionValues(Questions, Classes, QuestionMeasure.Entropy, unseen: new HashSet<int> { 4 });

        values.Of(sure, 6, [0, 1, 4])!.Value.Yes.Should().BeApproximately(1 / 3.0, 1e-6);
        values.Of(sure, 2, [0, 1, 4])!.Value.Yes.Should().BeApproximately(2 / 3.0 * 1.7 / 1.86, 1e-6, "the others share the rest as the members have it");
        values.Best(sure, [0, 4])!.Value.Yes.Should().BeApproximately(0.5, 1e-6);
        values.Of(sure, 2, [0, 1])!.Value.Should().Be(new QuestionValues(Questions, Classes, QuestionMeasure.Entropy).Of(sure, 2, [0, 1])!.Value, "where it is not left open nothing changes");
    }

    /// <summary>Otherwise every row that is in doubt would be asked its first question before the class of any was known.</summary>
    [Fact]
    public void Of_questions_that_are_worth_nearly_the_same_that_about_the_row_of_which_most_is_known_comes_first()
    {
        RowQuestion?[] best = [new(0, 0.693, 0.5), null, new(0, 0.68, 0.6), new(RowQuestion.Class, 1.39, double.NaN, 2), new(2, 0.62, 0.7), new(0, 0.66, 0.6)];
        int?[] open = [null, 2, 2, 4, 2, null];

        RowQuestion.Order(best, row => open[row]).Should().Equal(2, 3, 0, 5, 4);
        RowQuestion.Order([null, null], _ => null).Should().BeEmpty();
        RowQuestion.Order([new(0, 0, 0), new(0, 0, 0)], row => 5 - row).Should().Equal(1, 0);
    }

    private static float[] Drawn(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Members).SelectMany(_ =>
        {
            float[] weights = [.. Enumerable.Range(0, Classes).Select(_ => random.NextSingle() + 0.01f)];
            return weights.Select(w => w / weights.Sum());
        })];
    }
}
