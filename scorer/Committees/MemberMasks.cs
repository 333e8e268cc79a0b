using ParquetPool.Randomness;

namespace ParquetPool.Scorer.Committees;

/// <summary>Which units a member keeps: a pure function of (seed, site, member, unit) and, for balanced masks, the number of members.</summary>
/// <remarks>
/// Philox4x32-10 with key (low, high half of the seed) and counter (unit / 4, member, site, 0) gives four words, one a unit.
/// Independent: a unit is kept when its word is at least ⌊ratio · 2³²⌋.
/// Balanced: a unit is dropped in the n members with the smallest words, of equal ones in the first; n = ⌊share + word / 2³²⌋ with
/// share = ratio · members, rounded to four decimals (half to even), and the unit's word of counter (unit / 4, 0, site, 1). So n is the
/// share where that is a whole number and one of its two neighbours otherwise. Each member alone is dropout as before, but a unit's
/// share of the mean no longer varies. A member's balanced masks depend on the number of members.
/// Masks, and with them the scores, do not depend on batches, threads, shards, restarts or the machine, and every row meets the same
/// masks (consistent masks: Kirsch, van Amersfoort and Gal, "BatchBALD", 2019).
/// </remarks>
internal static class MemberMasks
{
    private const double WordValues = 4294967296.0;

    /// <summary>The units of <paramref name="site"/> that each member keeps, [member][...], ascending.</summary>
    public static int[][] Kept(ulong seed, DropoutSite site, int members, MaskKind masks)
    {
        var words = Enumerable.Range(0, members).Select(member => Words(seed, site, (uint)member, Purpose.MemberMasks)).ToArray();
        if (masks == MaskKind.Independent)
        {
            var threshold = (uint)Math.Floor(site.Ratio * WordValues);
            return [.. words.Select(w => Units(site, unit => w[unit] >= threshold))];
        }
        var dropped = Balanced(site, words, Words(seed, site, member: 0, Purpose.MaskShares));
        return [.. dropped.Select(d => Units(site, unit => !d[unit]))];
    }

    /// <summary>Which units each member drops, [member][unit].</summary>
    private static bool[][] Balanced(DropoutSite site, uint[][] words, uint[] remainders)
    {
        var dropped = words.Select(w => new bool[w.Length]).ToArray();
        var share = Math.Round((double)site.Ratio * words.Length, 4);
        var order = new ulong[words.Length];
        for (var unit = 0; unit < site.Width; unit++)
        {
            for (var member = 0; member < words.Length; member++)
            {
                order[member] = (ulong)words[member][unit] << 32 | (uint)member;
            }
            Array.Sort(order);
            var count = (int)Math.Floor(share + remainders[unit] / WordValues);
            foreach (var entry in order.AsSpan(0, count))
            {
                dropped[(uint)entry][unit] = true;
            }
        }
        return dropped;
    }

    private static uint[] Words(ulong seed, DropoutSite site, uint member, Purpose purpose)
    {
        var words = new uint[site.Width];
        Philox.Fill(seed, purpose, 0, member, (uint)site.Ordinal, words);
        return words;
    }

    private static int[] Units(DropoutSite site, Func<int, bool> kept) => [.. Enumerable.Range(0, site.Width).Where(kept)];
}

/// <summary>How the masks of a committee's members are drawn; see <see cref="MemberMasks"/>.</summary>
public enum MaskKind
{
    /// <summary>Each unit is dropped in exactly its share of the members.</summary>
    Balanced,

    /// <summary>Each member's masks are drawn alone.</summary>
    Independent,
}
