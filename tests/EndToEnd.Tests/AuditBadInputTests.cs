using System.Diagnostics;
using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Shards;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>What a user of an audit sees when something is wrong: one clear line, the right exit code, nothing lost.</summary>
public sealed class AuditBadInputTests : IAsyncLifetime
{
    private const int Width = 6;
    private readonly TestFolder folder = new();

    public async ValueTask InitializeAsync()
    {
        WriteShard("train/a.parquet", "train", 30);
        WriteShard("test/a.parquet", "test", 20);
        await Tool.Scorer("audit", "-q", "--train", folder.File("train"), "--test", folder.File("test"), "--out", folder.File("audited")).Succeeds();
    }

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task EachCommandNamesWhatIsWrongInOneLine()
    {
        await File.WriteAllTextAsync(folder.File("noise"), "{ broken", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder.File("strangers.csv"), "TestID,TrainID,Judgment\nnobody,train-1,1\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder.File("labels.csv"), "id,label\ntrain-1,cat\nnobody,dog\n", TestContext.Current.CancellationToken);
        Directory.CreateDirectory(folder.File("damaged"));
        await File.WriteAllTextAsync(folder.File("damaged/audit.json"), "{ broken", TestContext.Current.CancellationToken);
        Directory.CreateDirectory(folder.File("mixed"));
        File.Copy(folder.File("audited/audit.json"), folder.File("mixed/audit.json"));
        await Tool.Scorer("audit", "-q", "--within", folder.File("train"), "--out", folder.File("another")).Succeeds();
        File.Copy(folder.File("another/pairs.parquet"), folder.File("mixed/pairs.parquet"));
        var bytes = await File.ReadAllBytesAsync(folder.File("test/a.parquet"), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(folder.File("half.parquet"), bytes[..(bytes.Length / 2)], TestContext.Current.CancellationToken);
        var kept = Outputs();

        foreach (var (code, says, line) in new (int, string, string)[]
        {
            (ExitCode.Usage, "--train with --test", "audit --train train --out out"),
            (ExitCode.Usage, "--split-column", "audit --pool train --out out"),
            (ExitCode.Usage, "--pool", "audit --train train --test test --split-column split --out out"),
            (ExitCode.Usage, "--all-pairs", "audit --within test --all-pairs --out out"),
            (ExitCode.Data, "missing.parquet", "audit --train train --test missing.parquet --out out"),
            (ExitCode.Data, "missing: no such file", "audit --within missing --encoder none --out out"),
            (ExitCode.Usage, "--encoder goes with a pool of pictures", "audit --within train --encoder none --out out"),
            (ExitCode.Data, "half.parquet", "audit --train train --test half.parquet --out out"),
            (ExitCode.Data, "pixels", "audit --train train --test test --column pixels --out out"),
            (ExitCode.Data, "fold", "audit --pool train --split-column fold --out out"),
            (ExitCode.Data, "nobody", "audit --pool train --labelled labels.csv --out out"),
            (ExitCode.Failure, "noise", "audit --within test --out noise"),
            (ExitCode.Data, "audit.json", "report --audit damaged"),
            (ExitCode.Data, "one audit", "report --audit mixed"),
            (ExitCode.Data, "one audit", "purge --audit mixed --threshold 0.9 --out out"),
            (ExitCode.Usage, "--threshold 7", "report --audit audited --threshold 7"),
            (ExitCode.Data, "noise", "judge --audit audited --judgements noise"),
            (ExitCode.Data, "nobody", "judge --audit audited --judgements strangers.csv"),
            (ExitCode.Data, "no judgements", "purge --audit audited --out out"),
            (ExitCode.Usage, "--keep", "purge --audit audited --threshold 0.9 --keep train,test --out out"),
            (ExitCode.Failure, "noise", "purge --audit audited --threshold 0.9 --out noise"),
            (ExitCode.Data, "no model", "evaluate --model missing --test test"),
        })
        {
            var result = await Tool.Scorer([.. line.Split(' ').Select(word => File.Exists(folder.File(word)) || Directory.Exists(folder.File(word)) || word is "out" or "missing" or "missing.parquet" ? folder.File(word) : word)]);
            result.ExitCode.Should().Be(code, $"{line}: {result.Error}");
            result.Error.TrimEnd().Split('\n').Should().ContainSingle(line).Which.Should().Contain(says, line);
        }

        Outputs().Should().BeEquivalentTo(kept, "what was finished is not touched");
        Directory.Exists(folder.File("out")).Should().BeFalse();
    }

    [Fact]
    public async Task AnAuditThatIsStoppedSaysSoAndLeavesNoHalfFile()
    {
        WriteShard("large/a.parquet", "large", 60_000);
        string[] audit = ["audit", "--within", folder.File("large"), "--out", folder.File("out"), "--vector-megabytes", "1"];
        using var process = Tool.Start("scorer", audit);
        while (!Directory.Exists(folder.File("out/progress")) && !process.HasExited)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
        Process.Start("kill", ["-s", "TERM", $"{process.Id}"]).WaitForExit();
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        process.ExitCode.Should().Be(ExitCode.Cancelled, error);
        error.Should().Contain("stopped");
        File.Exists(folder.File("out/audit.json")).Should().BeFalse();
        Directory.EnumerateFiles(folder.File("out"), "*.parquet").Should().BeEmpty();
    }

    private Dictionary<string, string> Outputs() =>
        Directory.EnumerateFiles(folder.File("audited")).ToDictionary(path => path, path => ContentHash.Of(path, TestContext.Current.CancellationToken));

    private void WriteShard(string name, string id, int rows)
    {
        using var writer = new ShardWriter(folder.File(name), [new("id", ShardType.Text), new("features", ShardType.FloatList, Width)]);
        writer.Write(rows, Enumerable.Range(0, rows).Select(i => $"{id}-{i}").ToArray(), Enumerable.Range(0, rows * Width).Select(i => ((i * 7919L) % 1009 / 1000f) + id.Length).ToArray());
        writer.Complete();
    }
}
