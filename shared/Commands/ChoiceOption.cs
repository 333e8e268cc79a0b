using System.CommandLine;
using System.CommandLine.Parsing;

namespace ParquetPool.Commands;

/// <summary>An option whose values are names.</summary>
public static class ChoiceOption
{
    /// <param name="names">With a bar between them; a hyphen in one is left out of the code's name. Capitals do not count, as in all choices.</param>
    public static Option<T> Of<T>(string name, string description, string names)
        where T : struct, Enum
    {
        return new(name) { Description = description, HelpName = names, CustomParser = Parse };

        T Parse(ArgumentResult argument)
        {
            var text = argument.Tokens[0].Value;
            if (!names.Split('|').Contains(text, StringComparer.OrdinalIgnoreCase))
            {
                argument.AddError($"{name} is '{text}', expected {names.Replace("|", ", ", StringComparison.Ordinal)}");
                return default;
            }
            return Enum.Parse<T>(text.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);
        }
    }
}
