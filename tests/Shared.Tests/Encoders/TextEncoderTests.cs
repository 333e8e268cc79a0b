using System.Text.Json;
using ParquetPool.Encoders;
using ParquetPool.Errors;

namespace ParquetPool.Shared.Tests.Encoders;

public sealed class TextEncoderTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_vector_is_the_mean_of_the_tokens_whatever_stands_beside_it()
    {
        using var encoder = TextEncoder.Open(MadeEncoder.In(folder, """{ "normalise": false }"""));

        var vectors = Encode(encoder, ["Cards", "where is my card my card my card lost", "", "my  MONEY"]);

        vectors[0][MadeEncoder.Place("card")].Should().Be(1 / 4f, "the first and last token and ##s count too");
        vectors[0][MadeEncoder.Place("##s")].Should().Be(1 / 4f);
        vectors[0][MadeEncoder.Place("[PAD]")].Should().Be(0, "padding does not count");
        vectors[2][MadeEncoder.Place("[CLS]")].Should().Be(1 / 2f);
        vectors[3].Should().Equal(Encode(encoder, ["my money"])[0]);
    }

    [Theory]
    [InlineData("Café")]
    [InlineData("cafe\u0301")]
    [InlineData("CAFÉ")]
    [InlineData("cafe\uD800")]
    public void Texts_lose_their_case_and_accents(string text)
    {
        using var encoder = TextEncoder.Open(MadeEncoder.In(folder));

        Encode(encoder, [text])[0].Should().Equal(Encode(encoder, ["cafe"])[0]);
    }

    [Fact]
    public void Hangul_is_cut_into_letters()
    {
        using var encoder = TextEncoder.Open(MadeEncoder.In(folder));

        Encode(encoder, ["한"])[0][MadeEncoder.Place("##\u11ab")].Should().BeGreaterThan(0);
    }

    [Fact]
    public void What_encoder_json_says_holds()
    {
        using var encoder = TextEncoder.Open(MadeEncoder.In(folder, """{ "prefix": "card ", "maxTokens": 4, "pooling": "cls" }"""));
        using var mean = TextEncoder.Open(MadeEncoder.In(folder, """{ "prefix": "card ", "maxTokens": 4 }""", "mean"));

        Encode(encoder, ["money"])[0][MadeEncoder.Place("[CLS]")].Should().Be(1);
        var vector = Encode(mean, ["my lost money"])[0];
        vector[MadeEncoder.Place("card")].Should().Be(0.5f, "four tokens, scaled to length 1");
        vector[MadeEncoder.Place("my")].Should().Be(0.5f);
        vector[MadeEncoder.Place("lost")].Should().Be(0, "it is cut off");
    }

    [Fact]
    public void A_tokenizer_json_of_word_pieces_does_as_well()
    {
        var model = MadeEncoder.In(folder, """{ "tokenizer": "tokenizer.json" }""");
        var vocab = File.ReadAllLines(folder.File("encoder", "vocab.txt")).Index().ToDictionary(piece => piece.Item, piece => piece.Index);
        File.WriteAllText(folder.File("encoder", "tokenizer.json"), JsonSerializer.Serialize(new { normalizer = new { lowercase = true }, model = new { type = "WordPiece", vocab } }));
        using var encoder = TextEncoder.Open(model);
        using var plain = TextEncoder.Open(MadeEncoder.In(folder, name: "plain"));

        Encode(encoder, ["My cards"])[0].Should().Equal(Encode(plain, ["My cards"])[0]);
    }

    [Theory]
    [InlineData("""{ "pooling": "max" }""", "*encoder.json: *pooling*")]
    [InlineData("""{ "poling": "mean" }""", "*encoder.json: *poling*")]
    [InlineData("""{ "maxTokens": 2 }""", "*maxTokens is 2, expected 3 to 8192")]
    [InlineData("""{ "tokenizer": "other.txt" }""", "*other.txt: no such tokenizer*")]
    [InlineData("""{ "tokenizer": "../vocab.txt" }""", "*tokenizer is '../vocab.txt', expected the name of a file beside the model*")]
    [InlineData("""{ "tokenizer": "/etc/hosts" }""", "*tokenizer is '/etc/hosts', expected the name*")]
    [InlineData("""{ "output": "logits" }""", "*has the outputs last_hidden_state*names logits*")]
    [InlineData("""{ "pooling": "none" }""", "*shape [1, 3, 15], expected [texts, numbers]*")]
    [InlineData("null", "*holds null*")]
    [InlineData("[]", "*encoder.json: no object: expected an object with*")]
    [InlineData("""{ "size": 224 }""", "*encoder.json: 'size' is not known, or not of its kind: expected*")]
    [InlineData("""{ "tokenizer": "voc""", "*encoder.json: Expected end of string*: expected an object with*")]
    public void What_cannot_be_is_told(string settings, string message) =>
        FluentActions.Invoking(() => TextEncoder.Open(MadeEncoder.In(folder, settings))).Should().Throw<DataException>().WithMessage(message);

    [Fact]
    public void Whatever_decides_a_vector_is_in_the_hash()
    {
        string HashOf(string settings)
        {
            using var encoder = TextEncoder.Open(MadeEncoder.In(folder, settings));
            return encoder.Sha256;
        }
        string Changed()
        {
            using var encoder = TextEncoder.Open(folder.File("encoder", "encoder.onnx"));
            return encoder.Sha256;
        }
        var first = HashOf("{}");
        HashOf("{}").Should().Be(first);

        string[] others = [.. new[] { """{ "maxTokens": 9 }""", """{ "prefix": "card " }""", """{ "normalise": false }""", """{ "pooling": "cls" }""", """{ "lowercase": false }""" }.Select(HashOf)];
        HashOf("{}");
        var vocab = folder.File("encoder", "vocab.txt");
        File.WriteAllText(vocab, File.ReadAllText(vocab).Replace("card", "cart", StringComparison.Ordinal));

        others.Append(Changed()).Append(first).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void A_tokenizer_with_far_more_or_fewer_tokens_than_the_model_is_another_models_or_cut_short()
    {
        var model = MadeEncoder.In(folder, tokens: 700);
        FluentActions.Invoking(() => TextEncoder.Open(model)).Should().Throw<DataException>().WithMessage("*vocab.txt has 15 tokens, the model *encoder.onnx knows 700, expected as many: *");

        model = MadeEncoder.In(folder);
        var vocab = folder.File("encoder", "vocab.txt");
        File.AppendAllLines(vocab, Enumerable.Range(0, 257).Select(i => $"word{i}"));
        FluentActions.Invoking(() => TextEncoder.Open(model)).Should().Throw<DataException>().WithMessage("*vocab.txt has 272 tokens, the model *encoder.onnx knows 15, expected as many: *");
        File.WriteAllLines(vocab, File.ReadAllLines(vocab)[..^1]);
        TextEncoder.Open(model).Dispose();
    }

    [Fact]
    public void What_an_editor_puts_before_a_text_is_no_fault()
    {
        var model = MadeEncoder.In(folder);
        File.WriteAllText(folder.File("encoder", "encoder.json"), """{ "maxTokens": 9 }""", System.Text.Encoding.UTF8);

        TextEncoder.Open(model).Dispose();
    }

    [Fact]
    public void A_tokenizer_that_leads_nowhere_is_told()
    {
        var model = MadeEncoder.In(folder);
        var vocab = folder.File("encoder", "vocab.txt");
        File.Delete(vocab);
        File.CreateSymbolicLink(vocab, vocab);

        FluentActions.Invoking(() => TextEncoder.Open(model)).Should().Throw<DataException>().WithMessage("*vocab.txt: *tokenizer*: lay the model's vocab.txt or tokenizer.json beside it*");
    }

    [Fact]
    public void What_is_missing_is_told()
    {
        var model = MadeEncoder.In(folder);
        File.WriteAllText(folder.File("encoder", "vocab.txt"), "a\nb\n");
        FluentActions.Invoking(() => TextEncoder.Open(model)).Should().Throw<DataException>().WithMessage("*vocab.txt: 2 word pieces and none is [UNK]*");
        File.Delete(folder.File("encoder", "encoder.json"));
        FluentActions.Invoking(() => TextEncoder.Open(model)).Should().Throw<DataException>().WithMessage("*encoder.json is not there*");
        FluentActions.Invoking(() => TextEncoder.Open("bert")).Should().Throw<UsageException>().WithMessage("--encoder is 'bert', expected minilm*");
    }

    [Fact]
    public void MiniLm_gives_the_vectors_that_its_makers_print()
    {
        using var encoder = TextEncoder.Open("minilm");

        var vectors = Encode(encoder, ["This is an example sentence", "Each sentence is converted", "My card was stolen, what now?", "Somebody took my bank card."]);

        encoder.Width.Should().Be(384);
        vectors[0].Take(3).Should().BeEquivalentTo([0.0676f, 0.0635f, 0.0487f], o => o.WithStrictOrdering().Using<float>(c => c.Subject.Should().BeApproximately(c.Expectation, 1e-4f)).WhenTypeIs<float>());
        Cosine(vectors[2], vectors[3]).Should().BeGreaterThan(0.6).And.BeGreaterThan(Cosine(vectors[0], vectors[3]) + 0.4);
        Encode(encoder, ["Each sentence is converted"])[0].Zip(vectors[1], (a, b) => Math.Abs(a - b)).Max().Should().BeLessThan(1e-5f, "what stands beside a text leaves its vector");
    }

    private static double Cosine(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();

    private static float[][] Encode(TextEncoder encoder, string[] texts)
    {
        var vectors = new float[texts.Length * encoder.Width];
        encoder.Encode(texts, vectors);
        return [.. vectors.Chunk(encoder.Width)];
    }
}
