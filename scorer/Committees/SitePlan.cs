namespace ParquetPool.Scorer.Committees;

/// <summary>How a dropout site is compiled.</summary>
public enum Treatment
{
    /// <summary>Each member multiplies the values by its mask.</summary>
    Multiply,

    /// <summary>Dropped units are cut out of the products before and behind the site.</summary>
    Cut,

    /// <summary>The values before the site are the same for all members: each gathers the units it keeps, and the products behind are cut.</summary>
    Gather,

    /// <summary>The values before the site are the same for all members and one small product lies behind: all members' products are one, side by side.</summary>
    Stack,
}

/// <summary>The treatment of one site and the values that exist only for kept units because of it.</summary>
/// <param name="Before">Values between the cut products and the site.</param>
/// <param name="Behind">Values between the site and the cut products; they lie transposed, [unit, row], when the site gathers.</param>
internal sealed record SitePlan(DropoutSite Site, Treatment Treatment, IReadOnlySet<string> Before, IReadOnlySet<string> Behind)
{
    public bool Transposed => Treatment == Treatment.Gather;
}
