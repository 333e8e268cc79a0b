using ParquetPool.Contract;
using ParquetPool.Errors;

namespace ParquetPool.Scorer.Outputs;

/// <summary>Finds out which output of a model is scored and what its numbers are, and writes the graph that ends in logits.</summary>
/// <remarks>
/// The graph proposes, numbers decide: that an output is the softmax of a value inside is believed where that is so on made-up rows, and that it holds
/// probabilities where every row adds up to 1. What stays open is refused.
/// </remarks>
internal sealed class OutputFinder
{
    private readonly ModelPackage package;
    private readonly OutputTrace trace;
    private readonly OutputProbe probe;
    private readonly string output;
    private readonly string value; // the tensor: an output that is none is made of one
    private readonly string choice;

    private OutputFinder(ModelPackage package, IReadOnlyDictionary<string, long[]> inputs)
    {
        this.package = package;
        trace = new OutputTrace(package.Model.Graph);
        probe = new OutputProbe(package, inputs);
        (output, choice) = new OutputCandidates(package, trace).Choose();
        value = trace.Producer(output) is { OpType: "ZipMap" } map ? map.Input[0] : output;
    }

    /// <summary>The output to score.</summary>
    /// <param name="inputs">The feature inputs and their shapes.</param>
    /// <exception cref="DataException">It is not certain which output that is or what it holds; the message says what would settle it.</exception>
    /// <exception cref="UsageException">The user names an output that the model has not.</exception>
    public static LogitsGraph Find(ModelPackage package, IReadOnlyDictionary<string, long[]> inputs)
    {
        if (package.Output.Kind == OutputKind.Preferences)
        {
            throw new DataException($"{package.Path} ranks rows by preferences and knows no classes, expected a classifier: 'scorer compare' ranks a pool by it and asks for pairs");
        }
        var finder = new OutputFinder(package, inputs);
        // A package of our own trainer was checked when it was published.
        return package.Manifest is { } manifest && (package.Output.Name is null || package.Output.Name == manifest.Scores?.Output) && (package.Output.Kind ?? OutputKind.Logits) == OutputKind.Logits && package.Model.Graph.Output.Any(o => o.Name == finder.value)
            ? finder.OfOurs(manifest.Scores?.Networks ?? [])
            : finder.Find();
    }

    private LogitsGraph OfOurs(IReadOnlyList<string> networks)
    {
        if (networks.FirstOrDefault(name => package.Model.Graph.Output.All(o => o.Name != name)) is { } missing)
        {
            throw new DataException($"the manifest beside {package.Path} names the network '{missing}', which is no output of the model: publish the model again");
        }
        return networks.Count == 0 ? Result(OutputKind.Logits, value, OutputStep.None, null, "logits")
            : Result(OutputKind.Logits, value, OutputStep.None, null, $"logits, the mean of {networks.Count} networks, each of which has members of its own") with { Model = GraphPart.Of(package.Model, [value, .. networks]), Networks = networks };
    }

    private LogitsGraph Find()
    {
        var proposal = trace.Squashed(value);
        var probed = probe.Run([value, .. proposal is { } p ? [p.Source] : Array.Empty<string>()]);
        var numbers = probed.GetValueOrDefault(value);
        if (numbers is not { Width: > 0 })
        {
            throw new DataException($"{package.Path}: output '{output}' has shape [{string.Join(", ", numbers?.Dims.Select(d => d == numbers.Rows ? -1 : d) ?? [])}], expected [-1, classes]: export the logits or probabilities of a classifier, or name another output with --output");
        }
        if (trace.Sorted(proposal?.Source ?? value) is { } whole)
        {
            throw new DataException($"{package.Path}: the rows of output '{output}' are sorted by a TopK, so that a column is another class in every row: name the value before it with --output '{whole}'");
        }
        if (package.Output.Kind is null && numbers.Width == 1 && trace.Reduced(proposal?.Source ?? value) is var (reduced, by) && probe.Run(reduced)[reduced].Width > 1)
        {
            throw new DataException($"{package.Path}: output '{output}' has one number of '{reduced}' for each row, {by}, which does not tell its classes apart: name that value with --output '{reduced}'");
        }
        if (proposal is { } found && (found.Operator == "Sigmoid") == (numbers.Width == 1) && probed.GetValueOrDefault(found.Source) is { } source && numbers.IsSquashed(source, found.Logarithm, trace.Step(value)) && package.Output.Kind is not OutputKind.Logits)
        {
            if (trace.DropoutBetween(found.Source, value) is { } dropout)
            {
                throw new DataException($"{package.Path}: dropout '{(dropout.Name.Length > 0 ? dropout.Name : dropout.Output[0])}' stands behind the {found.Operator} of output '{output}' and drops classes' probabilities, which are no distribution then: name the value before it with --output '{found.Source}', or export the model without this dropout");
            }
            var kind = found.Logarithm ? OutputKind.LogProbabilities : OutputKind.Probabilities;
            return package.Output.Kind is { } said && said != kind
                ? Given(said, numbers)
                : Result(kind, found.Source, numbers.Width == 1 ? OutputStep.FromOneLogit : OutputStep.None, source, $"{Name(kind)}: a {found.Operator} of '{found.Source}', which is taken instead");
        }
        return package.Output.Kind is { } kindSaid ? Given(kindSaid, numbers) : Judged(numbers);
    }

    /// <summary>The output as the user says it is.</summary>
    private LogitsGraph Given(OutputKind kind, ProbedValue numbers)
    {
        var one = numbers.Width == 1;
        return Result(kind, value, kind switch
        {
            OutputKind.Logits => one ? OutputStep.FromOneLogit : OutputStep.None,
            OutputKind.LogProbabilities => one ? OutputStep.FromOneLogProbability : OutputStep.None,
            _ => one ? OutputStep.FromOneProbability : OutputStep.Logarithm,
        }, numbers, $"{Name(kind)}, as {(package.Manifest?.Scores is null ? "--output-kind" : "the manifest")} says");
    }

    /// <summary>What an output without a Softmax or Sigmoid at its end holds, by its numbers.</summary>
    private LogitsGraph Judged(ProbedValue numbers)
    {
        var (end, squashed) = (OutputEnd.Of(value, trace), trace.HoldsSquashed(value));
        if (end.IsBounded ? !squashed && !numbers.IsBetweenZeroAndOne() : trace.IsOfLengthOne(value) && numbers.IsWithinOne())
        {
            throw Open($"{(numbers.IsWithinOne() ? "between -1 and 1" : "within a range of 2")} whatever the row, as cosines are and what a Tanh gives, of which all classes get nearly the same probability", OutputKind.Logits);
        }
        if (!squashed && end.UnsignedBy(trace) is { } unsigned && numbers.Values.All(number => number >= 0) && !numbers.IsDistribution())
        {
            throw Open($"never below 0 ({unsigned} is at its end), as distances are, of which the least is the nearest class (export their negatives), or the evidence of a Dirichlet distribution, whose shares --output-kind probabilities takes, and logits are not", OutputKind.Probabilities, OutputKind.Logits);
        }
        if (trace.UnsignedPart(value) is { } part && !numbers.IsDistribution())
        {
            throw Open($"several values side by side, some of which a {part} keeps at 0 or above, as a variance beside its mean", OutputKind.Logits);
        }
        if (numbers.AreShifts())
        {
            throw new DataException($"{package.Path}: a row of output '{output}' differs from another by the same number in all columns, as the thresholds of an ordinal model do, so that taken for logits all rows would get the same probabilities: export the probability of each class, the differences of the thresholds' Sigmoids, or name another output or value with --output");
        }
        if (numbers.Width == 1)
        {
            return squashed && numbers.IsOneNumber() ? throw new DataException($"{package.Path}: output '{output}' is {numbers.Values[0]} whatever the row, as a Softmax over one column is: name the logit before it with --output, or export the Sigmoid of it")
                : trace.IsRegression(value) ? throw Open("what a regression gives", OutputKind.Logits, OutputKind.Probabilities)
                : squashed && numbers.IsDistribution() ? Result(OutputKind.Probabilities, value, OutputStep.FromOneProbability, numbers, "the probability of class 1; logarithms are taken")
                : squashed || (numbers.IsBetweenZeroAndOne() && !trace.IsProduct(value)) ? throw Open("one number between 0 and 1, or made of such", OutputKind.Probabilities, OutputKind.Logits)
                : Logits(numbers, end, OutputStep.FromOneLogit, "one logit: class 1 against class 0");
        }
        return numbers.IsDistribution() && numbers.AreVotes() ? throw Open("one 1 and otherwise 0 in every row, which are votes or labels", OutputKind.Probabilities)
            : numbers.IsDistribution() ? Result(OutputKind.Probabilities, value, OutputStep.Logarithm, numbers, "probabilities: each row adds up to 1; logarithms are taken")
            : numbers.IsLogDistribution() ? Result(OutputKind.LogProbabilities, value, OutputStep.None, numbers, "log-probabilities: the exponentials of each row add up to 1")
            : squashed ? throw Open("made of probabilities (a Sigmoid or Softmax is before it) but its rows do not add up to 1", OutputKind.Probabilities, OutputKind.Logits)
            : numbers.IsBetweenZeroAndOne() && !trace.IsProduct(value) ? throw Open("between 0 and 1 in every row but its rows do not add up to 1", OutputKind.Probabilities, OutputKind.Logits)
            : trace.SquashedBy(value) is not [var elsewhere] ? Logits(numbers, end, OutputStep.None, "logits, by assumption of one class a row: no Softmax or Sigmoid is behind them")
            : elsewhere == "Sigmoid" && package.Output.Name is null ? throw Open("put through a Sigmoid elsewhere in the graph, as logits are of which a row may have several classes", OutputKind.Logits)
            : Logits(numbers, end, OutputStep.None, $"logits, of which the graph makes a {elsewhere} too");
    }

    /// <summary>Numbers of any size that nothing in the graph tells from logits, unless they are turned round or somebody says what they are.</summary>
    private LogitsGraph Logits(ProbedValue numbers, OutputEnd end, OutputStep step, string meaning) =>
        trace.Decision(value) is { } machine ? throw Open($"what {machine} gives without a post_transform, decision values, of support vectors one for each pair of classes, which are logits where it is a logistic regression", OutputKind.Logits)
        : end.IsNegated && end.UnsignedBy(trace) is null or "Softplus" or "Exp" or "Log" or "Elu" ? throw Open("turned round at its end (by a Neg, or a number below 0), as energies and losses are, of which the least is the likeliest class, and logarithms of Sigmoids (export them without)", OutputKind.Logits)
        : package.Manifest is null && ConfiguredClasses.OtherTask(package.Path) is { } task ? throw Open($"of a model for {task}, as the config.json beside it says, not for one class a row, which the Softmax of logits would give it", OutputKind.Logits)
        : Result(OutputKind.Logits, value, step, numbers, meaning);

    private LogitsGraph Result(OutputKind kind, string source, OutputStep step, ProbedValue? numbers, string meaning)
    {
        var (model, logits) = OutputWriter.Write(package.Model, source, step, numbers);
        meaning += numbers is { Dims.Length: > 2, Width: > 1 } ? $"; its shape [-1, {string.Join(", ", numbers.Dims.Skip(1))}] is read as {numbers.Width} classes" : "";
        return new LogitsGraph(new ScoreOutput(output, kind, $"{meaning}; {choice}", StatedClasses.Of(package.Model, trace, output) ?? (package.Manifest is null ? ConfiguredClasses.Beside(package.Path) : null)), model, logits);
    }

    private DataException Open(string what, params OutputKind[] kinds) =>
        new($"{package.Path}: output '{output}' is {what}, so it is open what its numbers are: say so with {string.Join(" or ", kinds.Select(k => $"--output-kind {Name(k)}"))}, or name another output or value with --output");

    private static string Name(OutputKind kind) => OutputKinds.NameOf(kind);
}
