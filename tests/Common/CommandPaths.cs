using System.CommandLine;
using ParquetPool.Errors;
using ParquetPool.Outputs;

namespace ParquetPool.Tests;

/// <summary>Tries a command with each of its inputs as output, and with outputs in and around it, by links and by dots.</summary>
/// <remarks>Nothing is run: the rule is looked at before the first file is read.</remarks>
public sealed class CommandPaths : IDisposable
{
    private readonly TestFolder folder = new();

    /// <param name="template">A command line; <c>in:</c> stands before a folder that is read, <c>file:</c> before a file, <c>out:</c> before what is written.</param>
    /// <returns>The tries that were not refused.</returns>
    public IReadOnlyList<string> NotRefused(Command command, string template)
    {
        var words = template.Split(' ');
        var inputs = words.Where(word => word.StartsWith("in:", StringComparison.Ordinal) || word.StartsWith("file:", StringComparison.Ordinal)).ToList();
        foreach (var input in inputs)
        {
            Make(input);
        }
        File.CreateSymbolicLink(folder.File("link"), folder.File("read"));
        RefusalOf(command, words, "out").Should().BeNull("outputs apart from all inputs are fine");
        return
        [
            .. from input in inputs
               let path = Path.GetRelativePath(folder.Root, PathOf(input))
               let name = Path.GetFileName(path)
               from output in new[] { path, $"read/x/../{name}", $"link/{name}", "read", "link", "." }.Concat(input.StartsWith("in:", StringComparison.Ordinal) ? [$"{path}/new", $"link/{name}/new/deep"] : [])
               where RefusalOf(command, words, output) is null
               select $"{command.Name} {output} with {input}",
        ];
    }

    /// <inheritdoc/>
    public void Dispose() => folder.Dispose();

    private string? RefusalOf(Command command, IEnumerable<string> words, string output)
    {
        var parse = command.Parse([.. words.Select(word => word.StartsWith("out:", StringComparison.Ordinal) ? $"{folder.Root}/{output}{word["out:".Length..]}" : word.Contains(':') ? PathOf(word) : word)]);
        parse.Errors.Should().BeEmpty();
        try
        {
            PathOptions.RequireApart(parse);
            return null;
        }
        catch (UsageException refused)
        {
            return refused.Message;
        }
    }

    private void Make(string input)
    {
        var file = folder.File("read", input.StartsWith("in:", StringComparison.Ordinal) ? Path.Combine(input["in:".Length..], "a.parquet") : input["file:".Length..]);
        File.WriteAllText(file, "rows");
    }

    private string PathOf(string word) => Path.Combine(folder.Root, "read", word[(word.IndexOf(':') + 1)..]);
}
