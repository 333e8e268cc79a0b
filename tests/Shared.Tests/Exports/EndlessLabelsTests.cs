using System.Text;
using System.Text.Json;
using System.Xml;
using ParquetPool.Exports;

namespace ParquetPool.Shared.Tests.Exports;

/// <summary>Files that never come to an end are refused while they are read, not when memory ends.</summary>
public class EndlessLabelsTests
{
    [Fact]
    public void A_word_of_JSON_without_an_end_is_refused()
    {
        using var stream = new Endless("[true");

        new JsonBytes(stream).Invoking(json => json.CopyValue()).Should().Throw<JsonException>().WithMessage("a word before byte * is longer than*");
    }

    [Fact]
    public void A_tag_of_XML_without_an_end_is_refused()
    {
        using var xml = XmlReader.Create(new TagStream(new Endless("<annotations><image name=\"")));
        var read = () => { while (xml.Read()) { } };

        read.Should().Throw<XmlException>().WithMessage("a tag or a text is longer than 4194304 bytes");
    }

    private sealed class Endless(string beginning) : MemoryStream
    {
        private readonly Queue<byte> first = new(Encoding.UTF8.GetBytes(beginning));

        public override int Read(Span<byte> buffer)
        {
            for (var i = 0; i < buffer.Length; i++)
            {
                buffer[i] = first.TryDequeue(out var next) ? next : (byte)'a';
            }
            return buffer.Length;
        }
    }
}
