using ParquetPool.Errors;

namespace ParquetPool.Scorer.Committees;

/// <summary>How large a committee may be, asked before memory is taken.</summary>
internal static class CommitteeSize
{
    private const double MostMaskBits = 1 << 26; // 12 bytes each
    private const double MostSteps = 1 << 19;
    private const double MostLogits = 1 << 20; // of a row

    /// <exception cref="UsageException">So many members of such a model would take gigabytes.</exception>
    public static void Require(MemberProgram program, int members, int classes)
    {
        var units = program.Plans.Sum(p => (double)p.Site.Width);
        Require("units that dropout masks", units, MostMaskBits, members);
        Require("steps", program.Steps.Count, MostSteps, members);
        Require("classes", classes, MostLogits, members);
    }

    private static void Require(string what, double count, double most, int members)
    {
        if (count * members > most)
        {
            throw new UsageException($"--passes {members:N0}: the model has {count:N0} {what}, which allows at most {Math.Floor(most / count):N0} passes: lower --passes");
        }
    }
}
