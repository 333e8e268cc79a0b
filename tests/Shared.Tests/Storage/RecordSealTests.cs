using System.Text;
using System.Text.Json;
using ParquetPool.Storage;

namespace ParquetPool.Shared.Tests.Storage;

public class RecordSealTests
{
    private static readonly byte[] Record = RecordSeal.Close("{\n  \"a\": 1,\n  \"b\": {\n    \"c\": [\n      2\n    ]\n  }\n}\n"u8);

    [Fact]
    public void A_record_keeps_its_members_and_carries_a_checksum()
    {
        RecordSeal.Fits(Record).Should().BeTrue();
        JsonDocument.Parse(Record).RootElement.EnumerateObject().Select(member => member.Name).Should().Equal("a", "b", "xxh128");
    }

    [Fact]
    public void Whatever_digit_or_letter_changes_is_noticed()
    {
        var json = Encoding.UTF8.GetString(Record);
        foreach (var at in Enumerable.Range(0, json.Length).Where(at => char.IsAsciiLetterOrDigit(json[at])))
        {
            var edited = Record.ToArray();
            edited[at] ^= 1;
            RecordSeal.Fits(edited).Should().NotBe(true, $"{at}");
        }
    }

    [Fact]
    public void A_record_of_an_earlier_version_carries_none()
    {
        RecordSeal.Fits("{\n  \"a\": 1\n}\n"u8).Should().BeNull();
        RecordSeal.Fits([]).Should().BeNull();
    }
}
