using System.Text.Json;
using ParquetPool.Encoders;
using ParquetPool.Errors;
using ParquetPool.Tokenizers;

namespace ParquetPool.Shared.Tests.Tokenizers;

public sealed class TokenizerJsonTests : IDisposable
{
    private const int Plenty = 512;
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("banana and card")]
    [InlineData("bananabandana  and cards! ")]
    [InlineData("é and éé")]
    [InlineData("and\nand")]
    [InlineData("")]
    public void Byte_pairs_are_joined_in_the_order_of_the_list(string text)
    {
        using var tokenizer = Open(MadeTokenizers.Bpe);

        tokenizer.Of(text).Should().Equal(MadeTokenizers.BpeIds(text), "the file's own cut, padding and dropout are for training");
        tokenizer.Of("a\ud800nd").Should().Equal(tokenizer.Of("and"));
        tokenizer.Of("an\ud83d\ude00d").Should().Equal(tokenizer.Of("an").SkipLast(1).Concat(tokenizer.Of("d").Skip(1)), "a whole character that has no token is left out");
    }

    [Theory]
    [InlineData("banana")]
    [InlineData("ban nanana bananaban")]
    [InlineData("naxyzna x")]
    [InlineData("abnanbanan anab")]
    public void Unigrams_are_the_most_probable_cut(string text)
    {
        using var tokenizer = Open(MadeTokenizers.Unigram);

        tokenizer.Of(text).Should().Equal(MadeTokenizers.UnigramIds(text));
    }

    [Fact]
    public void The_last_mark_stays_where_a_text_is_cut()
    {
        using var tokenizer = Open(MadeTokenizers.Bpe, 5);

        tokenizer.Of("band band band band").Should().Equal([.. MadeTokenizers.BpeIds("band band band band")[..4], 1]);
        FluentActions.Invoking(() => Open(MadeTokenizers.With(MadeTokenizers.Unigram, "post_processor.single", string.Concat("[", string.Join(',', Enumerable.Repeat("""{ "SpecialToken": { "id": "</s>", "type_id": 0 } }""", 3)), """, { "Sequence": { "id": "A", "type_id": 0 } }]""")), 3))
            .Should().Throw<DataException>().WithMessage("*every text has 3 tokens of the model's own, encoder.json allows 3*raise maxTokens");
    }

    [Fact]
    public void Word_pieces_as_berts_are_cut_on_every_system_and_others_by_the_library()
    {
        string[] pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "card", "##s", "caf", "##e"];
        string Bert(string normalizer) => JsonSerializer.Serialize(new
        {
            added_tokens = pieces[..4].Select((content, id) => new { id, content, single_word = false, lstrip = false, rstrip = false, normalized = false, special = true }),
            normalizer = JsonDocument.Parse(normalizer).RootElement,
            pre_tokenizer = new { type = "BertPreTokenizer" },
            post_processor = new { type = "BertProcessing", sep = new object[] { "[SEP]", 3 }, cls = new object[] { "[CLS]", 2 } },
            model = new { type = "WordPiece", unk_token = "[UNK]", continuing_subword_prefix = "##", max_input_chars_per_word = 100, vocab = pieces.Index().ToDictionary(piece => piece.Item, piece => piece.Index) },
        });
        var usual = Read(Bert("""{ "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true }"""));
        var accents = Read(Bert("""{ "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": false, "lowercase": true }"""));

        usual.Should().BeOfType<Vocabulary>();
        accents.Should().BeOfType<TokenizerJson>();
        using var fast = usual.Open(Plenty);
        using var library = accents.Open(Plenty);
        fast.Of("Cards cafe").Should().Equal(2, 4, 5, 6, 7, 3).And.Equal(library.Of("Cards cafe"));
        fast.Of("café").Should().Equal(2, 6, 7, 3);
        foreach (var unseen in new[] { "\u00AD", "\u200B", "\u200D", "\uFEFF", "\uFFFD", "\u0085", "\uE000", "\0" })
        {
            fast.Of($"{unseen}car{unseen}ds caf{unseen}e").Should().Equal(2, 4, 5, 6, 7, 3).And.Equal(library.Of($"{unseen}car{unseen}ds caf{unseen}e"), "nobody sees it");
        }
        fast.Of("card\U00020000s").Should().Equal(2, 4, 1, 1, 3).And.Equal(library.Of("card\U00020000s"), "a Han character is a word");
        fast.Of("cards [SEP]cafe[UNK]").Should().Equal(2, 4, 5, 3, 6, 7, 1, 3).And.Equal(library.Of("cards [SEP]cafe[UNK]"), "a mark in a text is that mark");
        var word = string.Concat(Enumerable.Repeat("cards", 21));
        fast.Of($"cards {word}!{word} cafe").Should().Equal(2, 4, 5, 1, 1, 1, 6, 7, 3).And.Equal(library.Of($"cards {word}!{word} cafe"), "so long a word is unknown");
        using var few = usual.Open(5);
        using var fewOfLibrary = accents.Open(5);
        few.Of("cards [SEP]cafe[UNK]").Should().Equal(2, 4, 5, 3, 3).And.Equal(fewOfLibrary.Of("cards [SEP]cafe[UNK]"));
        library.Of("café").Should().Equal([2, 1, 3], "its accents stay, and there is no é");
    }

    [Fact]
    public void An_encoder_takes_one()
    {
        var model = MadeEncoder.In(folder, """{ "tokenizer": "tokenizer.json", "normalise": false }""");
        string HashOf(string tokenizer)
        {
            File.WriteAllText(folder.File("encoder", "tokenizer.json"), tokenizer);
            using var opened = TextEncoder.Open(model);
            return opened.Sha256;
        }
        var hash = HashOf(MadeTokenizers.Unigram);
        using var encoder = TextEncoder.Open(model);
        var vectors = new float[2 * encoder.Width];
        encoder.Encode(["ban", "ban"], vectors);

        vectors[10].Should().Be(1 / 2f, "▁ban is the tenth piece, and the end counts too");
        vectors[2].Should().Be(1 / 2f);
        HashOf(MadeTokenizers.With(MadeTokenizers.Unigram, "truncation", "{}")).Should().NotBe(hash);
    }

    [Fact]
    public void Another_models_tokenizer_is_told()
    {
        var model = MadeEncoder.In(folder, """{ "tokenizer": "tokenizer.json" }""");
        File.WriteAllText(folder.File("encoder", "tokenizer.json"), MadeTokenizers.Bpe);
        using var encoder = TextEncoder.Open(model);

        encoder.Invoking(e => e.Encode(["banana and card"], new float[e.Width])).Should().Throw<DataException>().WithMessage("*the texts' tokens go up to *: where the model has fewer, tokenizer.json is another model's");
    }

    [Fact]
    public void A_text_without_tokens_has_no_vector()
    {
        var model = MadeEncoder.In(folder, """{ "tokenizer": "tokenizer.json", "pooling": "cls" }""");
        File.WriteAllText(folder.File("encoder", "tokenizer.json"), """{ "model": { "type": "BPE", "vocab": { "a": 5 }, "merges": [] } }""");
        using var encoder = TextEncoder.Open(model);
        var vectors = Enumerable.Repeat(7f, 2 * encoder.Width).ToArray();
        encoder.Encode(["x", "xax"], vectors);

        vectors[..encoder.Width].Should().OnlyContain(value => value == 0);
        vectors[encoder.Width + 5].Should().Be(1);
    }

    [Fact]
    public void A_piece_too_long_for_the_librarys_stack_is_told()
    {
        string With(int letters) => $$"""{ "model": { "type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0], ["{{new string('x', letters)}}", -1]] } }""";
        using var longest = Open(With(4096));

        longest.Of(new string('x', 4096)).Should().Equal(1);
        FluentActions.Invoking(() => Open(With(1_000_000))).Should().Throw<DataException>().WithMessage("*it has a piece of 1000000 characters, expected at most 4096*");
    }

    [Theory]
    [InlineData("", "*not a whole tokenizer.json (*")]
    [InlineData("""{ "model": """, "*not a whole tokenizer.json (*")]
    [InlineData("[]", "*not a whole tokenizer.json (*")]
    [InlineData("{}", "*it has no model*")]
    [InlineData("""{ "model": { "type": "Trigram", "vocab": {} } }""", "*not a whole tokenizer.json (*fetch it again")]
    [InlineData("""{ "model": { "type": "BPE", "vocab": { "a": 0 }, "merges": ["a b"] } }""", "*(Token `b` out of vocabulary*")]
    [InlineData("""{ "model": { "type": "BPE", "vocab": { "a": -1 }, "merges": [] } }""", "*-1*")]
    [InlineData("""{ "model": { "type": "BPE", "vocab": { "\ud800": 1 }, "merges": [] } }""", "*not a whole tokenizer.json (*")]
    public void A_broken_one_is_told(string json, string message) =>
        FluentActions.Invoking(() => Open(json)).Should().Throw<DataException>().WithMessage(message).And.Message.Should().NotContain("\n");

    [Fact]
    public void Faults_that_the_library_does_not_survive_are_told_before()
    {
        FluentActions.Invoking(() => Open(MadeTokenizers.With(MadeTokenizers.Unigram, "post_processor.special_tokens", "{}"))).Should().Throw<DataException>().WithMessage("*its template has a token '</s>'*");
        FluentActions.Invoking(() => Open(MadeTokenizers.With(MadeTokenizers.Bpe, "model.continuing_subword_prefix", "\"##\""))).Should().Throw<DataException>().WithMessage("*it joins a piece with 'n'*");
        FluentActions.Invoking(() => Open(MadeTokenizers.With(MadeTokenizers.Unigram, "normalizer", """{ "type": "Precompiled" }"""))).Should().Throw<DataException>().WithMessage("*precompiled_charsmap is damaged*");
    }

    [Theory]
    [InlineData("AAAA")]
    [InlineData("no base64!")]
    [InlineData("BAAAAAAAAAA=")]
    public void A_damaged_map_of_characters_is_told_and_ends_nothing(string map) =>
        FluentActions.Invoking(() => Open(MadeTokenizers.With(MadeTokenizers.Unigram, "normalizer", $$"""{ "type": "Sequence", "normalizers": [{ "type": "Precompiled", "precompiled_charsmap": "{{map}}" }] }""")))
            .Should().Throw<DataException>().WithMessage("*not a whole tokenizer.json (*");

    [Fact]
    public void A_map_of_characters_is_followed()
    {
        // "B" leads from the root's children at 256 to the unit 256 ^ 'B', whose leaf points at the text "n".
        var units = new uint[512];
        units[0] = 256u << 10;
        units[256 ^ 'B'] = ((256u ^ 'B' ^ 8) << 10) | 0x100 | 'B';
        units[8] = 0x8000_0000;
        string Map(uint leaf)
        {
            units[8] = 0x8000_0000 | leaf;
            byte[] map = [.. BitConverter.GetBytes(units.Length * sizeof(uint)), .. units.SelectMany(BitConverter.GetBytes), .. "n\0"u8];
            return MadeTokenizers.With(MadeTokenizers.Unigram, "normalizer", $$"""{ "type": "Precompiled", "precompiled_charsmap": "{{Convert.ToBase64String(map)}}" }""");
        }

        using (var tokenizer = Open(Map(0)))
        {
            tokenizer.Of("baB").Should().Equal(tokenizer.Of("ban"));
        }
        FluentActions.Invoking(() => Open(Map(2))).Should().Throw<DataException>().WithMessage("*precompiled_charsmap is damaged*");
    }

    [Fact]
    public void A_character_without_a_token_is_told()
    {
        using var tokenizer = Open(MadeTokenizers.With(MadeTokenizers.Unigram, "model.unk_id", null));

        FluentActions.Invoking(() => tokenizer.Of("xyz")).Should().Throw<DataException>().WithMessage("*'xyz' cannot be cut into tokens (*unk_id*");
    }

    private TokenizerFile Read(string json)
    {
        File.WriteAllText(folder.File("made", "tokenizer.json"), json);
        return TokenizerFile.Read(folder.File("made", "tokenizer.json"), lowercase: true);
    }

    private ITokenizer Open(string json, int maxTokens = Plenty) => Read(json).Open(maxTokens);
}
