using ParquetPool.Grams;
using ParquetPool.Texts;

namespace ParquetPool.Shared.Tests.Grams;

public sealed class TextGramsTests
{
    private const int Width = 4096;

    [Theory]
    [InlineData("我的银行卡丢了怎么办", "我 的 银 行 卡 丢 了 怎 么 办")]
    [InlineData("カードをなくしました", "カ ー ド を な く し ま し た")]
    [InlineData("บัตรหาย", "บัตร หาย")]
    public void In_scripts_without_spaces_spaces_tell_nothing(string text, string spaced)
    {
        Cosine(text, spaced, TextGramKind.Words).Should().BeApproximately(1, 1e-6);
    }

    [Theory]
    [InlineData("我的银行卡昨天丢了", "我的银行卡今天丢了")]
    [InlineData("カードをなくしました", "カードをなくしまいた")]
    [InlineData("បាត់កាតរបស់ខ្ញុំ", "បាត់កាតរបស់គាត់")]
    [InlineData("ကတ်ပျောက်သွားပြီ", "ကတ်ပျောက်ပြီ")]
    [InlineData("𠮷野家で食べた", "𠮷野家で食べる")]
    public void There_a_text_is_near_one_that_differs_in_a_character(string a, string b)
    {
        Cosine(a, b, TextGramKind.Words).Should().BeInRange(0.4, 0.99);
    }

    [Fact]
    public void Scripts_are_mixed()
    {
        TextGrams.Of("我的iPhone 15坏了!", TextGramKind.Words).Should().Equal("我", "我的", "的", "iphone", "15", "iphone 15", "坏", "坏了", "了");
    }

    [Fact]
    public void Words_keep_their_vowel_signs()
    {
        TextGrams.Of("मेरा कार्ड", TextGramKind.Words).Should().Equal("मेरा", "कार्ड", "मेरा कार्ड");
    }

    [Fact]
    public void Emoji_alone_are_features()
    {
        TextGrams.Of("🙂🙂 😡", TextGramKind.Words).Should().Contain("😡").And.Contain("🙂🙂😡");
    }

    [Fact]
    public void Characters_keep_typos_near_and_symbols_apart()
    {
        Cosine("I cannot receive my money", "I cannot recieve my money", TextGramKind.Characters).Should().BeGreaterThan(0.7);
        Cosine("receive", "recieve", TextGramKind.Words).Should().Be(0);
        Cosine("C++ error", "C# error", TextGramKind.Characters).Should().BeLessThan(0.95);
        Cosine("C++ error", "C# error", TextGramKind.Words).Should().BeApproximately(1, 1e-6);
        TextGrams.Of(" a\tb ", TextGramKind.Characters).Should().Contain(" a b").And.Contain("b ");
        TextGrams.Of("  ", TextGramKind.Characters).Should().BeEmpty();
    }

    [Theory]
    [InlineData("Café crème", "Cafe\u0301 cre\u0300me")]
    [InlineData("한국어 카드", "\u1112\u1161\u11ab\u1100\u116e\u11a8\u110b\u1165 \u110f\u1161\u1103\u1173")]
    [InlineData("がぎぐ", "か\u3099き\u3099く\u3099")]
    [InlineData("Ångström", "A\u030angstro\u0308m")]
    [InlineData("Å Ω", "\u212b \u2126")]
    [InlineData("क़लम", "क\u093cलम")]
    [InlineData("plain", "plain")]
    public void A_text_that_can_be_written_in_two_ways_is_one(string composed, string other)
    {
        var texts = ComposedText.Of([composed, "it's", other, "a\0e\u0301", "\ud800e\u0301"]);

        texts[2].Should().Be(texts[0]);
        texts[1].Should().Be("it's");
        ComposedText.Of(other).Should().Be(texts[0]);
    }

    private static double Cosine(string a, string b, TextGramKind kind)
    {
        var (x, y) = (new float[Width], new float[Width]);
        HashedText.Fill(a, kind, x).Should().Be(x.Count(value => value != 0));
        HashedText.Fill(b, kind, y);
        return x.Zip(y).Sum(of => of.First * of.Second);
    }
}
