using System.Runtime.Intrinsics.X86;
using ParquetPool.Randomness;

namespace ParquetPool.Shared.Tests.Randomness;

public class PhiloxTests
{
    public delegate int Filler(uint key0, uint key1, uint firstBlock, uint c1, uint c2, uint c3, Span<uint> words);

    /// <summary>The known answers that Random123 publishes (kat_vectors).</summary>
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, "6627e8d5 e169c58d bc57ac4c 9b00dbd8")]
    [InlineData(0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, "408f276d 41c83b0e a20bc7c6 6d5451fd")]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, "d16cfe09 94fdcceb 5001e420 24126ea1")]
    public void Matches_the_published_answers(uint c0, uint c1, uint c2, uint c3, uint key0, uint key1, string expected)
    {
        var words = new uint[32];
        Philox.Fill(key0, key1, c0, c1, c2, c3, words);
        string.Join(' ', words.Take(4).Select(w => w.ToString("x8"))).Should().Be(expected);
        Philox.FillScalar(key0, key1, c0, c1, c2, c3, words.AsSpan(0, 4));
        string.Join(' ', words.Take(4).Select(w => w.ToString("x8"))).Should().Be(expected);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(1000)]
    public void Every_path_gives_the_same_words(int count)
    {
        var scalar = new uint[count];
        Philox.FillScalar(7, 8, uint.MaxValue - 20, 1, 2, 3, scalar);
        foreach (var path in Paths())
        {
            var words = new uint[count];
            var done = path(7, 8, uint.MaxValue - 20, 1, 2, 3, words);
            words.Take(done).Should().Equal(scalar.Take(done));
        }
    }

    [Fact]
    public void A_part_drawn_alone_equals_the_part_of_the_whole()
    {
        var whole = new uint[400];
        Philox.Fill(1, 2, 0, 3, 4, 5, whole);
        var part = new uint[100];
        Philox.Fill(1, 2, 50, 3, 4, 5, part);
        part.Should().Equal(whole.Skip(200).Take(100));
    }

    private static IEnumerable<Filler> Paths()
    {
        yield return (key0, key1, first, c1, c2, c3, words) =>
        {
            Philox.Fill(key0, key1, first, c1, c2, c3, words);
            return words.Length;
        };
        if (Avx2.IsSupported)
        {
            yield return Philox.Fill256;
        }
        if (Avx512F.IsSupported)
        {
            yield return Philox.Fill512;
        }
    }
}
