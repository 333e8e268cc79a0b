using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Preferences;
using ParquetPool.Shards;
using ParquetPool.Texts;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Preferences;

/// <summary>Streams a pool once and keeps the rows that answers are about.</summary>
internal static class ComparedRowReader
{
    /// <summary>Reads the rows.</summary>
    /// <returns>Ids (unique) and joined features, in the order of the pool; and the answers, with ids as the pool spells them: <c>3.0</c>, which a spreadsheet made of it, is 3.</returns>
    /// <exception cref="DataException">A shard cannot be read, or an answer is about a row that is faulty or not in the pool.</exception>
    public static (IReadOnlyList<(string Id, float[] Features)> Rows, IReadOnlyList<Preference> Preferences) Read(
        ShardSet pool, IReadOnlyList<VectorColumn> columns, IReadOnlyList<Preference> preferences, Action<long> advance, CancellationToken stopping)
    {
        var asked = preferences.SelectMany(p => new[] { p.Left, p.Right }).Distinct(StringComparer.Ordinal).ToArray();
        var wanted = asked.Concat(asked.Select(LabelText.Id)).Where(id => id.Length > 0).Distinct(StringComparer.Ordinal).ToDictionary(id => id, _ => "", StringComparer.Ordinal);
        var unusable = new List<(string Id, string Why)>();
        (string Id, float[] Features)[] rows = [.. LabelledRowReader.Found(pool, columns, new LabelSource.Given(wanted), advance, stopping, unusable).Select(row => (row.Id, row.Features))];
        var found = rows.Select(row => row.Id).ToHashSet(StringComparer.Ordinal);
        var why = unusable.GroupBy(u => u.Id).ToDictionary(u => u.Key, u => u.First().Why, StringComparer.Ordinal);
        var missing = new RowExamples();
        foreach (var id in asked.Where(id => !found.Contains(Spelt(id))).Order(StringComparer.Ordinal))
        {
            missing.Add($"'{id}' ({why.GetValueOrDefault(Spelt(id), LabelledRowReader.NotInPool)})");
        }
        missing.ThrowIfAny("rows that answers are about cannot be learnt from", "add the shards that hold them or take their answers out");
        return (rows, [.. preferences.Select(p => p with { Left = Spelt(p.Left), Right = Spelt(p.Right) })]);

        string Spelt(string id) => found.Contains(id) ? id : LabelText.Id(id);
    }
}
