using System.Diagnostics;
using System.Text.Json;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>The bill of materials of an archive, made of the folder that this build left.</summary>
public class SbomTests
{
    [Fact]
    public async Task ItNamesEveryPackageWithItsVersionAndHash()
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(RealData.Root(), "deploy", "sbom.sh"), AppContext.BaseDirectory, "0.1.0"]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        process.ExitCode.Should().Be(0, output);
        using var bom = JsonDocument.Parse(output);
        bom.RootElement.GetProperty("bomFormat").GetString().Should().Be("CycloneDX");
        var libraries = bom.RootElement.GetProperty("components").EnumerateArray().Where(c => c.GetProperty("type").GetString() == "library").ToList();
        libraries.Select(c => c.GetProperty("purl").GetString()).Should().OnlyHaveUniqueItems().And.Contain(p => p!.StartsWith("pkg:nuget/Npgsql@")).And.Contain(p => p!.StartsWith("pkg:nuget/TorchSharp@"));
        libraries.Should().OnlyContain(c => c.GetProperty("hashes")[0].GetProperty("content").GetString()!.Length == 128);
    }
}
