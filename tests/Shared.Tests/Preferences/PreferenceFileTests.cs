using ParquetPool.Errors;
using ParquetPool.Preferences;

namespace ParquetPool.Shared.Tests.Preferences;

public sealed class PreferenceFileTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly List<string> told = [];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_table_is_read_whatever_the_case_of_its_words()
    {
        Read("Answer,right,left,annotator\nLEFT,b,a,ann\n equal ,c,a,\n,d,a,\nIncomparable,d,c,bob\n").Should().Equal(
            new Preference("a", "b", PreferenceAnswer.Left, "ann"), new Preference("a", "c", PreferenceAnswer.Equal, ""), new Preference("c", "d", PreferenceAnswer.Incomparable, "bob"));
        told.Should().Equal("1 pairs have no answer yet");
    }

    [Fact]
    public void The_same_answer_counts_once_and_different_ones_are_told()
    {
        Read("left,right,answer,annotator\na,b,left,ann\nb,a,right,ann\na,b,left,bob\nb,a,left,eve\nc,d,equal,\nd,c,equal,\n").Should().HaveCount(4);

        told.Should().Equal(
            "2 answers stand there already, of the same person about the same pair: each counts once",
            "1 pairs are answered differently, such as a and b (a is preferred, a is preferred, b is preferred): every answer counts");
    }

    [Fact]
    public void Records_and_flat_exports_are_read()
    {
        Read("""{"left":"a","right":"b","answer":"right"}""", "x.jsonl").Should().Equal(new Preference("a", "b", PreferenceAnswer.Right, ""));
        Read("""[{"id":7,"left_id":1,"right_id":2,"answer":{"selected":"left"}},{"left_id":1,"right_id":3,"otherwise":"equal"}]""", "x.json").Should().Equal(
            new Preference("1", "2", PreferenceAnswer.Left, ""), new Preference("1", "3", PreferenceAnswer.Equal, ""));
    }

    [Theory]
    [InlineData("left,right,answer\na,b,better\n", "*row 1: answer is 'better', expected left, right, equal or incomparable*")]
    [InlineData("left,right,answer\na,b,left\na,a,left\n", "*row 2: left and right are both 'a', expected two rows*")]
    [InlineData("left,right,answer\na,,left\n", "*row 1: right is empty*")]
    [InlineData("left,answer\na,left\n", "*no column right, expected left, right and answer: it has left, answer*")]
    [InlineData("left,right,answer\n", "*no pairs in it*")]
    [InlineData("", "*")]
    [InlineData("[]", "*no pairs in it*")]
    [InlineData("""[{"annotations":[{"result":[]}],"data":{"row_id":"a"}}]""", "*element 1 does not say which rows it shows, expected left_id and right_id*")]
    [InlineData("""[{"left_id":"a","right_id":"b","answer":"left"},""", "*not JSON that can be read*")]
    [InlineData("""[3]""", "*element 1 is no answer about two rows*")]
    public void What_is_no_answer_is_refused_with_its_place(string content, string message) =>
        FluentActions.Invoking(() => Read(content)).Should().Throw<DataException>().WithMessage(message);

    private IReadOnlyList<Preference> Read(string content, string name = "answers.csv")
    {
        File.WriteAllText(folder.File(name), content);
        return PreferenceFile.Read([folder.File(name)], told.Add);
    }
}
