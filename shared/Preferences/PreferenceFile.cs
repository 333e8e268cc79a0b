using ParquetPool.Errors;
using ParquetPool.Exports;

namespace ParquetPool.Preferences;

/// <summary>Preferences as people hand them over: tables <c>left,right,answer[,annotator]</c> as CSV or Parquet, or Label Studio's export of the tasks of <c>scorer compare</c>.</summary>
public static class PreferenceFile
{
    /// <summary>All answers in the files, each once.</summary>
    /// <param name="pathsOrGlobs">Files, folders and globs.</param>
    /// <param name="tell">Told of pairs without an answer, of answers that stand twice and of pairs that are answered differently.</param>
    /// <exception cref="DataException">A file or column is missing, a file has no pairs, an answer is none, or a pair is one row twice.</exception>
    public static IReadOnlyList<Preference> Read(IEnumerable<string> pathsOrGlobs, Action<string> tell)
    {
        var (found, unanswered) = (new List<Preference>(), 0);
        foreach (var (path, _) in LabelFiles.Of(pathsOrGlobs))
        {
            var sheet = new PreferenceSheet(path);
            if (LabelFormat.Of(path) == LabelFormat.Kind.Table)
            {
                PreferenceTable.Read(sheet);
            }
            else
            {
                PairwiseExport.Read(sheet);
            }
            if (sheet.Found.Count + sheet.Unanswered == 0)
            {
                throw new DataException($"{path}: no pairs in it, expected rows of left, right and answer: add some or leave the file out");
            }
            found.AddRange(sheet.Found);
            unanswered += sheet.Unanswered;
            foreach (var note in sheet.Notes)
            {
                tell($"{path}: {note}");
            }
        }
        if (unanswered > 0)
        {
            tell($"{unanswered} pairs have no answer yet");
        }
        return Once(found, tell);
    }

    /// <summary>The same answer of the same person counts once, whichever row stood left.</summary>
    private static List<Preference> Once(List<Preference> found, Action<string> tell)
    {
        List<Preference> once = [.. found.DistinctBy(p => (p.Pair, p.Answer == PreferenceAnswer.Incomparable ? -1 : p.OfFirst, p.Annotator))];
        if (once.Count < found.Count)
        {
            tell($"{found.Count - once.Count} answers stand there already, of the same person about the same pair: each counts once");
        }
        var differing = once.GroupBy(p => p.Pair).Where(pair => pair.Skip(1).Any()).Where(pair => pair.Select(p => (p.Answer == PreferenceAnswer.Incomparable, p.OfFirst)).Distinct().Skip(1).Any()).ToList();
        if (differing.Count > 0)
        {
            var (left, right) = differing[0].Key;
            tell($"{differing.Count} pairs are answered differently, such as {left} and {right} ({string.Join(", ", differing[0].Select(Said))}): every answer counts");
        }
        return once;

        static string Said(Preference p) => p.Answer switch
        {
            PreferenceAnswer.Left => $"{p.Left} is preferred",
            PreferenceAnswer.Right => $"{p.Right} is preferred",
            _ => PreferenceAnswers.Word(p.Answer),
        };
    }
}
