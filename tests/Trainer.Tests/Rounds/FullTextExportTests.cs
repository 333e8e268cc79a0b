using System.CommandLine;
using System.Globalization;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Scorer.Scoring;
using ParquetPool.Sessions;
using ParquetPool.Shards;
using ParquetPool.Trainer.Import;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.Transfer;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Tests.Rounds;

/// <summary>An encoder of texts and a head as one model: it takes token ids, and scores them as the head scores what the encoder made of the texts.</summary>
public sealed class FullTextExportTests : IDisposable
{
    private const double Rounding = 1e-5;
    private const int OfEach = 20;
    private const int Ids = 8;
    private static readonly string[] Kinds = ["where is my card", "the money lost"];
    private readonly TestFolder folder = new();
    private readonly string encoder;

    public FullTextExportTests()
    {
        encoder = MadeEncoder.In(folder, $$"""{ "maxTokens": {{Ids}}, "prefix": "cafe " }""");
        File.WriteAllText(folder.File("network.json"), """{ "layers": [ { "type": "dense", "units": 16, "dropout": 0.5 } ] }""");
        File.WriteAllLines(folder.File("texts.csv"), ["id,text,label", .. Enumerable.Range(0, 2 * OfEach).Select(i => $"r{i},{string.Concat(Enumerable.Repeat("my ", i / 2 % 4))}{Kinds[i % 2]},{i % 2}")]);
        Import("pool", "texts.csv", encoder, tokens: encoder);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Texts_are_scored_as_what_the_encoder_made_of_them()
    {
        (await Train("head", "pool")).Should().Be(ExitCode.Success);
        (await Train("full", "pool", "--export", "full")).Should().Be(ExitCode.Success);
        File.WriteAllLines(folder.File("new.csv"), ["text", "card", "money money", "is my card lost", "\"\"\"?\"\"\""]);
        Import("new-encoded", "new.csv", encoder, tokens: null);
        Directory.Delete(folder.File("encoder"), recursive: true); // The package needs no other file.
        Import("new", "new.csv", encoder: null, tokens: folder.File("models", "full"));

        foreach (var (encoded, tokens, count) in new[] { ("pool", "pool", 2 * OfEach), ("new-encoded", "new", 4) })
        {
            (await Score("head", encoded)).Should().Be(ExitCode.Success);
            (await Score("full", tokens)).Should().Be(ExitCode.Success);
            var (head, full) = (Scores($"scored-head-{encoded}"), Scores($"scored-full-{tokens}"));
            full.Keys.Should().HaveCount(count).And.BeEquivalentTo(head.Keys);
            head.Values.Should().Contain(row => row[0] > 0.0001, "members disagree");
            full.Should().AllSatisfy(row => row.Value.Zip(head[row.Key]).Should().AllSatisfy(pair => pair.First.Should().BeApproximately(pair.Second, Rounding)));
        }

        var manifest = ModelPackage.Open(folder.File("models", "full")).Manifest!;
        manifest.Inputs.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Name = "tokens", Dims = new long[] { -1, Ids }, Tokens = TokenColumn.In(Pool("pool"))!.Value.Made });
        manifest.Training.Recipe["encoder"].Should().StartWith($"{encoder}, SHA-256 ");
    }

    [Fact]
    public void A_pool_without_token_ids_gives_a_model_of_the_encoders_own_width()
    {
        Import("bare", "texts.csv", encoder, tokens: null);

        using var bare = EncodedHead.Of(Pool("bare"), [Pool("bare").Vector("embedding")]).Front();
        using var pool = EncodedHead.Of(Pool("pool"), [Pool("pool").Vector("embedding")]).Front();

        bare.Input.Should().BeEquivalentTo(pool.Input);
    }

    [Fact]
    public void A_text_without_tokens_has_a_vector_of_zeros()
    {
        using var front = EncodedHead.Of(Pool("pool"), [Pool("pool").Vector("embedding")]).Front();
        using var session = new ModelSession(front.Graph());
        using var rows = TensorBuffer.Floats(1, Ids);

        session.Run(new Dictionary<string, TensorBuffer> { [front.Input.Name] = rows }).Values.Single().Values.Should().AllBeEquivalentTo(0f);
    }

    [Fact]
    public void What_cannot_be_joined_is_refused()
    {
        Refused<UsageException>("pool", "features", "*no encoder made features*--features embedding*");
        Import("wide", "texts.csv", encoder, tokens: encoder, ids: 2 * Ids);
        Refused<DataException>("wide", "embedding", $"*rows of {2 * Ids} token ids*takes {Ids} of a text*--max-tokens {Ids}*");

        var graph = new GraphBuilder("encoder");
        graph.Output(graph.Op("Gather", [graph.Constant("table", new float[2 * MadeEncoder.Width], MadeEncoder.Width, 2), graph.Input("input_ids", DataType.Int64, -1, -2)]), "last_hidden_state", DataType.Float, -1, -2, 2);
        File.WriteAllBytes(encoder, ModelFile.ToBytes(graph.Model));
        Refused<DataException>("pool", "embedding", "*column embedding was made by one of*");
        Import("unmasked", "texts.csv", encoder, tokens: encoder);
        Refused<DataException>("unmasked", "embedding", "*has no input attention_mask*");
    }

    private void Refused<T>(string pool, string column, string message)
        where T : Exception => FluentActions.Invoking(() => EncodedHead.Of(Pool(pool), [Pool(pool).Vector(column)])).Should().Throw<T>().WithMessage(message);

    private ShardSet Pool(string name) => ShardSet.Resolve([folder.File(name)]);

    private void Import(string name, string texts, string? encoder, string? tokens, int? ids = null) => ImportRun.Execute(new()
    {
        Source = new() { Texts = [folder.File(texts)], Text = new() { Width = 8 } },
        Shards = new(folder.File(name)) { IdPrefix = texts == "new.csv" ? "new-" : null },
        Encoder = encoder,
        Tokens = tokens is null ? null : new(tokens) { MaxTokens = tokens == encoder ? ids ?? Ids : null },
    });

    private Task<int> Train(string task, string pool, params string[] more) => Run(
        TrainCommand.Create(),
        ["train", "--task", task, "--pool", folder.File(pool), "--label-column", "label", "--features", "embedding", "--network", folder.File("network.json"), "--epochs", "3", "--models", folder.File("models"), .. more]);

    private Task<int> Score(string model, string pool) =>
        Run(ScoreCommand.Create(), ["score", "--model", folder.File("models", model), "--pool", folder.File(pool), "--out", folder.File($"scored-{model}-{pool}"), "--passes", "20"]);

    private static Task<int> Run(Command command, string[] words) => CommandHost.InvokeAsync(new RootCommand { command }, [.. words, "--quiet"]);

    /// <summary>[id]: bald, entropy and confidence.</summary>
    private Dictionary<string, double[]> Scores(string scored)
    {
        string[][] rows = [.. File.ReadLines(folder.File(scored, "ranked.csv")).Select(line => line.Split(','))];
        int[] places = [.. new[] { "bald", "entropy", "confidence" }.Select(name => Array.IndexOf(rows[0], name))];
        return rows.Skip(1).ToDictionary(row => row[1], row => places.Select(place => double.Parse(row[place], CultureInfo.InvariantCulture)).ToArray());
    }
}
