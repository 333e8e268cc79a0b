using ParquetPool.Encoders;
using ParquetPool.Errors;
using ParquetPool.Tokenizers;

namespace ParquetPool.Shared.Tests.Encoders;

public sealed class TextTokensTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("Where's my CARD?", "where's my card")]
    [InlineData("cafe\u0301 4you", "café 4you")]
    [InlineData("我丢了卡 ok", "我 丢 了 卡 ok")]
    [InlineData("  ", "")]
    public void Words_are_cut_alike_however_a_text_is_written(string text, string words) => TextWords.Of(text).Should().Equal(words.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [Fact]
    public void A_lone_surrogate_is_nothing() => TextWords.Of("a\uD800b --").Should().Equal("ab");

    [Fact]
    public void Ties_fall_to_the_characters_and_words_that_stand_once_are_left_out() =>
        TextWords.MostFrequent(["b a b a", "c c c once", "d d"], 3).Should().Equal("c", "a", "b");

    [Fact]
    public void Rows_of_word_pieces_are_cut_with_their_last_mark_and_filled_up()
    {
        using var tokens = TextTokens.Open(MadeEncoder.In(folder), 5);
        var ids = new float[10];

        tokens.Encode(["my cards lost money", "money"], ids);

        ids.Should().Equal([2, MadeEncoder.Place("my"), MadeEncoder.Place("card"), MadeEncoder.Place("##s"), 3, 2, MadeEncoder.Place("money"), 3, 0, 0]);
        tokens.Cut.Should().Be(1);
        tokens.Column.Should().BeEquivalentTo(new { Tokens = MadeEncoder.Width, Padding = 0 });
    }

    [Fact]
    public void A_column_is_matched_by_the_same_tokenizer_alone()
    {
        var path = MadeEncoder.In(folder);
        using var tokens = TextTokens.Open(path, 5);
        using var same = TextTokens.Of(tokens.Column, 5);
        same.Column.Should().Be(tokens.Column);

        File.AppendAllText(folder.File("encoder", "vocab.txt"), "more\n");
        FluentActions.Invoking(() => TextTokens.Of(tokens.Column, 5)).Should().Throw<DataException>().WithMessage("*is another tokenizer*");
    }

    [Theory]
    [InlineData("vocab.txt", "cut", "*beside/vocab.txt is another tokenizer*or *encoder.json says another prefix or case: *")]
    [InlineData("vocab.txt", "gone", "*beside/vocab.txt: no such tokenizer*")]
    [InlineData("encoder.json", "cut", "*beside/encoder.json: *expected an object*")]
    public void What_lies_beside_a_model_and_is_damaged_is_told_by_its_name(string file, string damage, string message)
    {
        var path = MadeEncoder.In(folder);
        using var tokens = TextTokens.Open(path, 5);
        EncoderParts.Of(path).Lay(Directory.CreateDirectory(folder.File("beside")).FullName);
        using (TextTokens.Of(tokens.Column, 5, folder.File("beside")))
        {
        }

        var damaged = folder.File("beside", file);
        if (damage == "gone")
        {
            File.Delete(damaged);
        }
        else
        {
            File.WriteAllBytes(damaged, File.ReadAllBytes(damaged)[..^12]);
        }
        FluentActions.Invoking(() => TextTokens.Of(tokens.Column, 5, folder.File("beside"))).Should().Throw<DataException>().WithMessage(message);
    }
}
