using System.Diagnostics;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>The script that gives both programs one name, over programs that say how they were called.</summary>
public sealed class LauncherTests : IDisposable
{
    private readonly TestFolder folder = new();

    public LauncherTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the launcher of Windows is another");
        File.Copy(Path.Combine(RealData.Root(), "deploy", "parquetpool"), folder.File("programs", "parquetpool"));
        foreach (var program in new[] { "trainer", "scorer" })
        {
            var path = folder.File("programs", program);
            File.WriteAllText(path, "#!/bin/sh\necho \"$(basename \"$0\") $PARQUETPOOL_LAUNCHER\"\nfor word in \"$@\"; do echo \"<$word>\"; done\ncat\nexit 7\n");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            }
        }
        File.CreateSymbolicLink(folder.File("parquetpool"), folder.File("programs", "parquetpool"));
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("trainer", "train", "--pool", "a b/*.parquet", "")]
    [InlineData("scorer", "score", "--rank-by", "it's $HOME")]
    [InlineData("trainer", "serve", "--pool", "p", "--task", "t")]
    [InlineData("scorer", "serve", "--jobs", "jobs.json")]
    public async Task TheRightProgramGetsTheWordsAndTheInputAndGivesTheExitCode(string program, params string[] words)
    {
        var (code, output, _) = await Run(words);

        code.Should().Be(7);
        output.Should().Be($"{program} parquetpool\n{string.Concat(words.Select(word => $"<{word}>\n"))}typed\n");
    }

    [Fact]
    public async Task AProgramCanBeNamedAndWhatIsNoneIsRefused()
    {
        (await Run("trainer", "serve", "x")).Output.Should().StartWith("trainer parquetpool\n<serve>\n<x>\n");
        var (code, _, error) = await Run("trian");
        code.Should().Be(2);
        error.Should().Contain("'trian' is no command");
    }

    [Fact]
    public async Task ItKnowsTheCommandsOfBothPrograms()
    {
        foreach (var words in Directory.EnumerateFiles(Path.Combine(RealData.Root(), "tests", "EndToEnd.Tests", "Help")).Select(file => Path.GetFileNameWithoutExtension(file).Split('-')).Where(words => words is [_, not "serve"]))
        {
            (await Run(words[1])).Output.Should().StartWith($"{words[0]} parquetpool\n<{words[1]}>");
        }
    }

    private async Task<(int Code, string Output, string Error)> Run(params string[] words)
    {
        using var process = Process.Start(new ProcessStartInfo("sh", [folder.File("parquetpool"), .. words]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            await process.StandardInput.WriteLineAsync("typed");
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // A script that refuses a word has ended before it reads.
        }
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
