using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Sessions;

namespace ParquetPool.Scorer.Committees;

/// <summary>A model compiled into a Monte-Carlo-dropout committee.</summary>
/// <remarks>
/// Gal and Ghahramani, "Dropout as a Bayesian approximation" (2016). Inference runs in tiles of <see cref="TileRows"/> rows, a number that
/// depends on the model alone, because a product's rounding may depend on its shape. Runs may overlap, each with its own <see cref="CommitteeRun"/>.
/// </remarks>
public sealed class Committee : IDisposable
{
    private const int LargestTile = 256;
    private const int SmallestTile = 16;
    private const double TileFloats = 1 << 20;
    private readonly ModelSession session;

    private Committee(ModelSession session, IReadOnlyList<FeatureInput> inputs, CommitteePlan plan, int members, int classes, int tileRows) =>
        (this.session, Inputs, Plan, Members, Classes, TileRows) = (session, inputs, plan, members, classes, tileRows);

    public IReadOnlyList<FeatureInput> Inputs { get; }

    public CommitteePlan Plan { get; }

    public int Members { get; }

    public int Classes { get; }

    public int TileRows { get; }

    /// <summary>Compiles the committee.</summary>
    /// <param name="passes">Members; 0 gives one member with dropout off.</param>
    /// <param name="seed">Chooses the masks.</param>
    /// <param name="masks">How they are drawn.</param>
    /// <exception cref="DataException">The model cannot be scored, or passes are asked for and no dropout is active.</exception>
    public static Committee Compile(ModelPackage package, IReadOnlyList<FeatureInput> inputs, int passes, ulong seed, MaskKind masks = MaskKind.Balanced, Device device = Device.Cpu)
    {
        var model = StochasticModel.Read(package, inputs.ToDictionary(i => i.Name, i => i.Dims.ToArray()));
        if (passes > 0 && model.Sites.Count == 0)
        {
            throw new DataException($"{package.Path} has no active dropout, so all members would agree and BALD would be 0 for every row: publish it with dropout active, or score a single prediction with --passes 0 --rank-by entropy");
        }
        var members = Math.Max(1, passes);
        var program = passes == 0 ? new MemberProgram(model.WithoutDropout(), []) : SitePlanner.Plan(model, passes);
        var (compiled, operations) = CommitteeCompiler.Compile(program, model.Classes, members, seed, masks);
        var sites = program.Plans.Select(p => new SiteTreatment(p.Site, p.Treatment, program.IsShared(p.Site.Input), program.IsMultiplied(p.Site)));
        var plan = new CommitteePlan([.. sites], members, operations, OperationCount.PlainPass(model.Graph));
        return new Committee(new ModelSession(compiled, new SessionSettings(device)), inputs, plan, members, model.Classes, TileFor(model.Graph));
    }

    /// <summary>Buffers for one thread's runs.</summary>
    public CommitteeRun NewRun() => new(session, this);

    /// <inheritdoc/>
    public void Dispose() => session.Dispose();

    /// <summary>The largest power of two for which the widest value of a tile stays within a few megabytes.</summary>
    private static int TileFor(ModelGraph graph)
    {
        var widest = graph.Nodes.SelectMany(n => n.Output).Where(o => o.Length > 0)
            .Select(o => graph.Shapes[o]).Where(s => s is [-1, ..])
            .Select(s => s.Skip(1).Aggregate(1.0, (a, d) => a * Math.Abs(d)))
            .DefaultIfEmpty(1).Max();
        return Math.Clamp((int)Math.Pow(2, Math.Floor(Math.Log2(TileFloats / widest))), SmallestTile, LargestTile);
    }
}
