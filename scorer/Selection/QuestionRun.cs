using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Labels;
using ParquetPool.Outputs;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Records;
using ParquetPool.Scorer.Strategies;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Selection;

/// <summary>The flow of <c>scorer select --strategy questions</c>: scores, and what is known of rows, in; yes/no questions, and rows whose class is asked for outright, out.</summary>
/// <remarks>Memory: the candidates with each member's probabilities, and the labels and answers there are.</remarks>
internal static class QuestionRun
{
    /// <exception cref="UsageException">The options contradict each other or the pool.</exception>
    /// <exception cref="DataException">The scores, the pool, labels or the hierarchy are not what they must be.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public static async Task<QuestionSummary> ExecuteAsync(SelectOptions options, CommandContext context)
    {
        var start = context.Clock.GetTimestamp();
        Check(options);
        var hierarchy = Hierarchy.Read(options.Hierarchy!);
        using var output = new OutputFolder(options.Out, SelectFiles.RecordName);
        var pool = ScoredPool.Open(options.Scores, Path.Combine(output.Path, "scores"));
        OutputRule.Require(new Place("--out", options.Out), [.. pool.Run.Pool.Shards.Select(shard => shard.Path), pool.Run.Model.Path]);
        var by = options.By is { } asked ? ScoreColumn.Named(asked, pool.Passes) : ScoreColumn.Entropy;
        var classes = RowValueReader.ModelOf(pool.Run).Manifest?.Classes is { Count: > 1 } named ? named
            : throw new DataException($"{pool.Run.Model.Path} names no classes, expected a model of 'trainer train' or 'trainer round' with its manifest: score the pool with one");
        var questions = ClassQuestion.Of(hierarchy, classes);
        var known = Known(options.Exclude, hierarchy, classes, context);
        var files = new SelectFiles(output.Path, new Provenance("scorer select").Of(pool.Run.Model.Sha256, options.Seed, pool.Passes));
        output.Open(SelectFiles.Names, files.Knows, context.Stopping);
        files.Open();

        var (list, selectable) = await context.Progress.WorkAsync("reading rows", pool.RowCount, "rows", advance => Candidates(pool.Rows(by, advance, context.Stopping), known, options));
        var rows = list.Rows.Count == 0 ? RowValues.None : await context.Progress.WorkAsync("reading the candidates' rows", list.Rows.Count, "rows", advance => pool.Values(list, Needs.MemberProbabilities, column: null, advance, context.Stopping));
        var unseen = Unseen(known, classes, context);
        var values = new QuestionValues(questions, classes.Count, QuestionMeasures.Of(by.Name)!.Value, options.ClassCost, unseen);
        var (chosen, cost, divisible) = Chosen(list, rows, values, known, classes, options.Top);
        if (chosen.Count == divisible && cost < options.Top)
        {
            context.Log.FewerThanAsked(chosen.Count, options.Top, selectable, ", and each is asked about once");
        }

        files.WriteQuestions([.. chosen.Where(found => !found.Best.IsClass).Select(found => new AskedQuestion(found.Row, questions[found.Best.Question].Name, questions[found.Best.Question].Text(classes), found.Best.Value, found.Best.Yes))]);
        files.WriteSelected([.. chosen.Where(found => found.Best.IsClass).Select(found => new SelectedRow(found.Row, found.Best.Value, Explored: false))]);
        var goneOn = chosen.Count(found => known.Partial.ContainsKey(found.Row.Id));
        files.WriteRecord(new SelectRecord(
            SchemaVersion: 1,
            Model: pool.Model,
            ScoreSeed: pool.Seed,
            Passes: pool.Passes,
            Strategy: SelectOptions.Questions,
            By: by.Name,
            Seed: options.Seed,
            PerClassMax: null,
            Explore: 0,
            NoNearDuplicates: null,
            Column: null,
            PoolRows: selectable,
            Candidates: list.Rows.Count,
            LabelledInPool: 0,
            Selected: chosen.Count,
            Telling: null,
            Explored: 0,
            HeldBack: 0,
            Versions: RunVersions.Current(),
            Asked: options.Top,
            Hierarchy: Path.GetFullPath(options.Hierarchy!),
            ClassCost: options.ClassCost));
        output.Complete(context.Stopping);
        files = new SelectFiles(options.Out);
        return new QuestionSummary(
            "select", SelectOptions.Questions, by.Name, selectable, list.Rows.Count, options.Top, chosen.Count, goneOn, Math.Round(context.Clock.GetElapsedTime(start).TotalSeconds, 2), files.Questions, files.QuestionsCsv, chosen.Count(found => found.Best.IsClass), cost, files.SelectedCsv);
    }

    /// <summary>Checks the options as far as no file is needed.</summary>
    /// <exception cref="UsageException">They contradict each other.</exception>
    internal static void Check(SelectOptions options)
    {
        SelectOptions.Ranges.Require(options);
        if (options.Scores.Count == 0 || options.Hierarchy is null)
        {
            throw new UsageException($"--strategy {SelectOptions.Questions} is given without {(options.Hierarchy is null ? "--hierarchy" : "--scores")}, expected both: a scored pool, and the super-classes that are asked about");
        }
        if (QuestionMeasures.Of(options.By) is null)
        {
            throw new UsageException($"--by {options.By} is nothing that questions are chosen by, expected one of {string.Join(", ", QuestionMeasures.Names)}: leave it out for {QuestionMeasures.Names.First()}");
        }
        SelectCheck.RequireCandidates(options);
        var unused = new (string Name, bool IsGiven)[]
        {
            ("--pool", options.Pool.Count > 0), ("--model", options.Model is not null), ("--targets", options.Targets.Count > 0), ("--coverage", options.Coverage is not null), ("--per-class-max", options.PerClassMax is not null),
            ("--explore", options.Explore > 0), ("--no-near-duplicates", options.NoNearDuplicates is not null), ("--column", options.Column is not null),
        };
        if (Array.Find(unused, option => option.IsGiven).Name is { } other)
        {
            throw new UsageException($"{other} is given with --strategy {SelectOptions.Questions}, which does not look at it: leave it out");
        }
    }

    /// <summary>What labels and answers leave open of rows; a row with as many votes for one label as for another is not asked about.</summary>
    private static KnownSets Known(IReadOnlyList<string> files, Hierarchy hierarchy, IReadOnlyList<string> classes, CommandContext context)
    {
        if (files.Count == 0)
        {
            return KnownSets.Of(new Dictionary<string, string>(), [], hierarchy, classes);
        }
        var said = LabelFile.ReadVotes(files, new LabelReading { Classes = classes, Hierarchy = hierarchy, Tell = context.Progress.Say, Stopping = context.Stopping });
        var sets = KnownSets.Of(said.Labels, said.Answers, hierarchy, classes);
        foreach (var note in sets.Notes())
        {
            context.Progress.Say(note);
        }
        return sets with { Contradictory = [.. sets.Contradictory, .. said.Disagreements.Where(row => row.Label is null).Select(row => (row.Id, "")), .. said.Undecided] };
    }

    /// <summary>Places of the classes that no row of the label files is of; none where these name no class of a row.</summary>
    private static HashSet<int> Unseen(KnownSets known, IReadOnlyList<string> classes, CommandContext context)
    {
        var unseen = known.Whole.Count == 0 ? [] : Enumerable.Range(0, classes.Count).Where(c => !known.Whole.Values.Contains(classes[c])).ToHashSet();
        if (unseen.Count > 0)
        {
            context.Progress.Say($"no row of --exclude is of {string.Join(", ", unseen.Take(5).Select(c => $"'{classes[c]}'"))}{(unseen.Count > 5 ? ", …" : "")}: each is asked about as if it were as likely as any class left open");
        }
        return unseen;
    }

    /// <summary>The rows that questions are sought about: those of which something is known, and those of the highest scores: by the model no answer about another row is worth more than its score.</summary>
    private static (Shortlist List, long Selectable) Candidates(IEnumerable<Candidate> pool, KnownSets known, SelectOptions options)
    {
        var closed = known.Whole.Keys.Concat(known.Contradictory.Select(row => row.Id)).ToHashSet(StringComparer.Ordinal);
        var (best, selectable) = (new BestRows(options.Candidates), 0L);
        foreach (var row in pool.Where(row => !closed.Contains(row.Id)))
        {
            selectable++;
            best.Offer(row, known.Partial.ContainsKey(row.Id) ? double.MaxValue : row.Score);
        }
        return (Shortlist.Of(best.Rows, options.Seed), selectable);
    }

    /// <summary>One question about a row, those that are worth most for their cost first, of equal ones the smaller id, as far as the answers go; what they cost, and of how many rows one could be asked.</summary>
    private static (IReadOnlyList<(Candidate Row, RowQuestion Best)> Chosen, double Cost, int Divisible) Chosen(Shortlist list, RowValues rows, QuestionValues values, KnownSets known, IReadOnlyList<string> classes, int answers)
    {
        var places = classes.Index().ToDictionary(c => c.Item, c => c.Index, StringComparer.Ordinal);
        var (best, width) = (new RowQuestion?[list.Rows.Count], rows.Members * rows.Classes);
        Parallel.For(0, best.Length, row =>
            best[row] = values.Best(rows.Probabilities.AsSpan(row * width, width), known.Partial.TryGetValue(list.Rows[row].Id, out var open) ? [.. open.Select(c => places[c])] : null));
        var (chosen, cost) = (new List<(Candidate, RowQuestion)>(), 0.0);
        foreach (var row in RowQuestion.Order(best, row => known.Partial.TryGetValue(list.Rows[row].Id, out var open) ? open.Count : null))
        {
            if (cost + best[row]!.Value.Cost <= answers)
            {
                chosen.Add((list.Rows[row], best[row]!.Value));
                cost += best[row]!.Value.Cost;
            }
        }
        return (chosen, cost, best.Count(question => question is not null));
    }
}

/// <summary>A question about a row.</summary>
/// <param name="Question">The class or super-class.</param>
/// <param name="Text">What people read.</param>
/// <param name="Value">Of the answer, in nats.</param>
/// <param name="Yes">The probability of yes.</param>
internal sealed record AskedQuestion(Candidate Row, string Question, string Text, double Value, double Yes);

/// <summary>The last line of <c>scorer select --strategy questions</c>.</summary>
/// <param name="PoolRows">Rows of the pool whose class is not known.</param>
/// <param name="Candidates">Rows looked at.</param>
/// <param name="Asked">Answers asked for.</param>
/// <param name="Selected">Questions found, one a row, those for a class among them.</param>
/// <param name="GoneOn">Those of them about rows of which something is known.</param>
/// <param name="Outright">Those of them that ask for the class.</param>
/// <param name="Cost">Of all, in answers.</param>
/// <param name="OutrightCsv">The rows whose class is asked for.</param>
internal sealed record QuestionSummary(
    string Command, string Strategy, string By, long PoolRows, int Candidates, int Asked, int Selected, int GoneOn, double Seconds, string SelectedFile, string SelectedCsv, int Outright, double Cost, string OutrightCsv);
