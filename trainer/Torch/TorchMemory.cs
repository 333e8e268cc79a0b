using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using ParquetPool.Errors;

namespace ParquetPool.Trainer.Torch;

/// <summary>Says in one line that the memory, the processor's or a card's, was not enough.</summary>
internal static partial class TorchMemory
{
    // What libtorch says of the processor's memory, of a card's, and of sizes that no memory has.
    private static readonly string[] Lacking = ["can't allocate memory", "not enough memory", "out of memory", "storage size calculation overflowed"];

    /// <summary>Does <paramref name="work"/>.</summary>
    /// <param name="remedy">What the user can do where the memory is not enough.</param>
    /// <exception cref="DataException">It was not; the message says how much was asked for at last.</exception>
    public static T Guarded<T>(Func<T> work, string remedy)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (Lacks(e))
        {
            var asked = Asked().Match(e.Message) is { Success: true } found ? $" (the last to be asked for was {found.Groups[1].Value})" : "";
            throw new DataException($"the training needs more memory than there is{asked}, nothing is published: {remedy}", e);
        }
    }

    /// <summary>Whether it was memory that was lacking.</summary>
    public static bool Lacks(Exception e) =>
        e is OutOfMemoryException || (e is ExternalException && Lacking.Any(text => e.Message.Contains(text, StringComparison.OrdinalIgnoreCase)));

    /// <summary>"you tried to allocate 4096 bytes", "Tried to allocate 2.00 GiB".</summary>
    [GeneratedRegex(@"tried to allocate ([\d.]+ \w+)", RegexOptions.IgnoreCase)]
    private static partial Regex Asked();
}
