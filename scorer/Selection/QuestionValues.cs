using ParquetPool.Labels;
using ParquetPool.Scorer.Acquisition;

namespace ParquetPool.Scorer.Selection;

/// <summary>What the answer to a yes/no question about a row is worth, by the predictions of a committee.</summary>
/// <remarks>
/// With S the classes left open, y a member's probability that the class is among the question's, given that it is in S, and members weighed by what they give S: an answer is worth h(mean y) nats, h the
/// entropy of a yes or no. As the class decides the answer, that is by how much the answer is expected to lessen the entropy of the class (Hu et al. 2019, "Active learning with partial feedback",
/// section 3.3, expected information gain). Of <see cref="QuestionMeasure.Bald"/> it is h(mean y) − mean h(y), the mutual information of the answer and the model (Houlsby et al. 2011, equation 2).
/// </remarks>
internal sealed class QuestionValues(IReadOnlyList<ClassQuestion> questions, int classes, QuestionMeasure by)
{
    private readonly bool[][] contains = [.. questions.Select(q => Enumerable.Range(0, classes).Select(q.Classes.Contains).ToArray())];

    /// <summary>The question that is worth most; of equal ones the first. Null where none divides the classes left open.</summary>
    /// <param name="members">[member, class], probabilities.</param>
    /// <param name="open">Places of the classes left open; null for all.</param>
    public RowQuestion? Best(ReadOnlySpan<float> members, IReadOnlyList<int>? open)
    {
        RowQuestion? best = null;
        for (var question = 0; question < questions.Count; question++)
        {
            if (Of(members, question, open) is { } other && (best is null || other.Value > best.Value.Value))
            {
                best = other;
            }
        }
        return best;
    }

    /// <summary>Of one question; null where it does not divide the classes left open.</summary>
    public RowQuestion? Of(ReadOnlySpan<float> members, int question, IReadOnlyList<int>? open)
    {
        var (inside, all) = (0, open?.Count ?? classes);
        for (var i = 0; i < all; i++)
        {
            inside += contains[question][open?[i] ?? i] ? 1 : 0;
        }
        if (inside == 0 || inside == all)
        {
            return null;
        }
        var (yes, weight, known) = (0.0, 0.0, 0.0);
        for (var at = 0; at < members.Length; at += classes)
        {
            var (asked, possible) = (0.0, 0.0);
            for (var i = 0; i < all; i++)
            {
                var c = open?[i] ?? i;
                possible += members[at + c];
                asked += contains[question][c] ? members[at + c] : 0;
            }
            (yes, weight) = (yes + asked, weight + possible);
            known += possible > 0 ? possible * Entropy(asked / possible) : 0;
        }
        // Where no member gives the classes left open anything, each is as likely as another.
        var mean = weight > 0 ? yes / weight : (double)inside / all;
        return new RowQuestion(question, by == QuestionMeasure.Entropy || weight == 0 ? Entropy(mean) : Math.Max(0, Entropy(mean) - (known / weight)), mean);
    }

    /// <summary>Of yes with a probability, in nats.</summary>
    private static double Entropy(double p) => p is <= 0 or >= 1 ? 0 : -(p * Math.Log(p)) - ((1 - p) * Math.Log(1 - p));
}

/// <summary>A question about a row.</summary>
/// <param name="Question">Its place.</param>
/// <param name="Value">In nats.</param>
/// <param name="Yes">The probability of yes.</param>
internal readonly record struct RowQuestion(int Question, double Value, double Yes);

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
