using System.Text.RegularExpressions;

namespace ParquetPool.Errors;

/// <summary>The command line asks for something that cannot be: exit code 2.</summary>
/// <remarks>The message is one line: the value, what was expected, what to do.</remarks>
public sealed partial class UsageException(string message) : Exception(message)
{
    /// <summary>The options that it is about, such as <c>--top</c>, in the order in which the message names them.</summary>
    public IReadOnlyList<string> Options { get; } = [.. Option().Matches(message).Select(match => match.Value).Distinct()];

    /// <summary>Throws where a condition does not hold.</summary>
    public static void ThrowUnless(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new UsageException(otherwise);
        }
    }

    [GeneratedRegex(@"(?<![\w-])--[a-z][a-z0-9-]*")]
    private static partial Regex Option();
}
