using ParquetPool.Errors;
using ParquetPool.Exports;
using ParquetPool.Labels;
using ParquetPool.Texts;

namespace ParquetPool.Contract;

/// <summary>Labels as people hand them over, in any form that <see cref="LabelSheet"/> reads.</summary>
public static class LabelFile
{
    /// <summary>The label of every id in the files: what stands by <see cref="Consensus"/>.</summary>
    /// <param name="pathsOrGlobs">Files, folders and globs; the same label twice is fine.</param>
    /// <param name="how">What is known beforehand; null for nothing.</param>
    /// <exception cref="DataException">A file or column is missing, a file has no rows, an id is empty, an id has two labels, or a file's ids were changed on the way.</exception>
    public static IReadOnlyDictionary<string, string> Read(IEnumerable<string> pathsOrGlobs, LabelReading? how = null) => ReadStanding(pathsOrGlobs, how ?? new LabelReading()).Labels;

    /// <summary>As <see cref="Read"/>, with the answers to questions about classes.</summary>
    /// <exception cref="DataException">As of <see cref="Read"/>.</exception>
    public static Consensus ReadStanding(IEnumerable<string> pathsOrGlobs, LabelReading how)
    {
        var consensus = ReadVotes(pathsOrGlobs, how);
        return consensus.Disagreements.FirstOrDefault(d => d.Label is null) is { } tie
            ? throw new DataException($"id {tie.Id} has labels {string.Join(" and ", tie.Votes.Select(v => v.Label))}, expected one: keep one, or mark it in a column ground_truth")
            : consensus;
    }

    /// <summary>All that the files say, and what stands of it; rows with as many votes for one label as for another have none.</summary>
    /// <param name="pathsOrGlobs">As <see cref="Read"/> takes them.</param>
    /// <param name="how">What is known beforehand.</param>
    /// <exception cref="DataException">As of <see cref="Read"/>, but for two labels of an id.</exception>
    public static Consensus ReadVotes(IEnumerable<string> pathsOrGlobs, LabelReading how)
    {
        pathsOrGlobs = [.. pathsOrGlobs];
        var labels = new List<GivenLabel>();
        var empty = new List<string>();
        var open = 0;
        foreach (var (number, file) in LabelFiles.Of(pathsOrGlobs).Index())
        {
            var sheet = LabelSheet.Read(file.Path, how.Control);
            if (sheet.Entries.Count + sheet.Unlabelled == 0)
            {
                empty.Add(sheet.Notes is [] ? $"{file.Path}: no rows under the header: add rows or leave the file out" : $"{file.Path}: none of its labels can be used: {string.Join("; ", sheet.Notes)}");
                continue;
            }
            open += sheet.Unlabelled;
            foreach (var note in sheet.Notes)
            {
                how.Tell($"{file.Path}: {note}");
            }
            labels.AddRange(sheet.Entries.Select(e => new GivenLabel(number + 1, e, file.Path, "", default) { OrderedBy = file.Rule }));
        }
        foreach (var left in LabelFiles.LeftOut(pathsOrGlobs))
        {
            how.Tell(left);
        }
        foreach (var why in empty)
        {
            how.Tell(labels.Count + open > 0 ? why : throw new DataException(why));
        }
        if (open > 0)
        {
            how.Tell($"{open} rows of the label files have no label yet");
        }
        var match = how.Pool is { } pool ? IdMatch.Of(pool, labels, how.Stopping) : null;
        if (match is { Faults: { Count: > 0 } faults })
        {
            throw new DataException($"{faults.Keys.Min(StringComparer.Ordinal)}: {faults[faults.Keys.Min(StringComparer.Ordinal)!]}");
        }
        foreach (var doubt in match?.Doubts ?? [])
        {
            how.Tell(doubt);
        }
        if (match is not null && labels.Select(l => l.Entry.Id).Distinct().Where(id => match.RowOf(id) is null).ToList() is [var first, ..] lost)
        {
            how.Tell($"{lost.Count} ids of the label files are not in the pool, such as '{first}': the pool's are like '{match.Example}'");
        }
        var names = StandingLabels.NamesOf(how.Classes, labels, how.Hierarchy);
        if (how.Classes.Count == 0 && names.Doubts is { } doubts)
        {
            how.Tell(how.AsksOfDoubts ? throw new DataException($"{string.Join(", ", labels.Select(l => l.Source).Distinct().Take(3))}: {doubts}; {ClassNames.HowToAnswer}") : $"{doubts}; taken for classes: leave them empty where they are none");
        }
        var consensus = StandingLabels.Of(labels, names, match, how.Hierarchy);
        foreach (var note in names.Notes().Concat(Replaced(consensus)).Concat(Unused(consensus, how.Hierarchy)))
        {
            how.Tell(note);
        }
        return consensus;
    }

    /// <summary>What is to be known of labels that were changed: how many, and what says which is the newest.</summary>
    public static IEnumerable<string> Replaced(Consensus consensus) =>
        consensus.Changed == 0 ? [] : [$"{consensus.Changed} labels were replaced by later ones or taken back, as decided by {string.Join(", ", consensus.Rules.Select(r => $"{r.Key} ({r.Value})"))}"];

    /// <summary>What is to be known of answers to questions about classes that count for nothing.</summary>
    public static IEnumerable<string> Unused(Consensus consensus, Hierarchy? hierarchy)
    {
        if (hierarchy is null && consensus.Answers.Count > 0)
        {
            yield return $"{consensus.Answers.Count} answers to questions about classes are left out: name the super-classes with --hierarchy";
        }
        if (consensus.Undecided.Count > 0)
        {
            yield return $"{consensus.Undecided.Count} questions are answered with yes as often as with no and left out, such as '{consensus.Undecided[0].Question}' of {consensus.Undecided[0].Id}";
        }
    }

    /// <summary>The ids in the files, of which only the column <c>row_id</c>, else <c>id</c>, is looked at: label files, ranked files. Of ids such as <c>3.0</c> also what they stand for.</summary>
    /// <remarks>A file of a header alone names none: before the first label there are none.</remarks>
    /// <exception cref="DataException">A file or the column is missing, or an id is empty.</exception>
    public static IReadOnlySet<string> ReadIds(IEnumerable<string> pathsOrGlobs)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (path, _) in LabelFiles.Of(pathsOrGlobs))
        {
            var row = 0L;
            foreach (var id in LabelSheet.ReadIds(path))
            {
                row++;
                ids.Add(id is { Length: > 0 } known ? known : throw new DataException($"{path}: row {row}: id is empty: fill it in or delete the row"));
                ids.Add(LabelText.Id(id));
            }
        }
        return ids;
    }
}
