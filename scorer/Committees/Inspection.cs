using System.Text.Json.Serialization;
using ParquetPool.Contract;
using ParquetPool.Graphs;
using ParquetPool.Scorer.Models;
using ParquetPool.Scorer.Outputs;

namespace ParquetPool.Scorer.Committees;

/// <summary>What <c>scorer inspect</c> finds in a model.</summary>
/// <param name="Plan">Null where no dropout is active.</param>
/// <param name="Suggestion">The command that would score a pool with it.</param>
internal sealed record Inspection(
    string Model,
    string Sha256,
    string? Task,
    int? Round,
    long Opset,
    IReadOnlyList<ModelInput> Inputs,
    IReadOnlyList<ModelOutput> Outputs,
    ScoreOutput Scores,
    int Passes,
    CommitteePlan? Plan,
    string Suggestion)
{
    private const int MostClasses = 20;

    /// <summary>What is assumed of the dropout; null where the model says it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Assumed { get; init; }

    /// <summary>Reads and compiles the model as <c>scorer score</c> would.</summary>
    /// <exception cref="Errors.DataException">The model cannot be scored; the message says why.</exception>
    public static Inspection Of(string path, int passes, OutputChoice choice = default) => DeepStack.Run(() => OfHere(path, passes, choice));

    private static Inspection OfHere(string path, int passes, OutputChoice choice)
    {
        var package = ModelPackage.Open(path).With(choice);
        var inputs = FeatureInput.Declared(package);
        var active = StochasticModel.Read(package, inputs.ToDictionary(i => i.Name, i => i.Dims.ToArray())).Sites.Count > 0;
        using var committee = Committee.Compile(package, inputs, active ? passes : 0, seed: 0);
        var columns = package.Manifest is null ? $" --features {string.Join(' ', inputs.Select(_ => "COLUMN"))}" : "";
        var said = (package.Manifest is null && choice.Name is { } name ? $" --output {name}" : "") + (package.Manifest is null && choice.Kind is { } kind ? $" --output-kind {OutputKinds.NameOf(kind)}" : "");
        var single = active ? "" : " --passes 0 --rank-by entropy";
        return new Inspection(
            Model: package.Path,
            Sha256: package.Sha256,
            Task: package.Manifest?.Task,
            Round: package.Manifest?.Round,
            Opset: ModelFile.Opset(package.Model),
            Inputs: package.Manifest?.Inputs ?? [.. inputs.Select(i => new ModelInput(i.Name, [i.Name], i.Dims))],
            Outputs: [.. package.Model.Graph.Output.Select(o => new ModelOutput(o.Name, ModelFile.Dims(o)))],
            Scores: committee.Output,
            Passes: passes,
            Plan: active ? committee.Plan : null,
            Suggestion: $"scorer score --model {path} --pool SHARDS{columns}{said}{single} --out scored")
        { Assumed = EarlyDropout.Assumed(package.Model) };
    }

    /// <summary>The findings for a reader, line by line.</summary>
    public IEnumerable<string> Lines()
    {
        yield return $"model     {Model}";
        yield return Task is null ? "package   none: a bare ONNX file" : $"package   task {Task}, round {Round}";
        yield return $"opset     {Opset}";
        foreach (var input in Inputs)
        {
            yield return $"input     {input.Name} [{string.Join(", ", input.Dims)}] from {string.Join(" + ", input.Columns)}{(input.Missing == ModelInput.NaN ? ", which a row may lack" : "")}";
        }
        foreach (var output in Outputs)
        {
            yield return $"output    {output.Name} [{string.Join(", ", output.Dims)}]";
        }
        yield return $"scores    {Scores.Name} holds {Scores.Reason}";
        if (Scores.Classes is { } classes)
        {
            yield return $"classes   {string.Join(", ", classes.Take(MostClasses))}{(classes.Count > MostClasses ? $" and {classes.Count - MostClasses} more" : "")}, as the model states";
        }
        if (Plan is null)
        {
            yield return "dropout   none is active: only single predictions can be scored";
        }
        else
        {
            foreach (var site in Plan.Sites)
            {
                yield return FormattableString.Invariant($"dropout   {site.Site.Node}: {site.Site.Width} {(site.Site.BatchAxis < 0 ? "weights" : site.Site.DropsChannels ? "channels" : "units")}, ratio {site.Site.Ratio:0.###}, {Explain(site)}");
            }
            if (Assumed is { } assumed)
            {
                yield return $"dropout   {assumed}";
            }
            yield return Plan.OnUnits
                ? "members   run on unit vectors, each row in a lane, behind a graph of what they share"
                : "members   run in one graph: they hold operators that have no steps on unit vectors, or there is but one";
            yield return FormattableString.Invariant($"cost      {Plan.Operations:N0} multiply-adds a row for {Passes} members, {Passes} plain passes take {Passes * Plan.PassOperations:N0}: {Plan.Share:P1}");
        }
        yield return $"next      {Suggestion}";
    }

    private static string Explain(SiteTreatment site) => site.Treatment switch
    {
        Treatment.Multiply => "multiplied: each member multiplies by its mask",
        Treatment.Cut => "cut: dropped units are left out of the products before and behind",
        Treatment.Stack => "stacked: computed once for all members up to here, and all members' products behind are one",
        _ when site.Shared => "shared before: computed once for all members, each gathers the units it keeps and the products behind are cut",
        _ => "gathered: each member computes all units, gathers those it keeps and the products behind are cut",
    } + (site.Treatment != Treatment.Multiply && site.Multiplied ? "; where all units are read, each member multiplies by its mask" : "");
}
