using System.Text;

namespace ParquetPool.Tokenizers;

/// <summary>A vocabulary of whole words: 0 fills short rows up, 1 stands for every other word, the words have the ids from 2 on.</summary>
/// <param name="Words">In the order of their ids.</param>
internal sealed record WordList(IReadOnlyList<string> Words) : TokenizerFile(OwnWords)
{
    /// <summary>The name of a vocabulary that is learnt from the texts.</summary>
    public const string OwnWords = "words";

    private const int Padding = 0;
    private const int Unknown = 1;
    private const int First = 2;

    public override IEnumerable<string> Told => Words.Prepend(OwnWords);

    public override TokenNumbers Numbers => new(First + Words.Count, Padding, Unknown);

    public override (string Name, byte[] Bytes) ToFile() => ("words.txt", Encoding.UTF8.GetBytes(string.Concat(Words.Select(word => word + "\n"))));

    public override ITokenizer Open(int maxTokens) => new Cutter(Words.Index().ToDictionary(word => word.Item, word => (long)(First + word.Index), StringComparer.Ordinal), maxTokens);

    private sealed class Cutter(IReadOnlyDictionary<string, long> ids, int maxTokens) : ITokenizer
    {
        public long[] Of(string text) => [.. TextWords.Of(text).DefaultIfEmpty("").Take(maxTokens).Select(word => ids.GetValueOrDefault(word, Unknown))];

        public void Dispose()
        {
        }
    }
}
