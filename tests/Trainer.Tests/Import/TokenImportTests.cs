using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Scorer.Models;
using ParquetPool.ShardRows;
using ParquetPool.Shards;
using ParquetPool.Trainer.Import;
using ParquetPool.Trainer.Layers;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Rounds;

namespace ParquetPool.Trainer.Tests.Import;

/// <summary>Texts as token ids, of a vocabulary that the texts, a model or a pool have.</summary>
public sealed class TokenImportTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_most_frequent_words_are_learnt_and_new_texts_get_the_same_ids()
    {
        var learnt = Import("pool", new("words") { MaxTokens = 4 }, "The card, the CARD", "my card's lost", "the money is lost lost lost", "???");
        var again = Import("new", new(folder.File("pool")), "lost card", "a new word");

        learnt.Tokens.Should().BeEquivalentTo(new { Count = 5, Width = 4, Cut = 1L }, "the, card and lost stand twice or more; lost most often");
        Rows("pool").Should().Equal("3 4 3 4", "1 1 2 0", "3 1 1 2", "1 0 0 0");
        Rows("new").Should().Equal("2 4 0 0", "1 1 1 0");
        again.Tokens!.Sha256.Should().Be(learnt.Tokens!.Sha256);
        TokenColumn.In(Pool("new"))!.Value.Made.Words.Should().Be("lost the card");
    }

    [Fact]
    public void A_model_refuses_ids_of_another_vocabulary_and_brings_its_own()
    {
        Import("pool", new("words") { MaxTokens = 4 }, "a b", "b a");
        Import("other", new("words") { MaxTokens = 4 }, "b c", "c b");
        var named = ColumnOrigin.Named([new ModelInput("tokens", ["tokens"], [-1, 4])], Pool("pool"));

        FluentActions.Invoking(() => TokenColumn.Require(named[0].Tokens, "models/m", Pool("pool"), "tokens")).Should().NotThrow();
        FluentActions.Invoking(() => TokenColumn.Require(named[0].Tokens, "models/m", Pool("other"), "tokens")).Should().Throw<DataException>()
            .WithMessage("*other*are of words (4 ids, *models/m has those of words (4 ids, *--tokens models/m*");
        FluentActions.Invoking(() => FeatureInput.Bind(MadeModel(named), Pool("other"), [])).Should().Throw<DataException>().WithMessage("*other ids are other words*");
        FeatureInput.Bind(MadeModel(named), Pool("pool"), []).Should().ContainSingle();
    }

    [Fact]
    public void A_preset_takes_the_vocabulary_of_the_pool_and_a_network_that_does_not_fit_is_refused()
    {
        Import("pool", new("words") { MaxTokens = 4 }, "a b", "b a");
        var pool = Pool("pool");

        TrainColumns.Encoded(pool, [], NetworkSpec.Load("awd-lstm")).Should().Equal("tokens");
        TrainColumns.Encoded(pool, [], NetworkSpec.Load("mlp")).Should().BeEmpty();
        RememberedImport.In(NetworkSpec.Load("awd-lstm"), pool, [pool.Vector("tokens")]).Layers[0].Should().BeOfType<TokenEmbedding>().Which.Should().BeEquivalentTo(new { Tokens = 4, Padding = 0 });
        var small = NetworkSpec.Parse("""{ "layers": [ { "type": "embedding", "tokens": 3, "width": 4, "padding": 0, "dropout": 0.1 }, { "type": "poolSequence" } ] }""", "network.json");
        FluentActions.Invoking(() => RememberedImport.In(small, pool, [pool.Vector("tokens")])).Should().Throw<DataException>().WithMessage("*has 3 tokens and the padding 0*write \"tokens\": 4, \"padding\": 0*");
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        Refused<DataException>(new("words"), "*no word stands twice*");
        Refused<DataException>(new("no/such"), "*--tokens is 'no/such'*");
        Refused<UsageException>(new("minilm") { MostWords = 20 }, "--vocabulary is given with --tokens minilm*");
        Import("pool", new("words") { MaxTokens = 4 }, "a b", "b a");
        Refused<UsageException>(new(folder.File("pool")) { MaxTokens = 5 }, "--max-tokens is 5*rows of 4 tokens*");
        FluentActions.Invoking(() => ImportRun.Execute(new() { Source = new() { Npy = "x.npy" }, Shards = new("out"), Tokens = new("words") })).Should().Throw<UsageException>().WithMessage("--tokens goes with --texts*");
    }

    private static ModelPackage MadeModel(IReadOnlyList<ModelInput> inputs)
    {
        var graph = new Graphs.GraphBuilder("model");
        graph.Input("tokens", Graphs.Onnx.TensorProto.Types.DataType.Float, -1, 4);
        var manifest = new ModelManifest { Task = "m", Round = 1, CreatedUtc = default, Classes = [], Inputs = inputs, Outputs = [], Dropout = [], Training = new(0, 0, 0, 0, 0, 0, 0, new Dictionary<string, string>()), Sha256 = "" };
        return new ModelPackage("models/m", graph.Model, "", manifest);
    }

    private void Refused<T>(TokenOptions tokens, string message)
        where T : Exception => FluentActions.Invoking(() => Import("refused", tokens, "one two", "three")).Should().Throw<T>().WithMessage(message);

    private ImportSummary Import(string name, TokenOptions tokens, params string[] texts)
    {
        var lines = texts.Select(text => $"\"{text}\"").Prepend("text");
        return ImportRun.Execute(new() { Source = new() { Texts = [folder.Write($"{name}.csv", string.Join('\n', lines) + "\n")], Text = new() { Width = 8 } }, Shards = new(folder.File(name)), Tokens = tokens });
    }

    private ShardSet Pool(string name) => ShardSet.Resolve([folder.File(name)]);

    private List<string> Rows(string name)
    {
        var pool = Pool(name);
        var schema = new RowSchema([pool.Vector("tokens")]);
        var batch = new RowBatch(schema, 16);
        var rows = new List<string>();
        foreach (var shard in pool)
        {
            using var reader = new ShardReader(shard, schema);
            while (reader.Read(batch, TestContext.Current.CancellationToken))
            {
                rows.AddRange(Enumerable.Range(0, batch.Count).Select(row => string.Join(' ', Trainer.TrainingSets.LabelledRowReader.Join(batch, row))));
            }
        }
        return rows;
    }
}
