using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Preferences;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Preferences;

/// <summary>What is known of pairs of a pool's rows, in memory.</summary>
/// <remarks>Pairs stand in the order of their ids, so neither the order of the shards nor that of the answers changes a training.</remarks>
/// <param name="Columns">The feature columns.</param>
/// <param name="Rows">Those that stand in a pair, in the order of their ids.</param>
/// <param name="Training">Learnt from.</param>
/// <param name="Holdout">Never learnt from; at least one.</param>
internal sealed record PairSet(IReadOnlyList<VectorColumn> Columns, IReadOnlyList<LabelledRow> Rows, IReadOnlyList<ComparedRows> Training, IReadOnlyList<ComparedRows> Holdout)
{
    /// <summary>Splits the answers by their pairs: what is said of a pair is learnt from as a whole, or not at all.</summary>
    /// <param name="rows">Ids (unique) and joined features, in any order.</param>
    /// <param name="preferences">About these rows alone.</param>
    /// <param name="holdoutShare">The probability that a pair is held out.</param>
    /// <exception cref="DataException">No answer prefers a row, or there are too few pairs to hold one out.</exception>
    public static PairSet Of(IReadOnlyList<VectorColumn> columns, IEnumerable<(string Id, float[] Features)> rows, IReadOnlyList<Preference> preferences, double holdoutShare)
    {
        Preference[] compared = [.. preferences.Where(p => p.Answer != PreferenceAnswer.Incomparable)];
        if (compared.Length == 0)
        {
            throw new DataException($"all {preferences.Count} answers are '{PreferenceAnswers.Word(PreferenceAnswer.Incomparable)}', expected some that prefer a row: a score is learnt from those");
        }
        if (compared.All(p => p.Answer == PreferenceAnswer.Equal))
        {
            throw new DataException($"none of the {preferences.Count} answers prefers a row, expected some 'left' or 'right': of equal rows alone every score is as good as another");
        }
        var pairs = compared.GroupBy(p => p.Pair).OrderBy(pair => Trainer.TrainingSets.Holdout.Place(pair.Key.Key)).ThenBy(pair => pair.Key.Key, StringComparer.Ordinal).ToArray();
        if (pairs.Length < 2)
        {
            throw new DataException($"the answers are about {pairs.Length} pair, expected two or more: one of them is held out to measure by; ask for pairs with 'scorer compare'");
        }
        var named = compared.SelectMany(p => new[] { p.Left, p.Right }).ToHashSet(StringComparer.Ordinal);
        LabelledRow[] sorted = [.. rows.Where(row => named.Contains(row.Id)).OrderBy(row => row.Id, StringComparer.Ordinal).Select(row => new LabelledRow(row.Id, row.Features, 0))];
        var places = sorted.Index().ToDictionary(row => row.Item.Id, row => row.Index, StringComparer.Ordinal);
        var held = Math.Clamp(pairs.Count(pair => Trainer.TrainingSets.Holdout.Place(pair.Key.Key) < holdoutShare), 1, pairs.Length - 1);
        return new PairSet(columns, sorted, Of(pairs[held..]), Of(pairs[..held]));

        ComparedRows[] Of(IEnumerable<IGrouping<ComparedPair, Preference>> some) =>
        [
            .. some.SelectMany(pair => pair).OrderBy(p => p.Pair.First, StringComparer.Ordinal).ThenBy(p => p.Pair.Second, StringComparer.Ordinal).ThenBy(p => p.OfFirst)
                .Select(p => new ComparedRows(places[p.Pair.First], places[p.Pair.Second], p.OfFirst)),
        ];
    }
}

/// <summary>An answer about two rows.</summary>
/// <param name="First">Place in <see cref="PairSet.Rows"/>.</param>
/// <param name="Second">That of the other.</param>
/// <param name="Wanted">1 where the first is preferred, 0 where the second is, a half where they are equal.</param>
internal readonly record struct ComparedRows(int First, int Second, double Wanted);
