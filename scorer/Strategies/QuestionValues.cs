using System.Numerics;
using ParquetPool.Labels;
using ParquetPool.Scorer.Acquisition;

namespace ParquetPool.Scorer.Strategies;

/// <summary>What the answer to a question about a row is worth, by the predictions of a committee: to a yes/no question, or to the one that asks for the class outright.</summary>
/// <remarks>
/// With S the classes left open, y a member's probability that the class is among the question's, given that it is in S, and members weighed by what they give S: an answer is worth h(mean y) nats, h the
/// entropy of a yes or no. As the class decides the answer, that is by how much the answer is expected to lessen the entropy of the class (Hu et al. 2019, "Active learning with partial feedback",
/// section 3.3, expected information gain). Of <see cref="QuestionMeasure.Bald"/> it is h(mean y) − mean h(y), the mutual information of the answer and the model (Houlsby et al. 2011, equation 2).
/// The class asked for outright is worth the same of all of S, and costs as many answers as <paramref name="classCost"/> says. Questions are compared by worth per cost.
/// A model gives next to nothing to a class that it has seen no row of, and by its numbers alone that class would not be asked about: such a class gets an even share of S, whatever the members say.
/// </remarks>
/// <param name="classCost">Of naming a class, in yes/no answers; null for ⌈log₂ of the classes left open⌉, those of a search that halves them.</param>
/// <param name="unseen">Places of the classes that no row is known to be of; null for none.</param>
internal sealed class QuestionValues(IReadOnlyList<ClassQuestion> questions, int classes, QuestionMeasure by, double? classCost = null, IReadOnlySet<int>? unseen = null)
{
    /// <summary>The question that is worth most for what it costs; of equal ones the first, a yes/no question before the class. Null where one class is left open.</summary>
    /// <param name="members">[member, class], probabilities.</param>
    /// <param name="open">Places of the classes left open, ascending; null for all.</param>
    /// <param name="most">The most that it may cost.</param>
    public RowQuestion? Best(ReadOnlySpan<float> members, IReadOnlyList<int>? open, double most = double.PositiveInfinity)
    {
        members = Told(members, open);
        var (left, possible) = (Mask(open), Possible(members, open));
        RowQuestion? best = null;
        for (var question = 0; question < questions.Count; question++)
        {
            if (Of(members, question, left, open?.Count ?? classes, possible) is { } other && (best is null || other.Value > best.Value.Value))
            {
                best = other;
            }
        }
        return OfClass(members, open, possible) is { } outright && outright.Cost <= most && (best is null || outright.Rate > best.Value.Rate) ? outright : best;
    }

    /// <summary>Of asking for the class; null where one is left open.</summary>
    public RowQuestion? OfClass(ReadOnlySpan<float> members, IReadOnlyList<int>? open)
    {
        members = Told(members, open);
        return OfClass(members, open, Possible(members, open));
    }

    private RowQuestion? OfClass(ReadOnlySpan<float> members, IReadOnlyList<int>? open, double[] possible)
    {
        var all = open?.Count ?? classes;
        if (all < 2)
        {
            return null;
        }
        var (weight, entropy, known) = (possible.Sum(), 0.0, 0.0);
        for (var i = 0; i < all; i++)
        {
            var (place, sum) = (open?[i] ?? i, 0.0);
            for (var member = 0; member < possible.Length; member++)
            {
                double p = members[(member * classes) + place];
                sum += p;
                known += p > 0 ? -p * Math.Log(p / possible[member]) : 0;
            }
            entropy += sum > 0 ? -sum / weight * Math.Log(sum / weight) : 0;
        }
        // Where no member gives the classes left open anything, each is as likely as another.
        var value = weight == 0 ? Math.Log(all) : by == QuestionMeasure.Entropy ? entropy : Math.Max(0, entropy - (known / weight));
        return new RowQuestion(RowQuestion.Class, value, double.NaN, classCost ?? BitOperations.Log2((uint)all - 1) + 1);
    }

    /// <summary>Of one question; null where it does not divide the classes left open.</summary>
    public RowQuestion? Of(ReadOnlySpan<float> members, int question, IReadOnlyList<int>? open)
    {
        members = Told(members, open);
        return Of(members, question, Mask(open), open?.Count ?? classes, Possible(members, open));
    }

    /// <summary>What the members say of the classes left open, with an even share for each of which they have seen nothing.</summary>
    private ReadOnlySpan<float> Told(ReadOnlySpan<float> members, IReadOnlyList<int>? open)
    {
        IReadOnlyList<int> left = open ?? [.. Enumerable.Range(0, classes)];
        if (unseen is null || !left.Any(unseen.Contains))
        {
            return members;
        }
        var told = members.ToArray();
        for (var member = 0; member < told.Length; member += classes)
        {
            var (possible, seen) = (0.0, 0.0);
            foreach (var c in left)
            {
                possible += told[member + c];
                seen += unseen.Contains(c) ? 0 : told[member + c];
            }
            var even = possible / left.Count;
            var rest = even * left.Count(c => !unseen.Contains(c));
            foreach (var c in left)
            {
                told[member + c] = (float)(unseen.Contains(c) || seen == 0 ? even : told[member + c] / seen * rest);
            }
        }
        return told;
    }

    private RowQuestion? Of(ReadOnlySpan<float> members, int question, bool[]? left, int all, double[] possible)
    {
        var asked = questions[question].Classes;
        var inside = left is null ? asked.Count : asked.Count(c => left[c]);
        if (inside == 0 || inside == all)
        {
            return null;
        }
        var (yes, weight, known) = (0.0, 0.0, 0.0);
        for (var member = 0; member < possible.Length; member++)
        {
            var inQuestion = 0.0;
            for (var i = 0; i < asked.Count; i++)
            {
                inQuestion += left is null || left[asked[i]] ? members[(member * classes) + asked[i]] : 0;
            }
            (yes, weight) = (yes + inQuestion, weight + possible[member]);
            known += possible[member] > 0 ? possible[member] * Entropy(inQuestion / possible[member]) : 0;
        }
        // Where no member gives the classes left open anything, each is as likely as another.
        var mean = weight > 0 ? yes / weight : (double)inside / all;
        return new RowQuestion(question, by == QuestionMeasure.Entropy || weight == 0 ? Entropy(mean) : Math.Max(0, Entropy(mean) - (known / weight)), mean);
    }

    private bool[]? Mask(IReadOnlyList<int>? open)
    {
        if (open is null)
        {
            return null;
        }
        var left = new bool[classes];
        foreach (var c in open)
        {
            left[c] = true;
        }
        return left;
    }

    /// <summary>[member]: what it gives the classes left open.</summary>
    private double[] Possible(ReadOnlySpan<float> members, IReadOnlyList<int>? open)
    {
        var possible = new double[members.Length / classes];
        for (var member = 0; member < possible.Length; member++)
        {
            for (var i = 0; i < (open?.Count ?? classes); i++)
            {
                possible[member] += members[(member * classes) + (open?[i] ?? i)];
            }
        }
        return possible;
    }

    /// <summary>Of yes with a probability, in nats.</summary>
    private static double Entropy(double p) => p is <= 0 or >= 1 ? 0 : -(p * Math.Log(p)) - ((1 - p) * Math.Log(1 - p));
}

/// <summary>A question about a row.</summary>
/// <param name="Question">Its place; <see cref="Class"/> for the one that asks for the class.</param>
/// <param name="Value">In nats.</param>
/// <param name="Yes">The probability of yes; NaN where the class is asked for.</param>
/// <param name="Cost">In yes/no answers.</param>
internal readonly record struct RowQuestion(int Question, double Value, double Yes, double Cost = 1)
{
    public const int Class = -1;

    /// <summary>The part of the greatest rate by which more or less makes no difference.</summary>
    private const double Step = 0.05;

    public bool IsClass => Question == Class;

    /// <summary>What it is worth for what it costs.</summary>
    public double Rate => Value / Cost;

    /// <summary>Rows by the worth of their question for its cost, the greatest first; of those that lie in the same <see cref="Step"/> the row of which most is known, as its class is known the sooner.</summary>
    /// <remarks>An answer tells at most ln 2, and where many rows are in doubt the first question about most of them tells nearly that: by the rate alone every row would be asked about before any class was known.</remarks>
    /// <param name="best">[row]; null where there is nothing to ask, which is left out.</param>
    /// <param name="open">How many classes are left open of a row; null for all.</param>
    public static IOrderedEnumerable<int> Order(IReadOnlyList<RowQuestion?> best, Func<int, int?> open)
    {
        var most = best.Max(question => question?.Rate) ?? 0;
        return Enumerable.Range(0, best.Count).Where(row => best[row] is not null)
            .OrderBy(row => most > 0 ? Math.Floor((most - best[row]!.Value.Rate) / (Step * most)) : 0)
            .ThenBy(row => open(row) ?? int.MaxValue)
            .ThenByDescending(row => best[row]!.Value.Rate);
    }
}

/// <summary>What questions are chosen by.</summary>
internal enum QuestionMeasure
{
    /// <summary>How much of the row's class an answer tells.</summary>
    Entropy,

    /// <summary>How much of the model it tells.</summary>
    Bald,
}

/// <summary>Measures by the names of the scores that they go by.</summary>
internal static class QuestionMeasures
{
    private static readonly Dictionary<string, QuestionMeasure> All = new() { [ScoreColumn.Entropy.Name] = QuestionMeasure.Entropy, [ScoreColumn.Bald.Name] = QuestionMeasure.Bald };

    public static IReadOnlyCollection<string> Names => All.Keys;

    /// <summary>The measure; null where the name is none's.</summary>
    public static QuestionMeasure? Of(string? by) => All.TryGetValue(by ?? ScoreColumn.Entropy.Name, out var measure) ? measure : null;
}
