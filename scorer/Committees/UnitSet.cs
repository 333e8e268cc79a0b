namespace ParquetPool.Scorer.Committees;

/// <summary>Units of a value that differ from member to member: those that dropout leaves, and what each is multiplied by.</summary>
/// <remarks>
/// A unit is an element of a row, or a channel of a feature map. Channels are kept in blocks of 16 where that adds little: convolutions take
/// them so, and a dropped channel that fills a block has factor 0. Sets are equal only when they are the same object.
/// </remarks>
internal sealed class UnitSet
{
    private const int ChannelBlock = 16;

    /// <summary>What a convolution of whole blocks costs against one of any number of channels.</summary>
    private const double BlockGain = 0.6;

    private readonly Func<Member, float[]> factors;
    private readonly Func<Member, int[]> kept;
    private readonly Dictionary<(int From, int Width), UnitSet?> slices = [];

    private UnitSet(int width, double count, Func<Member, float[]> factors, Func<Member, int[]> kept) =>
        (Width, Count, this.factors, this.kept) = (width, count, factors, kept);

    /// <summary>The units there are.</summary>
    public int Width { get; }

    /// <summary>How many a member keeps on average.</summary>
    public double Count { get; }

    /// <summary>Where this set came from by <see cref="Repeat"/>.</summary>
    public UnitSet? Repeated { get; private init; }

    /// <summary>Whether any part of these units can be computed alone.</summary>
    public bool IsDivisible { get; private init; }

    /// <summary>The units that a site keeps.</summary>
    /// <param name="divisible">See <see cref="IsDivisible"/>.</param>
    public static UnitSet Of(DropoutSite site, bool divisible) =>
        new(site.Width, site.Width * (1.0 - site.Ratio), m => m.Factors[site], m => Kept(m.Factors[site], site.DropsChannels)) { IsDivisible = divisible };

    /// <summary>The sets of several values that are joined side by side; null stands for all units of a value.</summary>
    /// <param name="channels">Whether the units are channels of feature maps.</param>
    public static UnitSet Join(IReadOnlyList<(UnitSet? Set, int Width)> parts, bool channels)
    {
        var joined = new UnitSet(
            parts.Sum(p => p.Width),
            parts.Sum(p => p.Set?.Count ?? p.Width),
            m => [.. parts.SelectMany(p => p.Set?.Factors(m) ?? Enumerable.Repeat(1f, p.Width))],
            m => [.. parts.SelectMany((p, i) => (p.Set?.Kept(m) ?? Enumerable.Range(0, p.Width)).Select(u => u + parts.Take(i).Sum(q => q.Width)))])
        {
            IsDivisible = !channels && parts.All(p => p.Set?.IsDivisible ?? true),
        };
        var from = 0;
        foreach (var (set, width) in parts)
        {
            joined.slices[(from, width)] = set;
            from += width;
        }
        return joined;
    }

    /// <summary>The units that both sets keep.</summary>
    public UnitSet And(UnitSet other, bool channels)
    {
        float[] Both(Member m) => [.. Factors(m).Zip(other.Factors(m), (a, b) => a * b)];
        return new UnitSet(Width, Count * other.Count / Width, Both, m => Kept(Both(m), channels)) { IsDivisible = true };
    }

    /// <summary>The set in which <paramref name="times"/> neighbours stand for each unit of this one.</summary>
    public UnitSet Repeat(int times) => new(
        Width * times,
        Count * times,
        m => [.. Factors(m).SelectMany(f => Enumerable.Repeat(f, times))],
        m => [.. Kept(m).SelectMany(u => Enumerable.Range(u * times, times))])
    {
        Repeated = this,
    };

    /// <summary>The part that lies in a range of units, counted from its start; null for all of them.</summary>
    public UnitSet? Slice(int from, int width)
    {
        if (!slices.TryGetValue((from, width), out var slice))
        {
            slices[(from, width)] = slice = new UnitSet(
                width,
                Count * width / Width,
                m => Factors(m)[from..(from + width)],
                m => [.. Kept(m).Where(u => u >= from && u < from + width).Select(u => u - from)]);
        }
        return slice;
    }

    /// <summary>What a member multiplies each unit by, 0 for those it drops; [unit].</summary>
    public float[] Factors(Member member) => factors(member);

    /// <summary>The units that a member computes, ascending: all with a factor other than 0, and at least one.</summary>
    public int[] Kept(Member member)
    {
        if (!member.Kept.TryGetValue(this, out var units))
        {
            member.Kept[this] = units = kept(member);
        }
        return units;
    }

    private static int[] Kept(float[] factors, bool channels)
    {
        var kept = Enumerable.Range(0, factors.Length).Where(u => factors[u] != 0).DefaultIfEmpty(0).ToList();
        var blocks = Math.Min(factors.Length, (kept.Count + ChannelBlock - 1) / ChannelBlock * ChannelBlock);
        if (channels && blocks * BlockGain <= kept.Count)
        {
            kept.AddRange(Enumerable.Range(0, factors.Length).Except(kept).Take(blocks - kept.Count).ToList());
            kept.Sort();
        }
        return [.. kept];
    }
}

/// <summary>One member while it is written.</summary>
/// <param name="Factors">What it multiplies each unit of a site by.</param>
/// <param name="Kept">The units of the sets asked for so far.</param>
internal sealed record Member(IReadOnlyDictionary<DropoutSite, float[]> Factors, Dictionary<UnitSet, int[]> Kept);
