using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Scorer.Outputs;

/// <summary>Chooses the output that holds the scores of a model's classes, where that is certain.</summary>
internal sealed class OutputCandidates(ModelPackage package, OutputTrace trace)
{
    private const string Logits = "logits";
    /// <summary>The output whose vectors are compared.</summary>
    public const string Embedding = "embedding";

    private const string PredictedLoss = "predicted_loss";
    private static readonly string[] ScoreWords = ["logit", "score", "prob", "pred", "class", "softmax", "sigmoid"];

    /// <summary>The output and why it is this one.</summary>
    /// <exception cref="DataException">No output, or more than one, can hold the scores; the message names them.</exception>
    public (string Output, string Reason) Choose()
    {
        var outputs = package.Model.Graph.Output;
        if (package.Output.Name is { } named)
        {
            return IsValue(named)
                ? (named, package.Manifest?.Scores?.Output == named ? "its manifest names it" : "named by --output")
                : throw new UsageException($"--output {named}: the model has no such output, expected one of {List(outputs.Select(o => o.Name))}");
        }
        if (outputs.Any(o => o.Name == Logits))
        {
            return (Logits, outputs.Count == 1 ? "the only output" : "named so");
        }
        var real = outputs.Where(IsReal).Select(o => o.Name).ToList();
        var open = real.Where(o => real.Count == 1 || o is not (Embedding or PredictedLoss)).ToList();
        // Of logits and what is only their softmax, either will do: the first of them stands for all.
        open = [.. open.GroupBy(trace.Core).Select(g => g.FirstOrDefault(o => trace.Squashed(o) is null) ?? g.First())];
        var embeddings = open.Where(o => !LooksLikeScores(o) && open.Any(head => IsNarrower(head, o) && LeadsTo(o, head) && !LeadsTo(head, o))).ToList();
        open = [.. open.Except(embeddings)];
        var derived = open.Where(o => open.Any(whole => whole != o && IsMadeOf(o, whole))).ToList();
        open = [.. open.Except(derived)];
        return open switch
        {
            [var only] => (only, outputs.Count == 1 ? "the only output" : $"the only one that can hold scores: {Others(only, embeddings, derived)}"),
            [] when Labels() is var (label, argument) => (argument, $"'{label}' holds the labels made of it"),
            [] => throw new DataException($"{package.Path}: none of the outputs {List(outputs.Select(Describe))} holds real numbers that can be scores, expected logits or probabilities, [batch, classes]: export the model with them"),
            _ => throw new DataException($"{package.Path}: it is open which output holds the scores, {string.Join(" or ", open.Select(o => Describe(outputs.First(v => v.Name == o))))}: say so with --output NAME, and with --output-kind {string.Join('|', OutputKinds.Names)} if need be"),
        };
    }

    /// <summary>Whether there is a value of this name to take.</summary>
    private bool IsValue(string name) => package.Model.Graph.Output.Any(o => o.Name == name) || trace.Producer(name) is not null;

    private bool IsReal(ValueInfoProto output) =>
        trace.Producer(output.Name)?.OpType == "ZipMap" || (output.Type?.TensorType?.ElemType == (int)DataType.Float && trace.Producer(trace.Base(output.Name)) is not { OpType: "ArgMax" or "ArgMin" });

    private bool LooksLikeScores(string output) =>
        trace.Squashed(output) is not null || ScoreWords.Any(word => output.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether an output, or what it is made of without weights, goes into the weights that make another.</summary>
    private bool LeadsTo(string output, string head)
    {
        var behind = trace.Stem(head);
        var ancestors = trace.Ancestors(head);
        return output != head && trace.Stem(output).Any(value => ancestors.Contains(value) && !behind.Contains(value));
    }

    /// <summary>Whether an output is made of all numbers of another without weights and has fewer: a confidence, the best few.</summary>
    private bool IsMadeOf(string output, string whole) =>
        trace.Stem(output).Contains(trace.Core(whole)) && (Width(output) is { } few && Width(whole) is { } all && few < all);

    /// <summary>Whether an output has fewer numbers than what leads to it, and is not as wide as an input: neither what is decoded from a code nor a reconstruction.</summary>
    private bool IsNarrower(string head, string output) =>
        Width(head) is { } few && Width(output) is { } many && few < many && ModelFile.FeatureInputs(package.Model).All(i => Width(i) != few);

    /// <summary>An output that holds the labels, and the value of which they are the largest's place.</summary>
    private (string Label, string Argument)? Labels() =>
        package.Model.Graph.Output.Select(o => (o.Name, Maker: trace.Producer(trace.Base(o.Name)))).FirstOrDefault(o => o.Maker?.OpType == "ArgMax") is { Maker: { } maker } found
            ? (found.Name, maker.Input[0])
            : null;

    private long? Width(string output) => Width(package.Model.Graph.Output.First(o => o.Name == output));

    private static long? Width(ValueInfoProto value) => ModelFile.Dims(value) switch
    {
        [] => null,
        [_] => 1,
        [_, .. var row] when row.All(d => d > 0) => row.Aggregate(1L, (a, d) => a * d),
        _ => null,
    };

    private string Others(string only, List<string> embeddings, List<string> derived)
    {
        var rest = package.Model.Graph.Output.Select(o => o.Name).Where(o => o != only).Select(o =>
            embeddings.Contains(o) ? $"'{o}' leads to it"
            : derived.Contains(o) ? $"'{o}' is made of it"
            : IsReal(package.Model.Graph.Output.First(v => v.Name == o)) ? $"'{o}' goes with it"
            : $"'{o}' holds labels");
        return string.Join(", ", rest);
    }

    private static string Describe(ValueInfoProto output) => $"'{output.Name}' [{string.Join(", ", ModelFile.Dims(output))}]";

    private static string List(IEnumerable<string> names) => string.Join(", ", names);
}
