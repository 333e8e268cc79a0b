using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ParquetPool.Errors;
using ParquetPool.Scorer.Cells;
using ParquetPool.Scorer.Embedders;
using ParquetPool.Scorer.Neighbours;
using ParquetPool.Scorer.Pairs;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Audits;

/// <summary>The cells of a split's rows, saved for later audits: <c>--index</c>.</summary>
/// <remarks>Rows as <see cref="CellRecord"/>, cell after cell; the centres likewise; 16 bytes of each row's fingerprint; the <see cref="IndexHeader"/> with the checksum of all these.</remarks>
internal sealed class IndexFile : IDisposable
{
    private readonly FileStream file;
    private readonly IndexHeader header;
    private readonly AuditSplit split;
    private readonly int[] numbers;

    private IndexFile(FileStream file, IndexHeader header, AuditSplit split, int[] numbers) =>
        (this.file, this.header, this.split, this.numbers) = (file, header, split, numbers);

    /// <summary>The shards whose rows it holds, by name.</summary>
    public IReadOnlySet<string> Shards => header.Shards.Select(shard => shard.Name).ToHashSet(StringComparer.Ordinal);

    /// <summary>What an audit makes its vectors of.</summary>
    public static string Compared(AuditOptions options, AuditInputs inputs)
    {
        var columns = options.Vectors.Columns.Count > 0 ? options.Vectors.Columns : inputs.Embedder.Columns.Select(column => column.Name);
        string?[] parts =
        [
            $"columns {string.Join(" and ", columns)}",
            inputs.Model is { } model ? FormattableString.Invariant($"model {model.Sha256} of weight {Weighted.Parse("--model", options.Vectors.Model!, Path.Exists).Weight}") : null,
            options.Vectors.Pixels is { } weight ? FormattableString.Invariant($"pixels of weight {weight}") : null,
            options.Vectors.Views is { } views ? $"views {views}" : null,
            inputs.Texts is { Count: > 0 } texts ? $"texts {string.Join(" and ", texts)}" : null,
            options.Vectors.Pixels is null && options.Vectors.Views is null ? null : $"images {options.Page.Image}",
        ];
        return string.Join(", ", parts.OfType<string>());
    }

    /// <summary>Opens a file, enters the fingerprints of its rows and rejects those that were rejected when it was made.</summary>
    /// <param name="compared">What vectors are made of, <see cref="Compared"/>.</param>
    /// <param name="hashes">[shard of the split]: of its bytes.</param>
    /// <exception cref="DataException">It is no index, of other vectors, or of rows that the split does not have.</exception>
    public static IndexFile Open(string path, string compared, AuditSplit split, IReadOnlyList<string> hashes)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            var header = IndexHeader.Read(file);
            if (header.Compared != compared)
            {
                throw new DataException($"{path} holds vectors of {header.Compared}, this audit compares {compared}: name another file with --index");
            }
            var index = new IndexFile(file, header, split, Numbers(path, header, split, hashes));
            index.EnterFingerprints();
            foreach (var reject in header.Rejects)
            {
                split.Reject(index.numbers[reject.Row], reject.Reason);
            }
            return index;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Saves an index.</summary>
    /// <exception cref="IOException">The file cannot be written; an earlier one is left as it was.</exception>
    public static void Write(string path, string compared, CellIndex index, AuditSplit split, IReadOnlyList<string> hashes) =>
        WholeFile.Write(path, stream =>
        {
            var counts = new int[index.Cells];
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using var block = new EmbeddingBlock(EmbeddingBlock.DefaultRows, index.Centres.Width);
            for (var cell = 0; cell < counts.Length; cell++)
            {
                foreach (var rows in index.Rows.Read(cell, block))
                {
                    Write(stream, hash, Bytes(rows));
                    counts[cell] += rows.Count;
                }
            }
            Write(stream, hash, Bytes(index.Centres));
            var fingerprints = Enumerable.Range(0, split.Rows).Select(row => split.FingerprintOf(row)).ToArray();
            Write(stream, hash, MemoryMarshal.AsBytes(fingerprints.AsSpan()));
            var shards = split.Shards.Select((shard, place) => new IndexedShard(shard.Name, hashes[place], split.FirstRowOf(place + 1) - split.FirstRowOf(place)));
            var header = new IndexHeader(
                IndexHeader.CurrentSchemaVersion, compared, index.Centres.Width, [.. shards], [.. split.Rejects.Select(reject => new IndexedReject(reject.Row, reject.Reason))], counts,
                Convert.ToHexStringLower(hash.GetHashAndReset()));
            header.Write(stream);
        });

    /// <summary>The index, to which rows may be added.</summary>
    /// <param name="newRows">Makes room for added rows of so many cells.</param>
    public CellIndex ToIndex(Func<int, ICellRows> newRows)
    {
        var recordBytes = (long)CellRecord.Bytes(header.Width);
        var runs = new List<(long, long)>();
        var end = 0L;
        foreach (var count in header.Counts)
        {
            runs.Add((end, count * recordBytes));
            end += count * recordBytes;
        }
        var centres = new EmbeddingBlock(header.Counts.Count, header.Width);
        using var block = new EmbeddingBlock(EmbeddingBlock.DefaultRows, header.Width);
        foreach (var some in new CellRuns(file, header.Width, row => row, row => $"{row:D8}").Read([(end, recordBytes * header.Counts.Count)], block))
        {
            for (var i = 0; i < some.Count; i++)
            {
                centres.Add(some, i);
            }
        }
        var rows = new CellRuns(file, header.Width, row => NumberOf(row) is var number && split.IsRejected(number) ? -1 : number, split.IdOf);
        return new CellIndex(centres, new SavedCells(rows, runs, newRows(header.Counts.Count)));
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private int NumberOf(int row) => row >= 0 && row < numbers.Length ? numbers[row]
        : throw new DataException($"{file.Name} has a row {row} of {numbers.Length}, expected numbers below that: remove it and it is made anew");

    private void EnterFingerprints()
    {
        var fingerprints = new UInt128[header.Rows];
        file.Position = header.FingerprintsAt;
        file.ReadExactly(MemoryMarshal.AsBytes(fingerprints.AsSpan()));
        for (var row = 0; row < fingerprints.Length; row++)
        {
            split.FingerprintOf(numbers[row]) = fingerprints[row];
        }
    }

    private static void Write(Stream stream, IncrementalHash hash, ReadOnlySpan<byte> bytes)
    {
        stream.Write(bytes);
        hash.AppendData(bytes);
    }

    private static byte[] Bytes(EmbeddingBlock rows)
    {
        var record = CellRecord.Bytes(rows.Width);
        var bytes = new byte[record * rows.Count];
        for (var row = 0; row < rows.Count; row++)
        {
            CellRecord.Write(bytes.AsSpan(row * record, record), rows, row);
        }
        return bytes;
    }

    /// <summary>[row of the file]: its number in the split.</summary>
    private static int[] Numbers(string path, IndexHeader header, AuditSplit split, IReadOnlyList<string> hashes)
    {
        var places = split.Shards.Index().ToDictionary(shard => shard.Item.Name, shard => shard.Index, StringComparer.Ordinal);
        var numbers = new int[header.Rows];
        var row = 0;
        foreach (var shard in header.Shards)
        {
            if (!places.TryGetValue(shard.Name, out var place) || hashes[place] != shard.Sha256)
            {
                throw new DataException($"{path} holds rows of {shard.Name}, which {(places.ContainsKey(shard.Name) ? "has changed since" : "--train does not name")}: name the shards it was made of, and any new ones, or another file with --index");
            }
            for (var i = 0; i < shard.Rows; i++)
            {
                numbers[row++] = split.FirstRowOf(place) + i;
            }
        }
        return numbers;
    }
}
