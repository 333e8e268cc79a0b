using System.Diagnostics;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>Tab completion in a real bash, by the script of <c>deploy</c>.</summary>
public sealed class CompletionTests : IDisposable
{
    /// <summary>What bash does at a tab: it splits the line at the cursor, calls the function and reads COMPREPLY.</summary>
    private const string Tab =
        """
        . "$1"; COMP_LINE=$2; COMP_POINT=$3
        read -ra COMP_WORDS <<< "$COMP_LINE"
        $(complete -p "${COMP_WORDS[0]##*/}" | sed 's/.*-F \([^ ]*\).*/\1/')
        printf '%s\n' "${COMPREPLY[@]}"
        """;

    private readonly TestFolder folder = new();

    public CompletionTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no bash");
        File.Copy(Path.Combine(RealData.Root(), "deploy", "parquetpool"), folder.File("parquetpool"));
        foreach (var program in new[] { "trainer", "scorer" })
        {
            File.CreateSymbolicLink(folder.File(program), Path.Combine(AppContext.BaseDirectory, program));
        }
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("scorer sel", "select")]
    [InlineData("scorer score --model m --po", "--pool")]
    [InlineData("scorer select --strategy cl", "cluster-margin")]
    [InlineData("scorer select --strategy=cl", "cluster-margin")]
    [InlineData("trainer train --learn n", "noisy-student")]
    [InlineData("parquetpool pr", "pretrain probe prune")]
    [InlineData("parquetpool score --rank-by va", "variation_ratio")]
    [InlineData("parquetpool trainer pretrain --method ma", "masked-language")]
    [InlineData("parquetpool serve --task t --min-n", "--min-new-labels")]
    [InlineData("parquetpool serve --jo", "--jobs")]
    [InlineData("scorer score --model d", "")]
    [InlineData("parquetpool nothing --", "")]
    public async Task TheProgramsSayWhatMayFollow(string line, string expected) =>
        (await Completed(line, line.Length)).Should().Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The script of PowerShell has no list of commands: it asks both programs for theirs.</summary>
    [Theory]
    [InlineData("trainer")]
    [InlineData("scorer")]
    public async Task AProgramSaysWhichCommandsItHas(string program)
    {
        var offers = await Tool.In(folder.Root, program, $"[suggest:{program.Length + 1}]", program + " ");

        offers.Output.Split('\n').Should().Contain(Directory.EnumerateFiles(Path.Combine(RealData.Root(), "tests", "EndToEnd.Tests", "Help"), $"{program}-*.txt").Select(file => Path.GetFileNameWithoutExtension(file).Split('-')[1]));
    }

    [Fact]
    public async Task TheWordsBehindTheCursorDoNotCount() => (await Completed("scorer aud --out x", "scorer aud".Length)).Should().Equal("audit");

    private async Task<string[]> Completed(string line, int cursor)
    {
        var start = new ProcessStartInfo("bash", ["--norc", "--noprofile", "-c", Tab, "bash", Path.Combine(RealData.Root(), "deploy", "completion.sh"), line, $"{cursor}"]) { RedirectStandardOutput = true };
        start.Environment["PATH"] = $"{folder.Root}:{start.Environment["PATH"]}";
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
