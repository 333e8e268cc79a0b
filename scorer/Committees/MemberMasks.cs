using ParquetPool.Randomness;

namespace ParquetPool.Scorer.Committees;

/// <summary>Which units a member keeps: a pure function of (seed, site, member, unit).</summary>
/// <remarks>
/// Philox4x32-10 with key (low, high half of the seed) and counter (unit / 4, member, site, 0) gives four words, one a unit;
/// a unit is kept when its word is at least ⌊ratio · 2³²⌋. So masks, and with them the scores, do not depend on batches, threads,
/// shards, restarts or the machine, and every row meets the same masks (consistent masks: Kirsch, van Amersfoort and Gal, "BatchBALD", 2019).
/// </remarks>
public static class MemberMasks
{
    /// <summary>The units of <paramref name="site"/> that <paramref name="member"/> keeps, ascending.</summary>
    public static int[] Kept(ulong seed, DropoutSite site, int member)
    {
        var words = new uint[site.Width];
        Philox.Fill((uint)seed, (uint)(seed >> 32), 0, (uint)member, (uint)site.Ordinal, 0, words);
        var threshold = (uint)Math.Floor(site.Ratio * 4294967296.0);
        return [.. Enumerable.Range(0, words.Length).Where(unit => words[unit] >= threshold)];
    }
}
