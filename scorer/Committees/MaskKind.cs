namespace ParquetPool.Scorer.Committees;

/// <summary>How the masks of a committee's members are drawn; see <see cref="MemberMasks"/>.</summary>
public enum MaskKind
{
    /// <summary>Each unit is dropped in exactly its share of the members.</summary>
    Balanced,

    /// <summary>Each member's masks are drawn alone.</summary>
    Independent,
}
