using System.CommandLine;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Scorer.Outputs;

namespace ParquetPool.Scorer.Committees;

/// <summary><c>scorer inspect</c></summary>
internal static class InspectCommand
{
    private const int DefaultPasses = 20;

    private static readonly Argument<string> Model = PathArgument.Of("MODEL", "A round's folder, a task's folder or an ONNX file.");

    private static readonly Option<int> Passes = new("--passes") { Description = "Committee members to plan for.", DefaultValueFactory = _ => DefaultPasses };

    public static Command Create() => new Command(
        "inspect",
        """
        Shows a model's inputs, outputs and dropout sites, how the committee is compiled, and what a row costs against plain passes.

        Example:
          scorer inspect models/fashion
        """)
    {
        Arguments = { Model },
        Options = { Passes, OutputOptions.Name, OutputOptions.Kind },
    }.Runs((parse, _) =>
    {
        var passes = parse.GetValue(Passes);
        OptionRange.AtLeast(1).Require("--passes", passes);
        var inspection = Inspection.Of(parse.GetRequiredValue(Model), passes, OutputOptions.Of(parse));
        var summary = new
        {
            command = "inspect",
            inspection.Sha256,
            output = inspection.Scores.Name,
            outputKind = OutputKinds.NameOf(inspection.Scores.Kind),
            dropoutSites = inspection.Plan?.Sites.Count ?? 0,
            operationsPerRow = inspection.Plan?.Operations,
            share = inspection.Plan?.Share,
        };
        CommandContext.Summarise(summary, inspection.Lines());
        return Task.FromResult(ExitCode.Success);
    }, Model);
}
