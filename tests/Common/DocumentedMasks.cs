using ParquetPool.Randomness;

namespace ParquetPool.Tests;

/// <summary>The masks as MemberMasks' remarks describe them, one unit at a time.</summary>
internal static class DocumentedMasks
{
    public static bool KeepsIndependently(ulong seed, int site, int member, int unit, float ratio) => Word(seed, site, member, unit, 0) >= ratio * 4294967296.0;

    public static bool KeepsBalanced(ulong seed, int site, int member, int unit, float ratio, int members)
    {
        var before = Enumerable.Range(0, members).OrderBy(m => Word(seed, site, m, unit, 0)).TakeWhile(m => m != member).Count();
        return before >= (int)Math.Floor(Math.Round((double)ratio * members, 4) + Word(seed, site, 0, unit, 1) / 4294967296.0);
    }

    private static uint Word(ulong seed, int site, int member, int unit, uint purpose)
    {
        var words = new uint[4];
        Philox.Fill((uint)seed, (uint)(seed >> 32), (uint)unit / 4, (uint)member, (uint)site, purpose, words);
        return words[unit % 4];
    }
}
