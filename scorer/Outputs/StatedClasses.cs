using System.Globalization;
using System.Text.RegularExpressions;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Scorer.Outputs;

/// <summary>The names of the classes, as far as a model states them: columns are not the labels 0, 1, 2 where its classes are 10, 20, 30.</summary>
internal static partial class StatedClasses
{
    /// <summary>What the Hugging Face and Ultralytics exporters, torchvision and people call them in a model's metadata.</summary>
    private static readonly string[] Keys = ["names", "id2label", "class_names", "classes", "labels", "label2id", "class_to_idx"];

    /// <summary>The names in the order of the output's columns; null where the model does not state them, or contradicts itself.</summary>
    public static IReadOnlyList<string>? Of(ModelProto model, OutputTrace trace, string output)
    {
        var stated = trace.Stem(output).Append(output).Select(trace.Producer).OfType<NodeProto>().Distinct().Select(Listed).OfType<List<string>>().ToList();
        return stated is [var first, .. var others] ? (others.All(other => other.SequenceEqual(first)) ? Distinct(first) : null)
            : Distinct(Picked(model.Graph, trace, output)) ?? Keys.Select(key => Distinct(Written(model.MetadataProps.FirstOrDefault(p => p.Key == key)?.Value ?? ""))).FirstOrDefault(names => names is not null);
    }

    /// <summary>The names that an operator lists: ZipMap, and the classifiers of trees, linear functions and support vectors.</summary>
    private static List<string>? Listed(NodeProto node) =>
        node.Find("classlabels_strings") is { Strings.Count: > 0 } texts ? [.. texts.Strings.Select(s => s.ToStringUtf8())]
        : (node.Find("classlabels_int64s") ?? node.Find("classlabels_ints")) is { Ints.Count: > 0 } numbers ? [.. numbers.Ints.Select(Text)]
        : null;

    /// <summary>The constant out of which an output of labels picks by the place of the largest score.</summary>
    private static List<string>? Picked(GraphProto graph, OutputTrace trace, string output)
    {
        var picks = graph.Output.Select(o => trace.Producer(trace.Base(o.Name))).FirstOrDefault(node => node is { OpType: "ArrayFeatureExtractor" or "Gather", Input.Count: 2 }
            && trace.Producer(trace.Base(node.Input[1])) is { OpType: "ArgMax" } place && trace.Core(place.Input[0]) == trace.Core(output));
        return picks is null || trace.Constant(picks.Input[0]) is not { } tensor ? null : (DataType)tensor.DataType switch
        {
            DataType.String => [.. tensor.StringData.Select(s => s.ToStringUtf8())],
            DataType.Int64 or DataType.Int32 => [.. Tensors.ToInt64s(tensor).Select(Text)],
            _ => null,
        };
    }

    /// <summary>A list, or a dictionary by columns or by names, as JSON or as Python writes it; names with commas or line ends between.</summary>
    private static List<string>? Written(string text)
    {
        var byName = PairByName().Matches(text);
        var pairs = (byName.Count > 0 ? byName : Pair().Matches(text)).OrderBy(p => p.Groups["at"].Value.Length).ThenBy(p => p.Groups["at"].Value, StringComparer.Ordinal).ToList();
        return text.StartsWith('{') ? pairs.Select(p => p.Groups["at"].Value).SequenceEqual(pairs.Select((_, at) => Text(at))) ? [.. pairs.Select(Name)] : null
            : text.StartsWith('[') ? [.. Item().Matches(text).Select(Name)]
            : [.. text.Trim().Split(text.Contains('\n', StringComparison.Ordinal) ? '\n' : ',', StringSplitOptions.TrimEntries)];

        static string Name(Match match) => Escape().Replace(match.Groups["one"].Success ? match.Groups["one"].Value : match.Groups["two"].Value, e => e.Groups["code"] is { Success: true } code ? $"{(char)Convert.ToInt32(code.Value, 16)}" : e.Value[1..]);
    }

    private static List<string>? Distinct(List<string>? names) => names is { Count: > 1 } && names.All(name => name.Length > 0) && names.Distinct(StringComparer.Ordinal).Count() == names.Count ? names : null;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(int number) => Text((long)number);

    [GeneratedRegex("""["']?(?<at>\d+)["']?\s*:\s*(?:'(?<one>(?:[^'\\]|\\.)*)'|"(?<two>(?:[^"\\]|\\.)*)")""")]
    private static partial Regex Pair();

    [GeneratedRegex("""(?:'(?<one>(?:[^'\\]|\\.)*)'|"(?<two>(?:[^"\\]|\\.)*)")\s*:\s*(?<at>\d+)""")]
    private static partial Regex PairByName();

    [GeneratedRegex("""'(?<one>(?:[^'\\]|\\.)*)'|(?:"(?<two>(?:[^"\\]|\\.)*)")""")]
    private static partial Regex Item();

    [GeneratedRegex("""\\(?:u(?<code>[0-9a-fA-F]{4})|.)""")]
    private static partial Regex Escape();
}
