using ParquetPool.Contract;
using ParquetPool.Decoding;
using ParquetPool.Encoders;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Grams;
using ParquetPool.ShardRows;
using ParquetPool.Shards;
using ParquetPool.Texts;

namespace ParquetPool.Scorer.Finds;

/// <summary>What rows are to be near to, as a vector of the column.</summary>
/// <param name="Name">For people: <c>row 17</c>, <c>the text "…"</c>, <c>cat.jpg</c>.</param>
/// <param name="Vector">[width of the column]</param>
/// <param name="Encoder">What made it; null for a row.</param>
/// <param name="Picture">A small JPEG of it; null where it is none.</param>
internal sealed record SoughtVector(string Name, float[] Vector, string? Encoder = null, byte[]? Picture = null)
{
    /// <summary>Where the row stands; null of a text or a picture.</summary>
    public (Shard Shard, long Row)? Place { get; private init; }

    private const int ShownLength = 80;

    /// <summary>A text or a picture, by the encoder that made the column.</summary>
    /// <exception cref="UsageException">Nothing tells which encoder that is.</exception>
    /// <exception cref="DataException">It is another encoder, or the file is no picture.</exception>
    public static SoughtVector Encoded(FindOptions options, ShardSet shards, VectorColumn column)
    {
        var made = EncodedColumn.Of(PoolFacts.Of(shards), column.Name);
        if (options is { Encoder: null, Text: { } text } && made is not null && HashedText.KindOf(made) is { } grams)
        {
            return OfHashed(text, grams, made, column);
        }
        var name = options.Encoder ?? (made is { IsHashed: false } ? made.Encoder : null)
            ?? throw new UsageException($"{shards[0].Path}: nothing in its footer says which encoder made the column {column.Name}, expected one by trainer import --encoder, or texts that this version imported: name another --column, the --encoder, or a row with --like ID");
        if (options.Encoder is null && !TextEncoder.IsBuiltIn(name) && name != PictureEncoder.BuiltIn)
        {
            throw new UsageException($"the column {column.Name} was made by '{name}': name that file with --encoder, for what stands in a footer opens no file");
        }
        return options.Image is { } file ? OfPicture(file, name, made, column) : OfText(options.Text!, name, made, column);
    }

    /// <summary>A row of the pool.</summary>
    /// <exception cref="DataException">There is none of the id, or it has no usable vector.</exception>
    public static SoughtVector OfRow(string id, IEnumerable<(Shard Shard, RowBatch Batch, int Row)> rows, VectorColumn column)
    {
        foreach (var (shard, batch, row) in rows)
        {
            if (batch.Ids[row] == id)
            {
                return batch.Faults[row] == RowFaults.None
                    ? new($"row {id}", batch.Vectors[0][(row * column.Width)..((row + 1) * column.Width)]) { Place = (shard, batch.FirstRow + row) }
                    : throw new DataException($"{shard.Path}: row {id} has no usable {column.Name}: look for another");
            }
        }
        throw new DataException($"--like {id}: the pool has no such row: check the id, or name the column of ids with --id");
    }

    private static SoughtVector OfText(string text, string name, EncodedColumn? made, VectorColumn column)
    {
        using var encoder = TextEncoder.Open(name);
        Require(name, encoder.Sha256, encoder.Width, made, column);
        var vector = new float[encoder.Width];
        encoder.Encode([text], vector);
        return new(Shown(text), vector, name);
    }

    private static SoughtVector OfHashed(string text, TextGramKind grams, EncodedColumn made, VectorColumn column)
    {
        var vector = new float[column.Width];
        return HashedText.Column(grams, column.Width).Sha256 != made.Sha256 ? throw new DataException($"the column {column.Name} has vectors of texts as another version hashes them: import the texts anew")
            : HashedText.Fill(ComposedText.Of(text), grams, vector) == 0 ? throw new DataException($"--text has nothing that the column {column.Name} counts, expected {(grams == TextGramKind.Words ? "a word" : "a character")} at least")
            : new(Shown(text), vector, made.Encoder);
    }

    private static string Shown(string text) => $"the text \"{(text.Length > ShownLength ? $"{text[..ShownLength]}…" : text)}\"";

    private static SoughtVector OfPicture(string file, string name, EncodedColumn? made, VectorColumn column)
    {
        using var encoder = PictureEncoder.Open(name);
        Require(name, encoder.Sha256, encoder.Width, made, column);
        try
        {
            var picture = PictureDecoder.Decode(PictureFile.Bytes(file), encoder.LeastSide).Picture;
            var vector = new float[encoder.Width];
            encoder.Encode(picture, vector);
            return new(Path.GetFileName(file), vector, name, Thumbnail.Encode(Thumbnail.Of(picture)));
        }
        catch (UnusablePictureException unusable)
        {
            throw new DataException($"--image {file}: {unusable.Message}", unusable);
        }
    }

    private static void Require(string name, string sha256, int width, EncodedColumn? made, VectorColumn column)
    {
        if (made is not null && made.Sha256 != sha256)
        {
            throw new DataException($"{name} has SHA-256 {sha256[..12]}…, the column {column.Name} was made by one with {made.Sha256[..Math.Min(12, made.Sha256.Length)]}…: name that one with --encoder");
        }
        if (width != column.Width)
        {
            throw new DataException($"{name} makes vectors of {width} numbers, the column {column.Name} has {column.Kind}: name the encoder that made it");
        }
    }
}
