using System.Globalization;
using ParquetPool.Errors;
using ParquetPool.Labels;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Voting;

/// <summary>A vote by places.</summary>
internal readonly record struct Vote(int Row, int Annotator, int Class);

/// <summary>Who said what of which row.</summary>
/// <remarks>Rows and annotators stand in ordinal order, votes by row and then by annotator: the order of the files decides nothing.</remarks>
/// <param name="Ids">[row]</param>
/// <param name="Annotators">[annotator]; the empty name is nobody known.</param>
/// <param name="Classes">As a training set orders them.</param>
/// <param name="Votes">One or more of each row that no truth decides.</param>
/// <param name="Truth">[row]: the class of the ground truth; -1 where there is none.</param>
internal sealed record VoteTable(IReadOnlyList<string> Ids, IReadOnlyList<string> Annotators, IReadOnlyList<string> Classes, IReadOnlyList<Vote> Votes, IReadOnlyList<int> Truth)
{
    /// <summary>[row]: the places of its votes are from this one to the next row's; one more for the end.</summary>
    public IReadOnlyList<int> First { get; } = FirstOf(Votes, Ids.Count);

    /// <param name="said">All that stands.</param>
    /// <exception cref="DataException">There are fewer than two classes.</exception>
    public static VoteTable Of(Consensus said)
    {
        string[] ids = [.. said.Votes.Select(v => v.Id).Concat(said.Truths.Keys).Distinct().Order(StringComparer.Ordinal)];
        string[] annotators = [.. said.Votes.Select(v => v.Annotator).Distinct().Order(StringComparer.Ordinal)];
        var classes = TrainingSet.Sort(said.Votes.Select(v => v.Label).Concat(said.Truths.Values).Distinct());
        if (classes.Length < 2)
        {
            throw new DataException($"the {said.Votes.Count} labels name {classes.Length} class{(classes is [var only] ? $" ('{only}')" : "es")}, expected two or more: there is nothing to disagree on");
        }
        var (rows, people, names) = (Places(ids), Places(annotators), Places(classes));
        return new VoteTable(
            ids,
            annotators,
            classes,
            [.. said.Votes.Select(v => new Vote(rows[v.Id], people[v.Annotator], names[v.Label])).OrderBy(v => v.Row).ThenBy(v => v.Annotator).ThenBy(v => v.Class)],
            [.. ids.Select(id => said.Truths.TryGetValue(id, out var truth) ? names[truth] : -1)]);
    }

    /// <summary>[class]: the grade that it is; null where the classes are no grades, or nobody said so.</summary>
    public double[]? Grades { get; private init; }

    /// <summary>The table with its classes as grades.</summary>
    /// <exception cref="DataException">A class is no number.</exception>
    public VoteTable Graded() => Classes.FirstOrDefault(name => !double.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out var grade) || !double.IsFinite(grade)) is { } stranger
        ? throw new DataException($"--ordinal: the class '{stranger}' is no number, expected grades such as 0, 1, 2: leave --ordinal out, or the labels")
        : this with { Grades = [.. Classes.Select(name => double.Parse(name, NumberStyles.Float, CultureInfo.InvariantCulture))] };

    /// <summary>The expected grade; NaN where there are none.</summary>
    /// <param name="probabilities">[class]</param>
    public double Mean(double[] probabilities) => Grades is { } grades ? probabilities.Zip(grades, (p, grade) => p * grade).Sum() : double.NaN;

    /// <summary>The places of a row's votes.</summary>
    public Range Of(int row) => First[row]..First[row + 1];

    private static Dictionary<string, int> Places(string[] names) => names.Index().ToDictionary(n => n.Item, n => n.Index, StringComparer.Ordinal);

    private static int[] FirstOf(IReadOnlyList<Vote> votes, int rows)
    {
        var first = new int[rows + 1];
        foreach (var vote in votes)
        {
            first[vote.Row + 1]++;
        }
        for (var row = 0; row < rows; row++)
        {
            first[row + 1] += first[row];
        }
        return first;
    }
}
