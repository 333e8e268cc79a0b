using System.Diagnostics;
using System.Text.Json;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>What a command tells to type next, typed.</summary>
public sealed class NextCommandTests : IDisposable
{
    private static readonly string[] Words = ["grey bark", "white bark", "red bark and needles"];
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task TheCommandsThatAreToldLeadFromAnImportToLabellingTasks()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the lines are run by sh");
        File.WriteAllLines(folder.File("my rows.csv"), Enumerable.Range(0, 300).Select(row => $"row {row},{row % 3},{Words[row % 3]} {row % 7}").Prepend("id,label,note"));
        File.WriteAllLines(folder.File("names.txt"), ["ash", "birch", "cedar"]);

        var output = await Run("trainer import --csv 'my rows.csv' --text-column note --text-width 64 --out 'my pool' --class-names names.txt --labels-out labels.csv --sample 120 --shard-rows 100");
        foreach (var step in new[] { "trainer train ", "scorer score ", "scorer select ", "scorer tasks ", "trainer round " })
        {
            var line = Lines(output)[^2];
            line.Should().StartWith($"next: {step}");
            output = step.StartsWith("trainer round", StringComparison.Ordinal) ? output : await Run(line["next: ".Length..]);
        }

        File.ReadAllText(folder.File("tasks", "tasks.xml")).Should().Contain("birch");
    }

    [Fact]
    public async Task QuietLeavesTheLineOfJsonAlone()
    {
        File.WriteAllLines(folder.File("rows.csv"), ["id,a,b", "x,1,2", "y,3,4"]);

        var lines = Lines(await Run("trainer import --quiet --csv rows.csv --out pool"));

        lines.Should().ContainSingle();
        JsonDocument.Parse(lines[0]).RootElement.GetProperty("rows").GetInt32().Should().Be(2);
    }

    private static string[] Lines(string output) => output.TrimEnd().Split('\n');

    private async Task<string> Run(string line)
    {
        var start = new ProcessStartInfo("sh", ["-c", line]) { WorkingDirectory = folder.Root, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{AppContext.BaseDirectory}:{Environment.GetEnvironmentVariable("PATH")}";
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.Should().Be(0, $"{line}: {await error}");
        return await output;
    }
}
