using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Models;
using ParquetPool.Scorer.Outputs;
using ParquetPool.Scorer.Programs;
using ParquetPool.Sessions;

namespace ParquetPool.Scorer.Committees;

/// <summary>A model compiled into a Monte-Carlo-dropout committee.</summary>
/// <remarks>
/// Gal and Ghahramani, "Dropout as a Bayesian approximation" (2016). Inference runs in tiles of <see cref="TileRows"/> rows, a number that
/// depends on the model alone, because a product's rounding may depend on its shape. Runs may overlap, each with its own <see cref="CommitteeRun"/>.
/// </remarks>
internal sealed class Committee : IDisposable
{
    private const int LargestTile = 256;
    private const int SmallestTile = 16;
    private const double TileFloats = 1 << 20;
    private readonly ModelSession session;
    private readonly UnitProgram? program;
    private readonly ModelSession? losses; // of the same inputs
    private readonly int pieceRows; // rows of one run of the session

    private Committee(ModelSession session, UnitProgram? program, ModelSession? losses, IReadOnlyList<FeatureInput> inputs, CommitteePlan plan, StochasticModel model, int passes)
    {
        (this.session, this.program, this.losses, pieceRows) = (session, program, losses, TileFor(model.Graph));
        (Inputs, Plan, Passes, Classes, Output) = (inputs, plan, passes, model.Classes, model.Output);
        TileRows = program is null ? pieceRows : Math.Max(pieceRows, UnitProgram.RowMultiple);
    }

    public IReadOnlyList<FeatureInput> Inputs { get; }

    public CommitteePlan Plan { get; }

    /// <summary>Passes with dropout; 0 for a single prediction without.</summary>
    public int Passes { get; }

    /// <summary>Those that give logits: as many as there are passes, and one where there are none.</summary>
    public int Members => MembersOf(Passes);

    public int Classes { get; }

    public int TileRows { get; }

    /// <summary>The output that is scored and what it holds.</summary>
    public ScoreOutput Output { get; }

    /// <summary>Whether runs give a predicted loss for each row.</summary>
    public bool PredictsLosses => losses is not null;

    /// <summary>Compiles the committee.</summary>
    /// <param name="passes">Members; 0 gives one member with dropout off.</param>
    /// <param name="seed">Chooses the masks.</param>
    /// <param name="masks">How they are drawn.</param>
    /// <param name="predictLosses">Whether runs give predicted losses too, if the model has such an output.</param>
    /// <exception cref="DataException">The model cannot be scored, or passes are asked for and no dropout is active.</exception>
    /// <exception cref="UsageException">So many passes would take too much memory, or the package names an output that the model has not.</exception>
    public static Committee Compile(ModelPackage package, IReadOnlyList<FeatureInput> inputs, int passes, ulong seed, MaskKind masks = MaskKind.Balanced, Device device = default, bool predictLosses = false) =>
        DeepStack.Run(() => CompileHere(package, inputs, passes, seed, masks, device, predictLosses));

    private static Committee CompileHere(ModelPackage package, IReadOnlyList<FeatureInput> inputs, int passes, ulong seed, MaskKind masks, Device device, bool predictLosses)
    {
        var model = StochasticModel.Read(package, inputs.ToDictionary(i => i.Name, i => i.Dims.ToArray()));
        if (passes > 0 && passes < model.Networks.Count)
        {
            throw new UsageException($"--passes is {passes}, the model holds {model.Networks.Count} networks, expected as many passes at least, or 0 for the mean of all with dropout off: member 1 is of the first network, 2 of the second and so on");
        }
        if (passes > 0 && model.Sites.Count == 0)
        {
            throw new DataException($"{package.Path} has no active dropout, so all members would agree and BALD would be 0 for every row: publish it with dropout active, or score a single prediction with --passes 0 --rank-by entropy");
        }
        var committee = Compile(model, predictLosses ? LossSession(package, device) : null, inputs, passes, seed, masks, device);
        try
        {
            CommitteeProof.Require(committee, model, package);
            return committee;
        }
        catch
        {
            committee.Dispose();
            throw;
        }
    }

    private static Committee Compile(StochasticModel model, ModelSession? losses, IReadOnlyList<FeatureInput> inputs, int passes, ulong seed, MaskKind masks, Device device)
    {
        if (passes > 0 && device.IsCpu && CompileUnits(model, losses, inputs, passes, seed, masks) is { } onUnits)
        {
            return onUnits;
        }
        var programs = passes == 0 ? [new MemberProgram(model.WithoutDropout(), [])] : Planned(model, passes, CostModel.Graph);
        var (graph, _, operations) = CommitteeCompiler.Compile(programs, model.Classes, MembersOf(passes), seed, masks);
        return new Committee(new ModelSession(graph, new SessionSettings(device)), null, losses, inputs, CommitteePlan.Of(programs, MembersOf(passes), operations, onUnits: false), model, passes);
    }

    /// <summary>[network]: what each of its members does.</summary>
    private static IReadOnlyList<MemberProgram> Planned(StochasticModel model, int passes, CostModel costs)
    {
        var apart = model.Apart;
        return [.. apart.Select((network, first) =>
        {
            var program = SitePlanner.Plan(network, CommitteeCompiler.MembersOf(first, apart.Count, passes), costs);
            CommitteeSize.Require(program, passes, model.Classes);
            return program;
        })];
    }

    /// <summary>The part of the model that predicts losses, dropout off; null where there is none.</summary>
    private static ModelSession? LossSession(ModelPackage package, Device device) =>
        package.Model.Graph.Output.FirstOrDefault(o => o.Name == CommitteeRun.PredictedLoss) is not { } output ? null
        : ModelFile.Dims(output) is [_, 1] ? new ModelSession(DropoutSwitch.Off(WithoutDraws(GraphPart.Of(package.Model, output.Name), package.Path)), new SessionSettings(device))
        : throw new DataException($"{package.Path}: output '{output.Name}' has shape [{string.Join(", ", ModelFile.Dims(output))}], expected [-1 (the batch), 1]: export one number per row, or under another name");

    /// <summary>The model, in which nothing but dropout may be random; that is switched off.</summary>
    private static ModelProto WithoutDraws(ModelProto model, string path)
    {
        RandomOperators.Refuse(model, path);
        return model;
    }

    /// <summary>The committee whose members run on unit vectors, or null where they cannot.</summary>
    private static Committee? CompileUnits(StochasticModel model, ModelSession? losses, IReadOnlyList<FeatureInput> inputs, int passes, ulong seed, MaskKind masks)
    {
        var programs = Planned(model, passes, CostModel.Units);
        var (graph, shared, operations) = CommitteeCompiler.Compile(programs, model.Classes, passes, seed, masks);
        return UnitProgramCompiler.Compile(graph, shared, inputs.ToDictionary(i => i.Name, i => i.Dims.ToArray()), model.Classes) is { } units
            ? new Committee(new ModelSession(units.Shared), units, losses, inputs, CommitteePlan.Of(programs, passes, operations, onUnits: true), model, passes)
            : null;
    }

    /// <summary>Buffers for one thread's runs.</summary>
    public CommitteeRun NewRun() => new(session, program, losses, this, pieceRows);

    /// <inheritdoc/>
    public void Dispose()
    {
        session.Dispose();
        losses?.Dispose();
    }

    private static int MembersOf(int passes) => Math.Max(1, passes);

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
