using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ParquetPool.Commands;

/// <summary>An option in words: what it takes, and its default.</summary>
internal static partial class OptionWords
{
    /// <summary>The options of a command, those of the program that every command has among them.</summary>
    public static IEnumerable<Option> Of(Command command) => command.Options.Concat(command.Parents.OfType<Command>().SelectMany(Of).Where(option => option.Recursive));

    /// <summary>Such as <c>-q, --quiet</c> or <c>--top &lt;K&gt;</c>.</summary>
    public static string Label(Option option) =>
        string.Join(", ", option.Aliases.Append(option.Name).Where(name => name[0] == '-').Distinct().OrderBy(name => name.StartsWith("--", StringComparison.Ordinal)))
        + (IsFlag(option) ? "" : $" <{option.HelpName ?? Placeholder(option)}>");

    /// <summary>The description with the default, where there is one to tell.</summary>
    public static string Describe(Option option) => Default(option) is { Length: > 0 } value ? $"{option.Description} [default: {value}]" : option.Description ?? "";

    /// <summary>What a value of the option must be.</summary>
    public static string Expected(Option option) => TypeOf(option) switch
    {
        { IsEnum: true } type => "one of " + string.Join(", ", Choices(option, type)),
        var type when type == typeof(int) || type == typeof(long) => "a whole number",
        var type when type == typeof(uint) || type == typeof(ulong) => "a whole number from 0 on",
        var type when type == typeof(float) || type == typeof(double) => "a number",
        var type when type == typeof(bool) => "true or false, or nothing behind it",
        _ => option.HelpName ?? "a value",
    };

    /// <summary>Lets tab completion offer the names that the command line takes, not the code's.</summary>
    public static void OfferChoices(Option option)
    {
        if (TypeOf(option).IsEnum || option.HelpName?.Contains('|', StringComparison.Ordinal) == true)
        {
            option.CompletionSources.Clear();
            option.CompletionSources.Add([.. Choices(option, TypeOf(option)).Where(choice => Name().IsMatch(choice))]);
        }
    }

    /// <summary>A line that tab completion asks about, with <c>--top 5</c> for <c>--top=5</c>: at the other, System.CommandLine's completion ends in an exception.</summary>
    public static string Completable(string line) => Assigned().Replace(line, " ");

    private static bool IsFlag(Option option) => option.ValueType == typeof(bool) || option.Arity.MaximumNumberOfValues == 0;

    private static Type TypeOf(Option option) => Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;

    private static string Placeholder(Option option) => Type.GetTypeCode(TypeOf(option)) switch
    {
        _ when TypeOf(option).IsEnum => string.Join('|', Choices(option, TypeOf(option))),
        TypeCode.Int32 or TypeCode.Int64 or TypeCode.UInt32 or TypeCode.UInt64 => "N",
        TypeCode.Single or TypeCode.Double => "NUMBER",
        _ => "NAME",
    };

    private static string? Default(Option option)
    {
        if (option.Required || IsFlag(option) || option.ValueType.IsArray)
        {
            return null;
        }
        var value = option.HasDefaultValue ? option.GetDefaultValue() : option.ValueType.IsValueType ? Activator.CreateInstance(option.ValueType) : null;
        return value switch
        {
            null => null,
            Enum named => Choices(option, named.GetType()).FirstOrDefault(choice => choice.Replace("-", "", StringComparison.Ordinal).Equals(named.ToString(), StringComparison.OrdinalIgnoreCase)),
            int threads when option.Name == "--threads" && threads == Environment.ProcessorCount => "one a core",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString(),
        };
    }

    private static IEnumerable<string> Choices(Option option, Type type) =>
        option.HelpName?.Contains('|', StringComparison.Ordinal) == true ? option.HelpName.Split('|') : Enum.GetNames(type).Select(name => Hyphens().Replace(name, "-").ToLowerInvariant());

    [GeneratedRegex("^[a-z0-9-]+$")]
    private static partial Regex Name();

    [GeneratedRegex("(?<=\\s--[a-z][a-z-]*)=")]
    private static partial Regex Assigned();

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])")]
    private static partial Regex Hyphens();
}
