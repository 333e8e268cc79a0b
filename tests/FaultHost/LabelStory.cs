using System.Globalization;
using ParquetPool.Exports;
using ParquetPool.Labels;
using ParquetPool.Randomness;
using ParquetPool.Scorer.Verification;
using ParquetPool.Trainer.Labels;

namespace ParquetPool.FaultHost;

/// <summary>One history of a task's labels: files come, change and go, rounds read them, parts of the history are damaged; with kills between any two operations on files, or without.</summary>
/// <param name="number">Decides everything.</param>
internal sealed class LabelStory(uint number, string root)
{
    private const int Acts = 9;
    private const int Killed = 3; // As faults.c numbers it.
    private readonly List<string> faults = [];
    private readonly List<long> operations = []; // [round], undisturbed

    /// <summary>Plays the history twice.</summary>
    /// <returns>What went wrong.</returns>
    public IReadOnlyList<string> Play()
    {
        var undisturbed = Play("undisturbed", kills: null);
        var killed = Play("killed", new PhiloxStream(seed: 22, number));
        foreach (var (name, text) in undisturbed.Where(file => killed.GetValueOrDefault(file.Key) != file.Value))
        {
            faults.Add($"{name} is another where rounds were killed: {killed.GetValueOrDefault(name)?.ReplaceLineEndings(" ")} instead of {text.ReplaceLineEndings(" ")}");
        }
        return faults;
    }

    /// <returns>[name]: what is left at the end.</returns>
    private Dictionary<string, string> Play(string name, PhiloxStream? kills)
    {
        var random = new PhiloxStream(seed: 21, number);
        var (isTimed, isService) = (random.Below(2) == 0, random.Below(2) == 0);
        // Both plays at one place, so that sources have the same names.
        var (inbox, task) = (Path.Combine(root, "inbox"), Path.Combine(root, "labels"));
        Directory.CreateDirectory(inbox);
        var team = new LabelTeam(random, inbox, isTimed, isService);
        var desk = new LabelDesk(inbox, task, isService);
        var (round, isDamaged) = (0, false);
        try
        {
            for (var act = 0; act < Acts; act++)
            {
                team.Act();
                if (random.Below(8) == 0)
                {
                    isDamaged |= Damage(task, random);
                }
                if (random.Below(2) == 0 || act == Acts - 1)
                {
                    Round(desk, task, round++, team.Now, kills);
                    Check(task, team, isTimed, isDamaged, $"{name}, act {act}");
                }
            }
            return Directory.EnumerateFiles(task, "*.csv").ToDictionary(file => Path.GetFileName(file), File.ReadAllText)
                .Append(new("history", string.Join('\n', new LabelHistory(task).Labels.Select(l => $"{l.Part} {Path.GetFileName(l.Source)} {l.Sha256} {l.Entry} {l.ReadUtc:O}"))))
                .Append(new("rounds", string.Join('\n', new Trainer.Rounds.RoundLog(task).Read()))).ToDictionary();
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private void Round(LabelDesk desk, string task, int round, DateTimeOffset now, PhiloxStream? kills)
    {
        var clock = new FixedClock(now);
        for (var kill = 0; kills is not null && kill < 2 && kills.Below(3) > 0; kill++)
        {
            Faults.Arm(task, 1 + kills.Below((int)operations[round]), Killed);
            try
            {
                desk.Work(clock);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // What a process that is no more would not tell.
            }
            finally
            {
                Faults.Disarm();
            }
            Rename(task, kills);
        }
        Faults.Arm(task, 0, Killed);
        desk.Work(clock);
        var count = Faults.Disarm();
        if (kills is null)
        {
            operations.Add(count);
        }
    }

    /// <summary>Another process has another name for temporary files.</summary>
    private static void Rename(string task, PhiloxStream random)
    {
        foreach (var left in Directory.Exists(task) ? Directory.GetFiles(task, "*.tmp") : [])
        {
            File.Move(left, string.Create(CultureInfo.InvariantCulture, $"{left[..^21]}.{random.Below(int.MaxValue):x16}.tmp"));
        }
    }

    /// <summary>Whether there was a part to damage.</summary>
    private static bool Damage(string task, PhiloxStream random)
    {
        string[] parts = Directory.Exists(task) ? [.. Directory.GetFiles(task, "history-*.parquet").Order(StringComparer.Ordinal)] : [];
        var (part, place, kind) = (random.Below(Math.Max(1, parts.Length)), random.Uniform(), random.Below(3));
        if (parts.Length == 0)
        {
            return false;
        }
        var bytes = File.ReadAllBytes(parts[part]);
        var at = (int)(place * bytes.Length);
        bytes[at] ^= (byte)(1 << kind);
        File.WriteAllBytes(parts[part], kind == 0 ? bytes[..at] : bytes);
        return true;
    }

    private void Check(string task, LabelTeam team, bool isTimed, bool isDamaged, string when)
    {
        var labels = new LabelHistory(task).Labels;
        var kept = labels.Select(l => new Said(l.Entry.Id, l.Entry.Label, l.Entry.Annotator, l.Entry.Time?.ToString("O", CultureInfo.InvariantCulture) ?? "")).ToList();
        foreach (var (path, rows) in team.Files)
        {
            Require(!rows.Except(kept).Any(), when, $"lost of {Path.GetFileName(path)}: {string.Join(" ", rows.Except(kept))}");
        }
        Require(!isTimed || kept.Distinct().Count() == kept.Count, when, "a label stands twice");
        foreach (var said in isDamaged ? [] : labels.GroupBy(l => (l.Source, l.Entry.Id, l.Entry.Annotator)))
        {
            Require(said.Zip(said.Skip(1)).All(pair => pair.First.Entry.Label != pair.Second.Entry.Label || pair.First.Entry.Time != pair.Second.Entry.Time), when, $"{said.Key} was taken twice");
        }
        if (isTimed)
        {
            RequireAnyOrder(task, labels, when);
        }
        var verified = VerifyRun.Execute(task, LabelDesk.Context(TimeProvider.System));
        Require(verified.Faults.Count == 0, when, $"verify says {string.Join(", ", verified.Faults)}");
        string[] left = Directory.GetFiles(task, "*.tmp");
        Require(left.Length == 0, when, $"left: {string.Join(' ', left.Select(Path.GetFileName))}");
    }

    /// <summary>Where each label has its time, what stands is told by the times alone.</summary>
    private void RequireAnyOrder(string task, IReadOnlyList<GivenLabel> labels, string when)
    {
        Require(Stands(labels).SequenceEqual(Stands([.. labels.Reverse()])), when, "what stands depends on the order of reading");
        var newest = labels.GroupBy(l => (l.Entry.Id, l.Entry.Annotator)).Select(of => of.MaxBy(l => l.Entry.Time)!).GroupBy(l => l.Entry.Id)
            .Select(row => (row.Key, Votes: row.CountBy(l => l.Entry.Label).OrderByDescending(vote => vote.Value).ToList()))
            .Where(row => row.Votes is [_] || row.Votes[0].Value > row.Votes[1].Value).Select(row => $"{row.Key},{row.Votes[0].Key}").Order(StringComparer.Ordinal);
        Require(newest.SequenceEqual(File.ReadLines(Path.Combine(task, "labels.csv")).Skip(1)), when, $"labels.csv says other than {string.Join(' ', newest)}");

        static IEnumerable<string> Stands(IReadOnlyList<GivenLabel> of) => Consensus.Of(of).Labels.Select(l => $"{l.Key},{l.Value}").Order(StringComparer.Ordinal);
    }

    private void Require(bool holds, string when, string otherwise)
    {
        if (!holds)
        {
            faults.Add($"{when}: {otherwise}");
        }
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
