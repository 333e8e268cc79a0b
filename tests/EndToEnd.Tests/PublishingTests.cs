using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>Each system gets the libraries that there are for it. Publishing itself takes minutes, so the packages that it takes are looked at.</summary>
public class PublishingTests
{
    private const string Cuda = "Microsoft.ML.OnnxRuntime.Gpu.";

    [Theory]
    [InlineData("linux-x64", Cuda + "Linux", "libtorch-cpu-linux-x64")]
    [InlineData("linux-arm64", "Microsoft.ML.OnnxRuntime", null)]
    [InlineData("win-x64", Cuda + "Windows", "libtorch-cpu-win-x64")]
    [InlineData("osx-arm64", "Microsoft.ML.OnnxRuntime", "libtorch-cpu-osx-arm64")]
    [InlineData("linux-x64", "Microsoft.ML.OnnxRuntime", "libtorch-cpu-linux-x64", "-p:Gpu=false")]
    [InlineData("linux-x64", Cuda + "Linux", "libtorch-cuda-12.8-linux-x64", "-p:TorchCuda=true")]
    [InlineData("win-x64", Cuda + "Windows", "libtorch-cuda-12.8-win-x64", "-p:TorchCuda=true")]
    public async Task EachSystemTakesItsLibraries(string system, string runtime, string? torch, params string[] options)
    {
        (await Packages("shared", [$"-p:RuntimeIdentifier={system}", .. options])).Where(p => p.StartsWith("Microsoft.ML.OnnxRuntime", StringComparison.Ordinal) && !p.EndsWith(".Managed", StringComparison.Ordinal))
            .Should().Equal(runtime);
        (await Packages("trainer", [$"-p:RuntimeIdentifier={system}", .. options])).Where(p => p.StartsWith("libtorch", StringComparison.Ordinal))
            .Should().Equal(torch is null ? [] : [torch]);
    }

    [Fact]
    public void ABuildHoldsTheLibrariesOfItsSystemOnly()
    {
        var system = RuntimeInformation.RuntimeIdentifier;
        using var dependencies = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "trainer.deps.json")));
        var libraries = (from target in dependencies.RootElement.GetProperty("targets").EnumerateObject()
                         from package in target.Value.EnumerateObject()
                         where package.Value.TryGetProperty("runtimeTargets", out _)
                         from file in package.Value.GetProperty("runtimeTargets").EnumerateObject()
                         where file.Value.GetProperty("assetType").GetString() == "native"
                         select (System: file.Value.GetProperty("rid").GetString()!, Name: Path.GetFileNameWithoutExtension(file.Name))).ToList();

        libraries.Should().OnlyContain(l => l.System == system || l.System == system.Split('-', 2)[0]);
        libraries.Select(l => l.Name).Should().Contain(name => name.EndsWith("onnxruntime")).And.Contain(name => name.EndsWith("duckdb"))
            .And.NotContain(name => name.EndsWith("torch_python") || name.EndsWith("_test"));
    }

    private static async Task<List<string>> Packages(string project, string[] options)
    {
        var start = new ProcessStartInfo("dotnet", ["msbuild", Path.Combine(RealData.Root(), project, $"{project}.csproj"), "-getItem:PackageReference", .. options]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.Should().Be(0, output);
        using var items = JsonDocument.Parse(output);
        return [.. items.RootElement.GetProperty("Items").GetProperty("PackageReference").EnumerateArray().Select(item => item.GetProperty("Identity").GetString()!)];
    }
}
