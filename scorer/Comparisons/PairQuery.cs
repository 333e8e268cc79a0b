using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ParquetPool.Preferences;
using ParquetPool.Randomness;
using ParquetPool.Scorer.Acquisition;

namespace ParquetPool.Scorer.Comparisons;

/// <summary>The pairs that people are asked about.</summary>
/// <remarks>
/// By variance they are drawn in proportion to it: the pairs of the highest variance are those of a few rows that the members rank apart in the same one or two
/// ways, so the answers to many of them tell little more than the answer to one.
/// </remarks>
internal static class PairQuery
{
    /// <summary>Chooses pairs of rows by a strategy.</summary>
    /// <param name="rows">In the order of their ids.</param>
    /// <param name="answered">Pairs that are not asked for again.</param>
    public static IReadOnlyList<AskedPair> Of(IReadOnlyList<ComparedRow> rows, PairStrategy strategy, CompareOptions options, IEnumerable<ComparedPair> answered, CancellationToken stopping)
    {
        var members = rows.Count > 0 ? rows[0].Scores.Length : 0;
        var preferences = members > 0 ? new MemberPreferences([.. rows.SelectMany(row => row.Scores)], members) : null;
        var places = rows.Index().ToDictionary(row => row.Item.Id, row => row.Index, StringComparer.Ordinal);
        var closed = answered.Where(pair => places.ContainsKey(pair.First) && places.ContainsKey(pair.Second)).Select(pair => (places[pair.First], places[pair.Second])).ToHashSet();
        var chosen = PairChoice.Of(rows.Count, strategy == PairStrategy.Random ? Draws(rows, options.Seed, Purpose.DrawnPairs) : ByVariance(preferences!, Draws(rows, options.Seed, Purpose.PairNoise)), options.Top, options.PerRow, closed, stopping);
        return [.. chosen.Select(pair => Asked(rows[pair.First], rows[pair.Second], preferences?.Of(pair.First, pair.Second), options.Seed))];
    }

    /// <summary>The pair with the rows on the sides that a draw gives them, so that a liking for one side teaches nothing of the rows.</summary>
    private static AskedPair Asked(ComparedRow first, ComparedRow second, (double Mean, double Variance)? preference, ulong seed) =>
        RandomScore.Of(seed, ComparedPair.Of(first.Id, second.Id).Key, Purpose.PairSides) < 0.5
            ? new AskedPair(first, second, preference?.Mean, preference?.Variance)
            : new AskedPair(second, first, 1 - preference?.Mean, preference?.Variance);

    private static Func<int, int, double> ByVariance(MemberPreferences preferences, Func<int, int, double> draws) =>
        (first, second) => PowerKey.Of(preferences.Of(first, second).Variance, draws(first, second));

    /// <summary>A number in [0, 1) of each pair that depends on its ids, the seed and the purpose alone.</summary>
    private static Func<int, int, double> Draws(IReadOnlyList<ComparedRow> rows, ulong seed, Purpose purpose)
    {
        var keys = rows.Select(row => BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(row.Id)))).ToArray();
        return (first, second) =>
        {
            Span<uint> words = stackalloc uint[2];
            var (a, b) = (keys[first], keys[second]);
            Philox.Fill(seed ^ a, purpose, (uint)(a >> 32), (uint)b, (uint)(b >> 32), words);
            return ((((ulong)words[0] << 32) | words[1]) >> 11) * (1.0 / (1UL << 53));
        };
    }
}

/// <summary>Two rows that people are shown side by side.</summary>
/// <param name="Preference">The committee's probability that the left one is preferred; null where there is none.</param>
/// <param name="Variance">Of that among the members.</param>
internal sealed record AskedPair(ComparedRow Left, ComparedRow Right, double? Preference, double? Variance);
