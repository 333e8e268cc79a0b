using System.Text;
using ParquetPool.Errors;

namespace ParquetPool.Tokenizers;

/// <summary>The word pieces of a BERT, in the order of their numbers.</summary>
/// <param name="Pieces">One a token; those that go on a word begin with <c>##</c>.</param>
/// <param name="Lowercase">Whether texts are put into lower case and lose their accents.</param>
internal sealed record Vocabulary(string Path, IReadOnlyList<string> Pieces, bool Lowercase) : TokenizerFile(Path)
{
    /// <summary>The share of the pieces that must have capitals to prove that texts keep theirs.</summary>
    private const double CasedShare = 0.01;

    /// <summary>Whether the pieces are of texts in upper and lower case.</summary>
    public bool IsCased => Pieces.Count(piece => !piece.StartsWith('[') && piece.Any(char.IsAsciiLetterUpper)) >= Math.Max(1, CasedShare * Pieces.Count);

    public override IEnumerable<string> Told => Pieces.Prepend(Lowercase ? "lower" : "cased");

    public override TokenNumbers Numbers => new(Pieces.Count, Place(WordPieces.Padding), Place(WordPieces.Unknown));

    public override int? MaskId => Pieces.Contains(WordPieces.Mask) ? Place(WordPieces.Mask) : null;

    public override IEnumerable<int> MarkIds => WordPieces.Marks.Append(WordPieces.Mask).Where(Pieces.Contains).Select(Place);

    public override (string Name, byte[] Bytes) ToFile() => ("vocab.txt", Encoding.UTF8.GetBytes(string.Concat(Pieces.Select(piece => piece + "\n"))));

    /// <summary>A <c>vocab.txt</c>, one piece a line.</summary>
    /// <exception cref="DataException">It lacks a piece that every text needs.</exception>
    public static Vocabulary OfLines(TextReader lines, string path, bool lowercase)
    {
        var pieces = new List<string>();
        while (lines.ReadLine() is { } piece)
        {
            pieces.Add(piece);
        }
        return WordPieces.Marks.FirstOrDefault(mark => !pieces.Contains(mark)) is { } missing
            ? throw new DataException($"{path}: {pieces.Count} word pieces and none is {missing}, expected {string.Join(", ", WordPieces.Marks)} among them: is it the vocabulary of a BERT?")
            : new(path, pieces, lowercase);
    }

    public override ITokenizer Open(int maxTokens) => new WordPieces(this, maxTokens);

    private int Place(string mark) => Pieces.Index().First(piece => piece.Item == mark).Index;
}
