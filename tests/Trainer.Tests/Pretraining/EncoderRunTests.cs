using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Encoders;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Sessions;
using ParquetPool.Trainer.Import;
using ParquetPool.Trainer.Pretraining;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Tests.Pretraining;

/// <summary>A small encoder, the words' vectors and what the others of a text are in the mean, goes on with its pre-training on made texts: real files, ONNX Runtime.</summary>
public sealed class EncoderRunTests : IDisposable
{
    private const int Units = 16;
    private const int Rows = 240;
    private static readonly string[] Pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "red", "apple", "blue", "sky", "green", "grass", "the", "##s"];
    private static readonly string[] Texts = ["the red apple", "the blue sky", "the green grass"];
    private readonly TestFolder folder = new();

    public EncoderRunTests()
    {
        MakeEncoder();
        File.WriteAllLines(folder.File("texts.csv"), ["id,text", .. Enumerable.Range(0, Rows).Select(i => $"r{i},{Texts[i % 3]}")]);
        Import("pool", folder.File("encoder", "encoder.onnx"));
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task An_encoder_learns_to_tell_masked_tokens_and_is_published_as_one()
    {
        var few = await RunAsync("few", steps: 2);
        var many = await RunAsync("many", steps: 150);

        many.Perplexity.Should().BeLessThan(few.Perplexity!.Value);
        using var before = TextEncoder.Open(folder.File("encoder", "encoder.onnx"));
        using var after = TextEncoder.Open(many.Encoder!);
        var (vectors, old) = (new float[Units], new float[Units]);
        after.Encode(["the red apple"], vectors);
        before.Encode(["the red apple"], old);
        vectors.Should().NotEqual(old);
        using var tokens = TextTokens.Open(many.Encoder!, 8);
        var package = ModelPackage.Open(many.Model);
        using var input = TensorBuffer.Floats(1, 8);
        tokens.Encode(["the red apple"], input.Span);
        using var session = new ModelSession(package.Model);
        var embedding = session.Run(new Dictionary<string, TensorBuffer> { [package.Manifest!.Inputs[0].Name] = input })["embedding"].Values;
        embedding.Zip(vectors, (a, b) => Math.Abs(a - b)).Max().Should().BeLessThan(1e-5f, "model and encoder are the same");
        package.Manifest.Inputs[0].Tokens!.Sha256.Should().Be(tokens.Column.Sha256, "the tokenizer beside the encoder is the one of before");
    }

    [Fact]
    public async Task A_stopped_run_goes_on_and_ends_in_the_same_bytes()
    {
        var whole = await RunAsync("whole", steps: 120);
        using var stop = new CancellationTokenSource();
        using var words = new StoppingWriter("pass 50 of 60: loss", stop);

        await FluentActions.Awaiting(() => RunAsync("stopped", steps: 120, words, stopping: stop.Token)).Should().ThrowAsync<OperationCanceledException>();
        var resumed = await RunAsync("stopped", steps: 120);

        resumed.ResumedPasses.Should().BePositive();
        resumed.Sha256.Should().Be(whole.Sha256);
    }

    [Fact]
    public async Task Other_token_ids_are_refused()
    {
        Import("words", "words");

        await FluentActions.Awaiting(() => RunAsync("m", steps: 2, pool: "words")).Should().ThrowAsync<DataException>().WithMessage("*are of words (*encoder.onnx has those of *--tokens*");
        await FluentActions.Awaiting(() => RunAsync("m", steps: 2, from: "")).Should().ThrowAsync<UsageException>().WithMessage("--method masked-language is given without --from*");
    }

    private async Task<PretrainSummary> RunAsync(string task, int steps, TextWriter? words = null, string pool = "pool", string? from = null, CancellationToken? stopping = null)
    {
        var request = new PretrainRequest(task, [folder.File(pool)]) { Method = PretrainRequest.MaskedLanguage, From = from is "" ? null : folder.File("encoder", "encoder.onnx"), Steps = steps, Seed = 1, Models = folder.File("models") };
        return await PretrainRun.ExecuteAsync(request, new CommandContext(NullLogger.Instance, TimeProvider.System, new ProgressDisplay(words is null ? ProgressMode.Quiet : ProgressMode.Lines, words ?? TextWriter.Null, TimeProvider.System), stopping ?? TestContext.Current.CancellationToken));
    }

    private void Import(string name, string tokens) => ImportRun.Execute(new() { Source = new() { Texts = [folder.File("texts.csv")], Text = new() { Width = 8 } }, Shards = new(folder.File(name)), Tokens = new(tokens) { MaxTokens = 8 } });

    private void MakeEncoder()
    {
        var graph = new GraphBuilder("encoder");
        var ids = graph.Input("input_ids", DataType.Int64, -1, -2);
        var mask = graph.Input("attention_mask", DataType.Int64, -1, -2);
        float[] Made(int count, int seed) => [.. Enumerable.Range(0, count).Select(i => (float)Math.Sin((i * 12.9898) + seed) * 0.3f)];
        var vectors = graph.Op("Gather", [graph.Constant("table", Made(Pieces.Length * Units, 1), Pieces.Length, Units), ids]);
        var present = graph.Op("Unsqueeze", [graph.Op("Cast", [mask], Attributes.Int("to", (long)DataType.Float)), graph.Ints(2)]);
        var sum = graph.Op("ReduceSum", [graph.Op("Mul", [vectors, present]), graph.Ints(1)], Attributes.Int("keepdims", 1));
        var mean = graph.Op("Div", [sum, graph.Op("ReduceSum", [present, graph.Ints(1)], Attributes.Int("keepdims", 1))]);
        graph.Output(graph.Op("Add", [vectors, graph.Op("MatMul", [mean, graph.Constant("mixing", Made(Units * Units, 2), Units, Units)])]), "last_hidden_state", DataType.Float, -1, -2, Units);
        File.WriteAllBytes(folder.File("encoder", "encoder.onnx"), ModelFile.ToBytes(graph.Model));
        File.WriteAllLines(folder.File("encoder", "vocab.txt"), Pieces);
        File.WriteAllText(folder.File("encoder", "encoder.json"), """{ "maxTokens": 8 }""");
    }
}
