using System.Text;
using System.Text.Json;
using ParquetPool.Tokenizers;

namespace ParquetPool.Shared.Tests.Tokenizers;

/// <summary>Our reading of BERT's word pieces against Hugging Face's own library.</summary>
public class WordPiecesTests
{
    private const int Texts = 1000;
    private const int Plenty = 300;

    private static readonly string[] Marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

    private static readonly string[] Letters =
    [
        "a", "b", "A", "1", "é", "e\u0301", "É", "ß", "İ", "ı", "ﬁ", "Å", "Ω", "ά", "й", "한", "字", "豈", "\U00020000", "カ", "ｶ", "ก", "ि", "ا", "َ", "²", "Ⅷ", "ǅ", "ª", "Ⓐ", "😀", "👍🏽", "🇩🇪", "𝐀", "\uFE0F", "\u0345",
        "!", "-", "—", "_", "'", "’", "$", "^", "`", "+", "|", "¡", "·", "、", "[", "]", " ", " ", "\t", "\n", "\u00A0", "\u3000", "\u2028", "\u0085", "\0", "\u0001", "\u00AD", "\u200B", "\u200D", "\u202E", "\uE000", "\uFEFF", "\uFFFD", "[MASK]", "[UNK]", "[SEP]",
    ];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Odd_texts_are_cut_as_by_the_library(bool lowercase)
    {
        string[] single = [.. Letters.Concat(Letters.Select(l => l.Normalize(NormalizationForm.FormD))).Concat(Letters.Select(l => l.ToLowerInvariant())).Except(Marks).SelectMany(l => l.EnumerateRunes()).Where(r => !Rune.IsControl(r) && !Rune.IsWhiteSpace(r)).Select(r => r.ToString()).Distinct()];
        string[] pieces = [.. Marks, .. single, .. single.Select(s => "##" + s)];
        var json = JsonSerializer.SerializeToUtf8Bytes(new
        {
            added_tokens = Marks.Select((content, id) => new { id, content, single_word = false, lstrip = false, rstrip = false, normalized = false, special = true }),
            normalizer = new { type = "BertNormalizer", clean_text = true, handle_chinese_chars = true, strip_accents = (bool?)null, lowercase },
            pre_tokenizer = new { type = "BertPreTokenizer" },
            post_processor = new { type = "BertProcessing", sep = new object[] { "[SEP]", 3 }, cls = new object[] { "[CLS]", 2 } },
            model = new { type = "WordPiece", unk_token = "[UNK]", continuing_subword_prefix = "##", max_input_chars_per_word = 100, vocab = pieces.Index().ToDictionary(p => p.Item, p => p.Index) },
        });
        using var ours = new Vocabulary("vocab.txt", pieces, lowercase).Open(Plenty);
        using var library = new TokenizerJson("tokenizer.json", json).Open(Plenty);
        var random = new Random(5);
        string Made(int length) => string.Concat(Enumerable.Range(0, length).Select(_ => Letters[random.Next(length > 9 && random.Next(30) > 0 ? 20 : Letters.Length)]));

        foreach (var text in Letters.SelectMany(l => new[] { l, $"a{l}b", $"a {l} b" }).Concat(Enumerable.Range(0, Texts).Select(i => Made(i % 10 == 0 ? random.Next(60, 250) : random.Next(2, 7)))))
        {
            ours.Of(text).Should().Equal(library.Of(text), JsonSerializer.Serialize(text));
        }
    }
}
