using System.Diagnostics;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>SIGTERM ends a command soon, whatever is going on, with its exit code and one line, and nothing half-written stays.</summary>
public sealed class StopTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task WhileAPipeIsReadThatNobodyWrites()
    {
        Process.Start("mkfifo", [folder.File("rows.csv")]).WaitForExit();

        // It is opened when somebody reads it.
        var open = Task.Run(() => new FileStream(folder.File("rows.csv"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite));
        await Stops("trainer", ["import", "--csv", folder.File("rows.csv"), "--out", folder.File("out")], _ => open.IsCompleted);
        (await open).Dispose();
    }

    [Fact]
    public async Task WhileNobodyReadsWhatItSays()
    {
        Process.Start("mkfifo", [folder.File("rows.csv")]).WaitForExit();
        var open = Task.Run(() => new FileStream(folder.File("rows.csv"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite));
        // A pipe holds 64 KiB; this one is full before the command begins.
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", "head -c 65536 /dev/zero >&2; exec \"$0\" \"$@\"", Path.Combine(AppContext.BaseDirectory, "trainer"), "import", "--csv", folder.File("rows.csv"), "--out", folder.File("out")]) { RedirectStandardError = true })!;
        await Waiting.UntilAsync(() => open.IsCompleted, progress: () => process.TotalProcessorTime.Ticks, () => "the pipe was not opened");

        Process.Start("kill", ["-s", "TERM", $"{process.Id}"]).WaitForExit();
        await Waiting.UntilAsync(() => process.HasExited, progress: () => 0, () => "it waits for somebody to read");

        process.ExitCode.Should().Be(130);
        (await open).Dispose();
    }

    [Fact]
    public async Task WhileALoopOfAModelGoesOn()
    {
        SmallPool.WriteShard(folder.File("pool", "a.parquet"), 0);
        WriteEndless(folder.File("model.onnx"));

        await Stops("scorer", ["score", "--model", folder.File("model.onnx"), "--pool", folder.File("pool"), "--out", folder.File("out"), "--passes", "4", "--on-bad-rows", "reject"], process => process.TotalProcessorTime > TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task WhileAnImportWrites()
    {
        File.WriteAllLines(folder.File("rows.csv"), Enumerable.Range(0, 400_000).Select(row => $"r{row},{row},1").Prepend("id,x,y"));

        await Stops("trainer", ["import", "--csv", folder.File("rows.csv"), "--out", folder.File("out"), "--shard-rows", "100"], _ => Directory.Exists(folder.File("out")) && Directory.EnumerateFiles(folder.File("out"), "*.staged", SearchOption.AllDirectories).Any());
    }

    [Fact]
    public async Task WhileATrainingGoesOn()
    {
        var steps = new CommandSteps(folder.Root);
        steps.WriteInputs();
        await Tool.Trainer(steps.MakeTestSplit()).Succeeds();
        var started = false;

        await Stops("trainer", ["train", "--task", "t", "--pool", folder.File("test"), "--label-column", "label", "--models", folder.File("out"), "--epochs", "100000000"], _ => started, line => started |= line.Contains("epoch", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhileAStudyGoesOn()
    {
        var steps = new CommandSteps(folder.Root);
        steps.WriteInputs();
        await Tool.Trainer(steps.MakeTestSplit()).Succeeds();

        await Stops(
            "trainer",
            ["study", "--pool", folder.File("test"), "--test", folder.File("test"), "--labels-per-run", "10", "--starts", "scratch", "--augment", "none", "--seeds", "1", "--epochs", "100000000", "--out", folder.File("out")],
            process => Directory.Exists(folder.File("out")) && process.TotalProcessorTime > TimeSpan.FromSeconds(3));
    }

    /// <param name="isAtWork">Whether the moment has come.</param>
    /// <param name="hear">Told each line of stderr.</param>
    private async Task Stops(string program, string[] arguments, Func<Process, bool> isAtWork, Action<string>? hear = null)
    {
        using var process = Tool.Start(program, arguments);
        var lines = new List<string>();
        process.ErrorDataReceived += (_, said) =>
        {
            lock (lines)
            {
                lines.Add(said.Data ?? "");
                hear?.Invoke(said.Data ?? "");
            }
        };
        process.BeginErrorReadLine();
        while (!process.HasExited && !isAtWork(process))
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
            process.Refresh();
        }
        process.HasExited.Should().BeFalse(string.Join('\n', lines));

        Process.Start("kill", ["-s", "TERM", $"{process.Id}"]).WaitForExit();
        await Waiting.UntilAsync(() => process.HasExited, progress: () => 0, () => "a command that heard nothing goes on for hours");
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        process.ExitCode.Should().Be(130, string.Join('\n', lines));
        lines.Last(line => line.Length > 0).Should().Contain("stopped: nothing half-written was left behind");
        folder.Files().Should().NotContain(file => file.Contains(".tmp", StringComparison.Ordinal));
        Directory.EnumerateFiles(folder.Root, "*.parquet", SearchOption.AllDirectories).Should().NotContain(file => file.Contains("/out/", StringComparison.Ordinal));
    }

    /// <summary>A classifier whose logits come of a loop of 2⁶² turns.</summary>
    private static void WriteEndless(string path)
    {
        var g = new GraphBuilder("model");
        var x = g.Input("features", TensorProto.Types.DataType.Float, -1, 32);
        var body = new GraphProto { Name = "body" };
        body.Input.Add(Value("i", TensorProto.Types.DataType.Int64));
        body.Input.Add(Value("go", TensorProto.Types.DataType.Bool));
        body.Input.Add(Value("sum", TensorProto.Types.DataType.Float, -1, 32));
        body.Node.Add(new NodeProto { OpType = "Identity", Input = { "go" }, Output = { "on" } });
        body.Node.Add(new NodeProto { OpType = "Tanh", Input = { "sum" }, Output = { "next" } });
        body.Output.Add(Value("on", TensorProto.Types.DataType.Bool));
        body.Output.Add(Value("next", TensorProto.Types.DataType.Float, -1, 32));
        var loop = new NodeProto { OpType = "Loop", Input = { g.Constant(Tensors.Int64("turns", [1L << 62])), "", x }, Output = { "looped" } };
        loop.Attribute.Add(new AttributeProto { Name = "body", Type = AttributeProto.Types.AttributeType.Graph, G = body });
        g.Model.Graph.Node.Add(loop);
        var active = g.Op("Greater", [g.Op("Size", [x]), g.Constant(Tensors.Int64("never", [-1]))]);
        var dropped = g.Op("Dropout", ["looped", g.Scalar(0.5f), active]);
        g.Output(g.Op("MatMul", [dropped, g.Constant("w", new float[32 * 3], 32, 3)]), "logits", TensorProto.Types.DataType.Float, -1, 3);
        File.WriteAllBytes(path, ModelFile.ToBytes(g.Model));
    }

    private static ValueInfoProto Value(string name, TensorProto.Types.DataType type, params long[] shape)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = new TensorShapeProto() };
        foreach (var length in shape)
        {
            tensor.Shape.Dim.Add(length < 0 ? new TensorShapeProto.Types.Dimension { DimParam = "rows" } : new TensorShapeProto.Types.Dimension { DimValue = length });
        }
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }
}
