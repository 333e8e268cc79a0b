using ParquetPool.Scorer.Models;

namespace ParquetPool.Scorer.Committees;

/// <summary>A dropout site and how it was compiled.</summary>
/// <param name="Shared">Whether the values before it are the same for all members.</param>
/// <param name="Multiplied">Whether members multiply by their masks, for all that is behind or for a part of it.</param>
internal sealed record SiteTreatment(DropoutSite Site, Treatment Treatment, bool Shared, bool Multiplied);

/// <summary>What the compiler made of a model.</summary>
/// <param name="Operations">Multiply-adds of the products per row, for all members.</param>
/// <param name="PassOperations">Multiply-adds of the products per row of one plain pass; of one network where there are several.</param>
/// <param name="OnUnits">Whether the members run on unit vectors, behind a graph of what they share, instead of in one graph with it.</param>
internal sealed record CommitteePlan(IReadOnlyList<SiteTreatment> Sites, int Members, double Operations, double PassOperations, bool OnUnits)
{
    internal static CommitteePlan Of(IReadOnlyList<MemberProgram> networks, int members, double operations, bool onUnits) => new(
        [.. networks.SelectMany(program => program.Plans, (program, p) => new SiteTreatment(p.Site, p.Treatment, program.IsShared(p.Site.Input), program.IsMultiplied(p.Site)))],
        members, operations, OperationCount.PlainPass(networks[0].Graph) / networks.Count, onUnits);

    /// <summary>The share of the operations that as many plain passes would take; 1 where the model has no products that are counted.</summary>
    public double Share => PassOperations > 0 ? Operations / (Members * PassOperations) : 1;
}
