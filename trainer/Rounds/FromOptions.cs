using System.CommandLine;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Trainer.Transfer;

namespace ParquetPool.Trainer.Rounds;

/// <summary>The options of a training that starts from a given model.</summary>
internal static class FromOptions
{
    private static readonly Option<string?> From = new("--from")
    {
        Description = "Start from a model in place of --network: a package or any ONNX file of known operators. Its batch normalisations stay as they are. With --network: start that network's layers with the weights of a package of the same layers, and let all learn, with --learn too.",
        HelpName = "MODEL",
    };

    private static readonly Option<string> Head = new("--head")
    {
        Description = "With --from: 'new' puts dropout and a dense layer on it, 'keep' trains the head of a package on.",
        HelpName = "new|keep",
        DefaultValueFactory = _ => "new",
    };

    private static readonly Option<string?> HeadOn = new("--head-on")
    {
        Description = "With --head new: the output or value of the model to put it on; by default 'embedding' or 'last_hidden_state', or what the last dense layer takes.",
        HelpName = "VALUE",
    };

    private static readonly Option<string[]> Freeze = new("--freeze")
    {
        Description = "With --from: parameters that do not learn, by name with * and ?; '*' trains the new head alone, which takes seconds.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "PATTERN",
    };

    private static readonly Option<string[]> Unfreeze = new("--unfreeze")
    {
        Description = "With --from: the only parameters that learn beside the head, by name with * and ?, or 'last-block', the model's last block of layers.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "last-block|PATTERN",
    };

    private static readonly Option<float?> Rate = new("--learning-rate-from")
    {
        Description = "With --from: the rate of the model's own parameters; by default a thirtieth of the new head's, or that of a head that is kept.",
        HelpName = "RATE",
    };

    public static IReadOnlyList<Option> All => [From, Head, HeadOn, Freeze, Unfreeze, Rate];

    public static Command AddTo(Command command)
    {
        foreach (var option in All)
        {
            command.Options.Add(option);
        }
        return command;
    }

    /// <summary>The model whose weights a network of layers starts with: where both are given; null elsewhere.</summary>
    /// <param name="network">The option that names the network.</param>
    /// <exception cref="UsageException">An option is given that says how a given model is trained.</exception>
    /// <exception cref="DataException">The model cannot be read.</exception>
    public static ModelPackage? FirstWeights(ParseResult parse, Option network)
    {
        if (parse.GetValue(From) is not { } from || parse.GetResult(network) is not { Implicit: false })
        {
            return null;
        }
        return All.Skip(1).FirstOrDefault(o => parse.GetResult(o) is { Implicit: false }) is { } idle
            ? throw new UsageException($"{idle.Name} is given with {network.Name} and --from, expected two of them: with {network.Name} the model gives its layers' first weights, and all learn")
            : ModelPackage.Open(from);
    }

    /// <summary>What the command line says of them; null without <c>--from</c>, and where the model gives first weights.</summary>
    /// <param name="network">The option that names the network.</param>
    /// <param name="ofNetworks">Other options that say how a network is made, which <c>--from</c> takes the place of.</param>
    /// <param name="dropout">The head's dropout; null for the usual one.</param>
    /// <exception cref="UsageException">An option contradicts another.</exception>
    /// <exception cref="DataException">The model cannot be read.</exception>
    public static TransferSpec? Of(ParseResult parse, Option network, IEnumerable<Option> ofNetworks, float? dropout)
    {
        if (parse.GetValue(From) is not null && parse.GetResult(network) is { Implicit: false })
        {
            return null;
        }
        if (parse.GetValue(From) is not { } from)
        {
            return All.Skip(1).FirstOrDefault(o => parse.GetResult(o) is { Implicit: false }) is { } idle
                ? throw new UsageException($"{idle.Name} is given without --from, expected both: it says how a given model is trained")
                : null;
        }
        if (ofNetworks.FirstOrDefault(o => parse.GetResult(o) is { Implicit: false }) is { } other)
        {
            throw new UsageException($"{other.Name} is given with --from, expected one: the given model is the network");
        }
        var head = parse.GetRequiredValue(Head);
        if (head == "keep" && dropout is not null)
        {
            throw new UsageException("--dropout is given with --head keep, expected one: a head that is kept has its own");
        }
        return new TransferSpec(ModelPackage.Open(from))
        {
            KeepsHead = head switch { "new" => false, "keep" => true, _ => throw new UsageException($"--head is '{head}', expected new or keep") },
            On = parse.GetValue(HeadOn),
            Freeze = parse.GetValue(Freeze) ?? [],
            Unfreeze = parse.GetValue(Unfreeze) ?? [],
            Rate = parse.GetValue(Rate),
            Dropout = dropout ?? TransferSpec.DefaultDropout,
        };
    }
}
