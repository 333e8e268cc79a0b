using ParquetPool.Scorer.Models;

namespace ParquetPool.Scorer.Committees;

/// <summary>What the steps of a member cost per row, in multiply-adds of a large product.</summary>
/// <remarks>
/// Measured on one core with AVX-512, tiles of 256 rows: 0.01 ns a multiply-add, 0.13 ns a value of an elementwise operation. Picking single
/// values out of rows takes 2.8 ns each; that is why a gather transposes first and copies whole units.
/// </remarks>
/// <param name="Copied">A value copied to another place, and read there by a product that is laid out for it less well.</param>
internal sealed record CostModel(double Copied)
{
    /// <summary>Members run by ONNX Runtime.</summary>
    public static readonly CostModel Graph = new(Copied: 40);

    /// <summary>Members run on unit vectors, where a copy is a list of places.</summary>
    public static readonly CostModel Units = new(Copied: 0);

    /// <summary>The most memory that cut weights may take, over all members.</summary>
    private const double WeightBudget = 1L << 30;

    /// <summary>A value read, computed on and written.</summary>
    private const double Elementwise = 15;

    /// <summary>The cost of the program for all members; infinite where its weights would not fit.</summary>
    public double Of(MemberProgram program, int members)
    {
        var bytes = members * program.Steps.Sum(WeightBytes);
        return bytes > WeightBudget
            ? double.PositiveInfinity
            : members * program.Steps.Sum(s => Of(s, program.Graph)) + program.SharedSteps.Sum(s => Of(s, program.Graph));
    }

    /// <summary>The numbers that one row of a form has on average.</summary>
    public static double RowSize(Form form, ModelGraph graph) =>
        graph.RowSize(form.Value) * (form.Set is null ? 1 : form.Set.Count / form.Set.Width);

    private double Of(Step step, ModelGraph graph) => step switch
    {
        ProductStep p => p.Product.UnitOperations * Read(p) * Written(p),
        StackStep s => OperationCount.Of(s.Node, graph),
        CopyStep c when OperationCount.Of(c.Node, graph) is > 0 and var operations => operations,
        CopyStep or MaskStep => Elementwise * RowSize(step.Output, graph),
        GatherStep or TransposeStep or JoinStep => Copied * RowSize(step.Output, graph),
        _ => 0,
    };

    private static double WeightBytes(Step step) => sizeof(float) * step switch
    {
        ProductStep p => p.Product.UnitWeights * Read(p) * Written(p),
        StackStep s => (double)s.Product.Weights.Length,
        _ => 0,
    };

    private static double Read(ProductStep step) => step.Input.Set?.Count ?? step.Product.Inputs;

    private static double Written(ProductStep step) => step.Output.Set?.Count ?? step.Product.Outputs;
}
