namespace ParquetPool.Scorer.Committees;

/// <summary>How a dropout site is compiled.</summary>
public enum Treatment
{
    /// <summary>Each member multiplies the values by its mask.</summary>
    Multiply,

    /// <summary>Dropped units are cut out of the products or convolutions before and behind the site.</summary>
    Cut,

    /// <summary>All units are computed before the site; each member gathers those it keeps, and the products behind are cut.</summary>
    Gather,

    /// <summary>The values before the site are the same for all members and one small product lies behind: all members' products are one, side by side.</summary>
    Stack,
}

/// <summary>The treatment of one site.</summary>
internal sealed record SitePlan(DropoutSite Site, Treatment Treatment);
