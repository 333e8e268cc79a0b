using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Commands;
using ParquetPool.Scorer.Verification;
using ParquetPool.Storage;

namespace ParquetPool.EndToEnd.Tests;

/// <summary><c>scorer verify</c> over what every command writes: models and their manifests, histories and lists of rounds, scores, audits and their records.</summary>
public sealed class VerifyCommandsTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly CommandSteps steps;

    public VerifyCommandsTests() => steps = new CommandSteps(folder.Root);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void EveryFileIsNamedWhereItWasEdited()
    {
        MakeAll();
        var unnoticed = new List<string>();
        foreach (var step in steps.All)
        {
            Faults(steps.Made(step.Name)).Should().BeEmpty(step.Name);
            foreach (var file in Directory.EnumerateFiles(steps.Made(step.Name), "*", SearchOption.AllDirectories).Where(file => new FileInfo(file).Length > 0 && Path.GetFileName(file) != WrittenFiles.FileName).ToList())
            {
                var whole = File.ReadAllBytes(file);
                byte[] edited = [.. whole];
                edited[edited.Length / 2] ^= 1;
                File.WriteAllBytes(file, edited);
                if (Faults(steps.Made(step.Name)).All(fault => fault.File != file))
                {
                    unnoticed.Add(Path.GetRelativePath(steps.Made(""), file));
                }
                File.WriteAllBytes(file, whole);
            }
        }

        unnoticed.Should().BeEmpty();
    }

    private static IReadOnlyList<FileFault> Faults(string place) =>
        VerifyRun.Execute(place, new CommandContext(NullLogger.Instance, TimeProvider.System, new ProgressDisplay(ProgressMode.Quiet, TextWriter.Null, TimeProvider.System), TestContext.Current.CancellationToken)).Faults;

    private void MakeAll()
    {
        using var host = new FaultHost(folder.Root);
        steps.WriteInputs();
        Succeed("trainer", steps.MakeTestSplit());
        foreach (var step in steps.All)
        {
            if (step.In is { } other)
            {
                OutputState.Copy(steps.Made(other), steps.Made(step.Name));
            }
            Succeed(step.Program, step.Arguments(steps.Made(step.Name), false));
        }

        void Succeed(string program, string[] arguments)
        {
            var answer = host.Run(program, arguments, "/nowhere");
            answer.ExitCode.Should().Be(0, answer.Error);
        }
    }
}
