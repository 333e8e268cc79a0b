using System.Globalization;
using System.Numerics;
using ParquetPool.Engine;
using ParquetPool.Exports;
using ParquetPool.ShardRows;
using ParquetPool.Texts;

namespace ParquetPool.Labels;

/// <summary>Finds files whose ids are not what the pool's are: changed on their way, or the labelling tool's own.</summary>
/// <remarks>
/// Rounded: of integers of 16 digits and more a spreadsheet keeps 15, a double those that it can hold. That all ids of a file look so is told from
/// accident by how many of the pool's do. Own ids: plain numbers most of which the pool does not have, or whose rows say something else than
/// what people were shown. A file that has <c>row_id</c> is believed in that.
/// </remarks>
internal sealed class IdSuspicion
{
    private const string Text = "text";
    private const int WideDigits = 16;
    private const int KeptDigits = 15;
    private const double Accident = 1e-3;
    private const int FewestOwn = 10;
    private const int FewestShown = 3;
    private const int MostShown = 100;
    private readonly ILookup<string, LabelEntry> files;
    private readonly HashSet<string> lean; // Integers without leading zeros.
    private readonly Dictionary<string, string> padded = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (Shard Shard, long Row)?> places = new(StringComparer.Ordinal); // Of rows to compare texts of.
    private (long Count, long Rounded, long Doubles) wide;
    private readonly HashSet<string> verified = new(StringComparer.Ordinal); // Files whose rows say in the pool what people saw.
    private bool beginsWithZero; // The pool's ids.

    public IdSuspicion(IEnumerable<GivenLabel> labels)
    {
        files = labels.Where(l => !l.Entry.IsWithdrawn).ToLookup(l => l.Source, l => l.Entry, StringComparer.Ordinal);
        lean = files.SelectMany(f => f.Select(e => e.Id)).Where(id => id.Length > 0 && id[0] != '0' && IsInteger(id)).ToHashSet(StringComparer.Ordinal);
        foreach (var entry in files.SelectMany(Shown))
        {
            places[LabelText.Id(entry.Id)] = null;
        }
    }

    /// <summary>Takes note of an id of the pool.</summary>
    public void See(string id)
    {
        if (id.Length > 1 && id[0] == '0' && IsInteger(id) && id.TrimStart('0') is var number && lean.Contains(number))
        {
            padded.TryAdd(number, id);
        }
        beginsWithZero |= id == "0";
        if (IsWide(id))
        {
            wide = (wide.Count + 1, wide.Rounded + (IsRounded(id) ? 1 : 0), wide.Doubles + (IsDouble(id) ? 1 : 0));
        }
    }

    /// <summary>Takes note of where a row is that a label may be for.</summary>
    public void Place(string key, Shard shard, long row)
    {
        if (places.ContainsKey(key))
        {
            places[key] = (shard, row);
        }
    }

    /// <summary>By file: what is wrong with its ids.</summary>
    public IReadOnlyDictionary<string, string> Faults(IdMatch match)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        var texts = Texts();
        foreach (var file in files)
        {
            string[] ids = [.. file.Select(e => e.Id).Distinct(StringComparer.Ordinal)];
            if ((Rounded(ids) ?? Unpadded(ids, match) ?? (file.Any(e => e.IsRowId) ? null : Own(ids, match) ?? Elsewhere(file, match, texts))) is { } fault)
            {
                faults.Add(file.Key, fault);
            }
        }
        return faults;
    }

    /// <summary>Of files that may name other rows than were meant: their ids fit, and may be a labelling tool's count of its tasks.</summary>
    public IEnumerable<string> Doubts(IdMatch match) =>
        from file in files
        where !match.Faults.ContainsKey(file.Key) && !verified.Contains(file.Key) && !file.Any(e => e.IsRowId)
        let ids = file.Select(e => long.TryParse(e.Id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1).Distinct().ToList()
        let least = ids.Min()
        where ids.Count >= FewestOwn && ids.Max() - least == ids.Count - 1
            && (least == 1 ? beginsWithZero && file.All(e => match.RowOf(e.Id) is not null) : least == 0 && file.All(e => match.RowOf(e.Id) is null == (e.Id.TrimStart('0').Length == 0)))
        select $"{file.Key}: its ids are the numbers {least} to {ids.Max()}, and the pool's {(least == 1 ? "begin with 0" : "lack 0 alone")}: where these are the labelling tool's count of its tasks, labels are at wrong rows, so hand back the rows' ids in a column row_id; where they are the rows' ids call the column so too";

    private string? Rounded(string[] ids)
    {
        var stated = ids.Where(id => id.AsSpan().ContainsAny('e', 'E') && double.TryParse(id, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && Math.Abs(value) >= 1e5 && !IsInteger(LabelText.Id(id))).ToList();
        if (stated.Count > 0 && stated.Count * 2 > ids.Length)
        {
            return $"{stated.Count} of its {ids.Length} ids are rounded numbers such as {stated[0]}: keep ids as text when a spreadsheet opens them";
        }
        var longest = ids.Select(id => id.EndsWith(".0", StringComparison.Ordinal) ? id[..^2] : id).Where(IsWide).ToList();
        foreach (var (kept, inPool, how) in new[] { (longest.Where(IsRounded).ToList(), wide.Rounded, "end in zeros after 15 digits"), (longest.Where(IsDouble).ToList(), wide.Doubles, "are numbers that a double holds") })
        {
            var chance = Math.Pow((inPool + 1.0) / (wide.Count + 2.0), kept.Count);
            if (kept.Count > 0 && kept.Count >= 0.9 * longest.Count && chance < Accident)
            {
                return $"{kept.Count} of its {longest.Count} long ids {how}, such as {kept[0]}, of the pool's {inPool} of {wide.Count}: they were rounded on the way, so keep ids as text when a spreadsheet or a script opens them";
            }
        }
        return null;
    }

    private string? Unpadded(string[] ids, IdMatch match)
    {
        var lost = ids.Where(id => match.RowOf(id) is null && padded.ContainsKey(id)).ToList();
        return lost.Count > 0 && lost.Count * 10 >= ids.Length
            ? $"{lost.Count} of its {ids.Length} ids have lost their leading zeros, such as {lost[0]} for {padded[lost[0]]}: keep ids as text when a spreadsheet opens them"
            : null;
    }

    private static string? Own(string[] ids, IdMatch match)
    {
        var missing = ids.Where(id => match.RowOf(id) is null).ToList();
        return ids.Length >= FewestOwn && missing.Count < ids.Length && missing.Count * 2 > ids.Length && ids.All(IsInteger)
            ? $"{missing.Count} of its {ids.Length} ids are not in the pool, such as {missing[0]}, so the others may be by accident: give the shards that hold them, or where these are the rows' ids call the column row_id"
            : null;
    }

    private string? Elsewhere(IGrouping<string, LabelEntry> file, IdMatch match, Dictionary<string, string> texts)
    {
        var compared = Shown(file).Where(e => match.RowOf(e.Id) is not null && texts.ContainsKey(LabelText.Id(e.Id))).ToList();
        if (compared.Count >= FewestShown)
        {
            verified.Add(file.Key);
        }
        var other = compared.Where(e => texts[LabelText.Id(e.Id)] != e.Shown).ToList();
        return other.Count >= FewestShown && other.Count * 2 > compared.Count
            ? $"{other.Count} of {compared.Count} rows compared have another text in the pool than in this file, such as id {other[0].Id}: the ids are the labelling tool's own, so hand back row_id; where they are the rows' ids call the column row_id"
            : null;
    }

    private static IEnumerable<LabelEntry> Shown(IEnumerable<LabelEntry> file) => file.Where(e => e is { IsRowId: false, Shown.Length: > 0 }).DistinctBy(e => e.Id).Take(MostShown);

    /// <summary>By id: the fingerprint of the column text of the rows to compare.</summary>
    private Dictionary<string, string> Texts()
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var shard in places.Where(p => p.Value is not null).GroupBy(p => p.Value!.Value.Shard))
        {
            var ids = shard.ToLookup(p => p.Value!.Value.Row, p => p.Key);
            foreach (var row in ShownRows.Read(shard.Key, shard.Select(p => p.Value!.Value.Row).Distinct().Order()))
            {
                var text = ShownText.Of(row.Texts.FirstOrDefault(t => t.Key.Equals(Text, StringComparison.OrdinalIgnoreCase)).Value);
                foreach (var id in ids[row.Row].Where(_ => text.Length > 0))
                {
                    texts[id] = text;
                }
            }
        }
        return texts;
    }

    private static ReadOnlySpan<char> Digits(string id) => id.AsSpan(id is ['-', _, ..] ? 1 : 0);

    private static bool IsInteger(string id) => id.Length > 0 && !Digits(id).ContainsAnyExceptInRange('0', '9');

    private static bool IsWide(string id) => IsInteger(id) && Digits(id).Length >= WideDigits;

    private static bool IsRounded(string id) => Digits(id)[KeptDigits..].ContainsAnyExcept('0') == false;

    /// <summary>Whether a double holds the number, or it is the shortest that a script writes for one.</summary>
    private static bool IsDouble(string id) =>
        decimal.TryParse(Digits(id), NumberStyles.None, CultureInfo.InvariantCulture, out var exact) && exact > 1L << 53 && exact < 1e27m && (double)exact is var nearest
        && ((BigInteger)nearest == (BigInteger)exact || decimal.Parse(nearest.ToString("R", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture) == exact);
}
