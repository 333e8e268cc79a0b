using ParquetPool.Errors;
using ParquetPool.Scorer.Findings;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Judging;

/// <summary>The flow of <c>scorer judge</c>: people's judgements in, one judgement a pair out.</summary>
internal static class JudgeRun
{
    /// <exception cref="DataException">The audit is not finished, a file is malformed, a line judges a pair that is not listed, or a judge contradicts himself.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static JudgeSummary Execute(string folder, IReadOnlyList<string> files)
    {
        var audit = FinishedAudit.Open(folder);
        var pairs = audit.Pairs.ToLookup(pair => (pair.Test.Id, pair.Other.Id));
        var votes = new Dictionary<ListedPair, SortedDictionary<string, Judgement>>();
        foreach (var line in files.SelectMany(file => JudgementFile.Read(file, pairs)))
        {
            votes.TryAdd(line.Pair, new SortedDictionary<string, Judgement>(StringComparer.Ordinal));
            if (!votes[line.Pair].TryAdd(line.Judge, line.Judgement) && votes[line.Pair][line.Judge] != line.Judgement)
            {
                throw new DataException($"{line.Place}: {line.Judge} judges {line.Pair.Test.Id} and {line.Pair.Other.Id} {line.Judgement.Word()} here and {votes[line.Pair][line.Judge].Word()} before: keep one, or give two people two names");
            }
        }
        if (votes.Count == 0)
        {
            throw new DataException($"{string.Join(", ", files)}: no judgement under the header: judge some pairs in {Path.Combine(folder, FinishedAudit.PageName)} and save them");
        }
        JudgedPair[] judged = [.. audit.Pairs.Where(votes.ContainsKey).Select(pair => new JudgedPair(pair, [.. votes[pair].Select(vote => (vote.Key, vote.Value))]))];
        var written = WrittenFiles.Claim(folder, JudgedPairs.Names, _ => File.Exists(Path.Combine(folder, JudgedPairs.FileName)));
        JudgedPairs.Write(folder, judged);
        written.Complete();
        return Summary(folder, audit, judged);
    }

    private static JudgeSummary Summary(string folder, FinishedAudit audit, JudgedPair[] judged) => new(
        "judge", Path.GetFullPath(Path.Combine(folder, JudgedPairs.FileName)), Path.GetFullPath(Path.Combine(folder, "judgements.csv")), audit.Pairs.Count, judged.Length,
        [.. judged.SelectMany(pair => pair.Votes).Select(vote => vote.Judge).Distinct().Order(StringComparer.Ordinal)], judged.Count(pair => pair.Conflict),
        [.. Judgements.All.Select(judgement => Range(judgement, [.. judged.Where(pair => pair.Judgement == judgement).Select(pair => pair.Pair.Similarity)]))],
        Overlap(judged), Refined(audit, judged));

    private static IReadOnlyList<RefinedThreshold> Refined(FinishedAudit audit, JudgedPair[] judged)
    {
        var wanted = Refinement.WantedPrecision(audit);
        return
        [
            .. Refinement.Of(audit, judged.ToDictionary(pair => pair.Pair, pair => pair.Judgement)).Select(curve =>
                new RefinedThreshold(curve.Kind, audit.Record.Summary.What(curve.Kind), wanted, curve.Judged, curve.AtPrecision(wanted))),
        ];
    }

    private static JudgementRange Range(Judgement judgement, double[] similarities) => new(
        judgement.Word(), (int)judgement, similarities.Length, similarities.Length > 0 ? similarities.Min() : null, similarities.Length > 0 ? similarities.Max() : null);

    private static JudgementOverlap? Overlap(JudgedPair[] judged)
    {
        var groups = judged.ToLookup(pair => pair.Judgement <= Judgement.Near, pair => pair.Pair.Similarity);
        if (!groups[true].Any() || !groups[false].Any())
        {
            return null;
        }
        var (from, to) = (groups[true].Min(), groups[false].Max());
        return from <= to ? new JudgementOverlap(from, to, judged.Count(pair => pair.Pair.Similarity >= from && pair.Pair.Similarity <= to)) : null;
    }
}
