using System.CommandLine;
using System.Globalization;
using ParquetPool.Errors;
using ParquetPool.Trainer.Networks;

namespace ParquetPool.Trainer.Rounds;

/// <summary><c>--members</c>: several networks as one model.</summary>
internal static class MembersOption
{
    public static readonly Option<string?> Members = new("--members")
    {
        Description = "Train so many networks as one model, each from first weights of its own and, where layers are wired by chance (random-wire), with a wiring of its own; the scorer's committee is made of all of them. NETWORK:N names the network too, in the place of --network. By default as the network's file says, or one.",
        HelpName = "N|NETWORK:N",
    };

    /// <summary>What is asked for; null for what nothing is said of.</summary>
    /// <param name="network">The option that names the network.</param>
    /// <exception cref="UsageException">It is no number of networks, or the network is named twice.</exception>
    public static (string? Network, int? Count) Of(ParseResult parse, Option network)
    {
        if (parse.GetValue(Members) is not { } text)
        {
            return (null, null);
        }
        var colon = text.LastIndexOf(':');
        if (!int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > NetworkSpec.MostMembers || colon == 0)
        {
            throw new UsageException($"--members is '{text}', expected a number from 1 to {NetworkSpec.MostMembers}, or a network and a number, such as random-wire:5");
        }
        return colon < 0 ? (null, count)
            : parse.GetResult(network) is { Implicit: false } ? throw new UsageException($"--members {text} is given with {network.Name}, expected the network named once: give --members {count}")
            : (text[..colon], count);
    }
}
