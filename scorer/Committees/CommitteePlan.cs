namespace ParquetPool.Scorer.Committees;

/// <summary>A dropout site and how it was compiled.</summary>
/// <param name="Shared">Whether the values before it are the same for all members.</param>
/// <param name="Multiplied">Whether members multiply by their masks, for all that is behind or for a part of it.</param>
public sealed record SiteTreatment(DropoutSite Site, Treatment Treatment, bool Shared, bool Multiplied);

/// <summary>What the compiler made of a model.</summary>
/// <param name="Operations">Multiply-adds of the products per row, for all members.</param>
/// <param name="PassOperations">Multiply-adds of the products per row of one plain pass.</param>
public sealed record CommitteePlan(IReadOnlyList<SiteTreatment> Sites, int Members, double Operations, double PassOperations)
{
    /// <summary>The share of the operations that as many plain passes would take.</summary>
    public double Share => Operations / (Members * PassOperations);
}
