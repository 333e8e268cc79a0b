using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using ParquetPool.Outputs;
using ParquetPool.Storage;

namespace ParquetPool.Commands;

/// <summary>What the values on a command line must be beyond their types.</summary>
internal static class GivenValues
{
    private const string FreeText = "TEXT";

    /// <summary>Adds an error for each that would be read otherwise than it is meant.</summary>
    /// <param name="addressable">The options and arguments that may name an object store.</param>
    public static void Require(CommandResult command, IReadOnlyList<Symbol> addressable)
    {
        foreach (var given in command.Children)
        {
            var (symbol, name, type) = given switch
            {
                OptionResult option => ((Symbol)option.Option, option.Option.Name, option.Option.ValueType),
                ArgumentResult argument => (argument.Argument, argument.Argument.Name, argument.Argument.ValueType),
                _ => throw new InvalidOperationException($"{given} is neither an option nor an argument"),
            };
            if (given.Tokens.FirstOrDefault(token => IsOption(token.Value, symbol, command)) is { } next)
            {
                given.AddError($"{name}: {next.Value} stands behind it, expected {(symbol is Option valued ? OptionWords.Expected(valued) : "a value")}");
                continue;
            }
            var faults = given.Tokens.Where(token => IsMistypedOption(token.Value, symbol)).Select(token => CommandErrors.Unknown(token.Value, command.Command)).ToList();
            if (faults.Count > 0)
            {
                given.AddError(string.Join("; ", faults));
            }
            else if (given.Tokens.Select(token => Fault(token.Value, symbol, name, type, addressable)).FirstOrDefault(fault => fault is not null) is { } fault)
            {
                given.AddError(fault);
            }
        }
    }

    /// <summary>Whether an option of the command was taken for the value of another.</summary>
    public static bool IsAnyOption(CommandResult command) => command.Children.OfType<OptionResult>().Any(given => given.Tokens.Any(token => IsOption(token.Value, given.Option, command)));

    private static bool IsOption(string value, Symbol symbol, CommandResult command) => IsMistypedOption(value, symbol) && OptionWords.Of(command.Command).Any(option => option.Name == value);

    /// <summary>The parser takes what is no option for a value of the option before it: of several files, say. No name begins so, but a text may.</summary>
    private static bool IsMistypedOption(string value, Symbol symbol) => value is ['-', '-', >= 'a' and <= 'z', ..] && symbol is Option { HelpName: not FreeText };

    private static string? Fault(string value, Symbol symbol, string name, Type type, IReadOnlyList<Symbol> addressable) =>
        !addressable.Contains(symbol) && StorageAddress.IsRemote(value) ? $"{name} {value} is an address in an object store, expected a path: this command reads and writes {name} on this machine only"
        : IsReal(type) && value.Contains(',', StringComparison.Ordinal) ? $"{name} {value}: expected a number without commas, decimals behind a point as in 0.9"
        : IsChoice(type) && long.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out _) && symbol is Option option ? $"{name} {value}: expected {OptionWords.Expected(option)}"
        : !(symbol is Argument || PathOptions.IsPath(name)) ? null
        : value.Length == 0 ? $"{name}: an empty text stands behind it, expected a path"
        : value is "~" or ['~', '/', ..] ? $"{name} {value}: the shell has put no folder in the place of ~, which it leaves in quotes and behind '=': write the whole path, or $HOME"
        : null;

    private static bool IsChoice(Type type) => (Nullable.GetUnderlyingType(type) ?? type.GetElementType() ?? type).IsEnum; // .NET would take the number of a name.

    private static bool IsReal(Type type) => Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type.GetElementType() ?? type) is TypeCode.Single or TypeCode.Double or TypeCode.Decimal;
}
