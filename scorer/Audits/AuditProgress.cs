using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using ParquetPool.Scorer.Pairs;
using ParquetPool.Scorer.Records;
using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Audits;

/// <summary>Which parts of an audit's queries are finished and what they gave: the folder <c>progress</c> beside the outputs, removed at the end.</summary>
/// <remarks>
/// A part's pairs are written as they are found, then renamed; then the split's record, with how far its rows are done, how many pairs
/// that gave, and the evidence so far, takes the place of the one before. So a killed audit loses the part it was at. What was left by
/// other inputs, options or an older program is thrown away.
/// </remarks>
internal sealed class AuditProgress : IDisposable
{
    private const int BufferBytes = 1 << 16;

    private readonly string folder;
    private readonly byte[] key;
    private readonly AuditInputs inputs;
    private readonly IReadOnlyList<PairEvidence> evidence;
    private readonly int[] done;
    private readonly long[] pairs;
    private readonly List<string> finished = [];
    private FileStream? part;

    private AuditProgress(string folder, byte[] key, AuditInputs inputs, IReadOnlyList<PairEvidence> evidence)
    {
        (this.folder, this.key, this.inputs, this.evidence) = (folder, key, inputs, evidence);
        (done, pairs) = (new int[inputs.Splits.Count], new long[inputs.Splits.Count]);
    }

    /// <summary>Query rows times rows compared with them, and cosines decided in double, of all parts.</summary>
    public (long Compared, long Recomputed) Counts { get; private set; }

    /// <summary>Takes up what an earlier run of the same audit left.</summary>
    /// <param name="centres">A hash of what decides the cells of an index that was saved; null without.</param>
    /// <exception cref="IOException">A shard cannot be read or the folder not be written.</exception>
    public static AuditProgress Open(AuditOptions options, AuditInputs inputs, IReadOnlyList<MemoryPlan> plan, IReadOnlyList<PairEvidence> evidence, string? centres, CancellationToken stopping)
    {
        var progress = new AuditProgress(FolderOf(options), Key(options, inputs, plan, centres, stopping), inputs, evidence);
        Directory.CreateDirectory(progress.folder);
        for (var split = 0; split < inputs.Splits.Count; split++)
        {
            progress.Read(split);
        }
        progress.RemoveUnfinished();
        return progress;
    }

    /// <summary>Removes the folder; for an audit that is done, or that has nothing to go on with.</summary>
    public static void Remove(AuditOptions options)
    {
        if (Directory.Exists(FolderOf(options)))
        {
            Directory.Delete(FolderOf(options), recursive: true);
        }
    }

    /// <summary>The rows of a split that are done, from its first.</summary>
    public int Done(int split) => done[split];

    /// <summary>Takes in a pair of the part that is compared now.</summary>
    public void Add(in AuditPair pair)
    {
        part ??= WholeFile.Open(PartOf(SplitOf(pair)), BufferBytes);
        part.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<AuditPair>(in pair)));
    }

    /// <summary>Records the part that was compared now.</summary>
    /// <param name="next">The split's rows before this one are done.</param>
    /// <exception cref="IOException">The folder has no room.</exception>
    public void Finish(int split, int next, long compared, long recomputed)
    {
        if (part is not null)
        {
            pairs[split] += part.Length / Unsafe.SizeOf<AuditPair>();
            part.Flush(flushToDisk: true);
            part.Dispose();
            part = null;
            WholeFile.Rename(PartOf(split));
        }
        done[split] = next;
        Counts = (Counts.Compared + compared, Counts.Recomputed + recomputed);
        WholeFile.Write(RecordOf(split), stream =>
        {
            stream.Write(key);
            stream.Write(MemoryMarshal.AsBytes<long>([next, pairs[split], Counts.Compared, Counts.Recomputed]));
            foreach (var of in EvidenceOf(split))
            {
                of.Write(stream);
            }
        });
    }

    /// <summary>The pairs of the parts that an earlier run finished.</summary>
    public IEnumerable<AuditPair> Earlier()
    {
        var chunk = new AuditPair[4096];
        foreach (var file in finished)
        {
            using var stream = File.OpenRead(file);
            while (stream.ReadAtLeast(MemoryMarshal.AsBytes(chunk.AsSpan()), Unsafe.SizeOf<AuditPair>() * chunk.Length, throwOnEndOfStream: false) is > 0 and var bytes)
            {
                for (var i = 0; i < bytes / Unsafe.SizeOf<AuditPair>(); i++)
                {
                    yield return chunk[i];
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => part?.Dispose();

    private static string FolderOf(AuditOptions options) => Path.Combine(options.Out, "progress");

    private string RecordOf(int split) => Path.Combine(folder, $"{split}.record");

    private string PartOf(int split) => Path.Combine(folder, $"{split}-{done[split]}.pairs");

    private int SplitOf(in AuditPair pair)
    {
        var split = inputs.Comparisons[pair.Comparison].Split;
        return inputs.Splits.Index().First(of => of.Item == split).Index;
    }

    private IReadOnlyList<PairEvidence> EvidenceOf(int split) =>
        [.. evidence.Where((_, comparison) => inputs.Comparisons[comparison].Split == inputs.Splits[split])];

    private void Read(int split)
    {
        if (!File.Exists(RecordOf(split)))
        {
            return;
        }
        using var stream = File.OpenRead(RecordOf(split));
        var (found, numbers) = (new byte[key.Length], new long[4]);
        if (stream.Length != key.Length + (numbers.Length * sizeof(long)) + EvidenceOf(split).Sum(of => of.Bytes))
        {
            return;
        }
        stream.ReadExactly(found);
        stream.ReadExactly(MemoryMarshal.AsBytes(numbers.AsSpan()));
        var files = Parts(split).Where(file => file.From < numbers[0]).ToList();
        if (!found.AsSpan().SequenceEqual(key) || files.Sum(file => new FileInfo(file.Path).Length) != numbers[1] * Unsafe.SizeOf<AuditPair>())
        {
            return;
        }
        foreach (var of in EvidenceOf(split))
        {
            of.Read(stream);
        }
        (done[split], pairs[split]) = ((int)numbers[0], numbers[1]);
        Counts = (Math.Max(Counts.Compared, numbers[2]), Math.Max(Counts.Recomputed, numbers[3]));
        finished.AddRange(files.Select(file => file.Path));
    }

    private IEnumerable<(string Path, int From)> Parts(int split) =>
        Directory.EnumerateFiles(folder, $"{split}-*.pairs").Select(path => (path, int.Parse(Path.GetFileNameWithoutExtension(path).Split('-')[1], CultureInfo.InvariantCulture)));

    private void RemoveUnfinished()
    {
        var ours = finished.Concat(Enumerable.Range(0, done.Length).Where(split => done[split] > 0).Select(RecordOf)).ToHashSet();
        foreach (var stale in Directory.EnumerateFiles(folder).Where(file => !ours.Contains(file)))
        {
            File.Delete(stale);
        }
    }

    /// <summary>A hash of all that decides what a part gives: rows, vectors, what is looked for, and how the rows are cut.</summary>
    private static byte[] Key(AuditOptions options, AuditInputs inputs, IReadOnlyList<MemoryPlan> plan, string? centres, CancellationToken stopping)
    {
        var hashes = inputs.Splits.SelectMany(split => split.Shards).DistinctBy(shard => shard.Path).ToDictionary(shard => shard.Path, shard => ContentHash.Of(shard.Path, stopping));
        var decides = new
        {
            // Every option that is not known to change no pair, so that a new one is never forgotten.
            Options = options with
            {
                Train = [],
                Test = [],
                Pool = [],
                Labelled = [],
                Vectors = options.Vectors with { Model = inputs.Model?.Sha256 },
                Search = options.Search with { Index = null, Threads = 0, VectorMegabytes = 0 },
                Out = "",
                Benchmark = false,
                OnBadRows = default,
                Page = new() { Image = options.Page.Image },
            },
            Centres = centres,
            Columns = inputs.Embedder.Columns.Select(column => column.Name),
            Splits = inputs.Splits.Zip(plan, (split, how) => new
            {
                split.Name,
                Shards = split.Shards.Select(shard => new { shard.Name, shard.Columns, Sha256 = hashes[shard.Path] }),
                Members = split.Members is { } members ? Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(members.Span))) : null,
                how.BlockRows,
                how.PartBlocks,
            }),
            Versions = RunVersions.Current(),
        };
        return SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(decides));
    }
}
