using ParquetPool.Commands;
using ParquetPool.Errors;

namespace ParquetPool.Fuzz;

/// <summary>The commands of a kind on one mutant, in this process.</summary>
internal static class Attempt
{
    /// <summary>The longest line that a person would read.</summary>
    private const int LongestLine = 4_000;

    public static async Task<Finding> RunAsync(Stage stage, Kind kind, Mutant mutant)
    {
        using var work = new WorkFolder();
        foreach (var copied in kind.Copied)
        {
            stage.Copy(copied, work.Root);
        }
        var file = Path.Combine(work.Root, mutant.File);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var (whole, damaged) = (stage.Bytes(mutant.File), Resealed.Of(stage.Bytes(mutant.File), mutant.Bytes));
        await File.WriteAllBytesAsync(file, damaged);
        Resealed.Relist(Path.Combine(work.Root, mutant.File.Split('/')[0]), whole, damaged);
        if (kind.Reads is { } reads)
        {
            return Read(reads, file);
        }
        var last = new Finding(Verdict.Taken, "");
        foreach (var command in kind.Commands)
        {
            var words = command.Split(' ').SelectMany(word => word == "{words}" ? File.ReadAllLines(file) : [word]).Select(word => word.Replace("{s}", stage.Root, StringComparison.Ordinal).Replace("{w}", work.Root, StringComparison.Ordinal).Replace("{f}", file, StringComparison.Ordinal)).ToArray();
            if (await RunAsync(words) is var finding && !finding.IsGood)
            {
                return finding;
            }
            else if (finding.Verdict == Verdict.Refused)
            {
                last = finding;
            }
        }
        return last;
    }

    /// <summary>Runs <c>scorer</c> or <c>trainer</c> as its Program does.</summary>
    public static async Task<Finding> RunAsync(string[] words)
    {
        var (output, error) = (Console.Out, Console.Error);
        using var said = new StringWriter();
        Console.SetOut(TextWriter.Null);
        Console.SetError(said);
        try
        {
            var root = words[0] == "scorer" ? Roots.Scorer() : Roots.Trainer();
            var code = await CommandHost.InvokeAsync(root, [.. words[1..], "--quiet"]);
            return Judge(code, said.ToString());
        }
        catch (Exception e)
        {
            return new Finding(Verdict.Unhandled, e.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }

    private static Finding Read(Action<string> reads, string file)
    {
        try
        {
            reads(file);
            return new Finding(Verdict.Taken, "");
        }
        catch (Exception e) when (e is UsageException or DataException)
        {
            return Judge(ExitCode.Data, PlainLine.Of(e.Message));
        }
        catch (Exception e)
        {
            return new Finding(e is IOException or UnauthorizedAccessException ? Verdict.Blamed : Verdict.Unhandled, e.ToString());
        }
    }

    private static Finding Judge(int code, string said)
    {
        var text = said.TrimEnd('\n');
        var lines = text.Split('\n');
        return text.Contains("this is a bug", StringComparison.Ordinal) || text.Contains("   at ", StringComparison.Ordinal) || text.Contains("Exception:", StringComparison.Ordinal) ? new Finding(Verdict.Unhandled, text)
            : lines.Any(line => line.Length > LongestLine) ? new Finding(Verdict.Noisy, $"a line of {lines.Max(line => line.Length)} characters: {text[..200]}")
            : text.Any(c => char.IsControl(c) && c != '\n') ? new Finding(Verdict.Noisy, $"control characters: {text}")
            : code == ExitCode.Success ? new Finding(Verdict.Taken, text)
            : code is ExitCode.Usage or ExitCode.Data ? new Finding(Verdict.Refused, text)
            : new Finding(Verdict.Blamed, $"exit code {code}: {text}");
    }
}
