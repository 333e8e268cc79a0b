using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Models;

namespace ParquetPool.Scorer.Committees;

/// <summary>A form in which a value of the model exists in the compiled graph.</summary>
/// <param name="Set">The units there are, counted along axis 1; null for all.</param>
/// <param name="Raw">Whether the factors of the units kept are still to be multiplied in, as a product behind does with its weights.</param>
/// <param name="Transposed">Whether it lies [unit, row].</param>
internal sealed record Form(string Value, UnitSet? Set = null, bool Raw = false, bool Transposed = false);

/// <summary>One operation of a member.</summary>
internal abstract record Step(Form Output);

/// <summary>A node of the model on other inputs.</summary>
/// <param name="Inputs">In the order of the node; null leaves a constant, or nothing, as it is.</param>
/// <param name="CutAxes">The axes along which constants are cut to the output's units, by input.</param>
internal sealed record CopyStep(NodeProto Node, IReadOnlyList<Form?> Inputs, IReadOnlyDictionary<int, int> CutAxes, Form Output) : Step(Output)
{
    /// <summary>What the graphs inside the node read of the graph around it.</summary>
    public IReadOnlyList<Form> Captured { get; init; } = [];
}

/// <summary>A product that reads only the units there are of its input and writes only those of its output.</summary>
internal sealed record ProductStep(NodeProto Node, Product Product, Form Input, Form Output) : Step(Output);

/// <summary>The member's share of the one product of all members.</summary>
internal sealed record StackStep(NodeProto Node, Product Product, DropoutSite Site, Form Output) : Step(Output);

/// <summary>Picks units out of a value that has all.</summary>
internal sealed record GatherStep(Form Input, Form Output) : Step(Output);

/// <summary>Swaps rows and units.</summary>
internal sealed record TransposeStep(Form Input, Form Output) : Step(Output);

/// <summary>Multiplies by a site's mask.</summary>
internal sealed record MaskStep(DropoutSite Site, Form Input, Form Output) : Step(Output);

/// <summary>Lays one row's values out in the shape of the output.</summary>
internal sealed record ReshapeStep(Form Input, Form Output) : Step(Output);

/// <summary>Joins units side by side.</summary>
internal sealed record JoinStep(IReadOnlyList<Form> Inputs, Form Output) : Step(Output);
