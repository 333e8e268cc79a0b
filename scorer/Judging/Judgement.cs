using ParquetPool.Errors;

namespace ParquetPool.Scorer.Judging;

/// <summary>What a person says of a pair, with ciFAIR's numbers: Barz and Denzler, "Do we train on test data?" (2019). ciFAIR's lists leave out what is different.</summary>
internal enum Judgement
{
    /// <summary>The same, but for noise.</summary>
    Exact,

    /// <summary>One original, altered.</summary>
    Near,

    /// <summary>Two originals that are told apart at the second look.</summary>
    Similar,

    /// <summary>Two originals.</summary>
    Different,
}

/// <summary>The words of judgements on the command line and in files.</summary>
internal static class Judgements
{
    public static readonly IReadOnlyList<Judgement> All = Enum.GetValues<Judgement>();

    /// <summary><c>exact</c>, <c>near</c>, <c>similar</c> or <c>different</c>.</summary>
    public static string Word(this Judgement judgement) => judgement.ToString().ToLowerInvariant();

    /// <summary>Reads words separated by commas.</summary>
    /// <exception cref="UsageException">There are none, or one is no judgement.</exception>
    public static IReadOnlySet<Judgement> Parse(string option, string words) =>
        words.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(word => All.Where(judgement => judgement.Word() == word).Select(judgement => (Judgement?)judgement).FirstOrDefault()
                ?? throw new UsageException($"{option} '{word}' is no judgement, expected some of {string.Join(",", All.Select(Word))}"))
            .ToHashSet() is { Count: > 0 } judgements
            ? judgements
            : throw new UsageException($"{option} names no judgement, expected some of {string.Join(",", All.Select(Word))}");
}
