using ParquetPool.Engine;
using ParquetPool.Randomness;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Scoring;
using ParquetPool.ShardRows;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Comparisons;

/// <summary>One pass over a pool: every row's score, and some rows drawn evenly, among which pairs are sought.</summary>
/// <remarks>Which rows those are depends on their ids and the seed alone. Memory: the ids of all rows, and the drawn rows' scores.</remarks>
/// <param name="model">Null where there is none yet; then there are no scores.</param>
internal sealed class ComparedPool(ShardSet shards, RankingModel? model, int candidates, ulong seed)
{
    private const int RowsAtOnce = 2048;

    private readonly PriorityQueue<ComparedRow, (double Key, string Id)> worstFirst =
        new(Comparer<(double Key, string Id)>.Create((a, b) => a.Key.CompareTo(b.Key) is not 0 and var byKey ? byKey : string.CompareOrdinal(b.Id, a.Id)));

    private readonly double[] members = new double[model?.Committee.Members ?? 0];
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private readonly List<(string Name, string Sha256)> done = [];

    /// <summary>Usable rows.</summary>
    public long Rows { get; private set; }

    /// <summary>Rows that are not.</summary>
    public long Rejected { get; private set; }

    /// <summary>Whether all shards are read.</summary>
    public bool IsRead => done.Count == shards.Count;

    /// <summary>The drawn rows in the order of their ids.</summary>
    public IReadOnlyList<ComparedRow> Drawn => [.. worstFirst.UnorderedItems.Select(item => item.Element).OrderBy(row => row.Id, StringComparer.Ordinal)];

    /// <summary>Reads on in the pool, a shard at least.</summary>
    /// <param name="rejects">Takes rows that cannot be used.</param>
    /// <param name="usable">Takes every other row's id, shard, place and score, which is NaN without a model.</param>
    /// <param name="isEnough">Asked after each shard.</param>
    /// <exception cref="Errors.DataException">A shard cannot be read.</exception>
    public void Read(RejectsFile rejects, Action<string, string, long, double> usable, Func<bool> isEnough, Action<long> advance, CancellationToken stopping)
    {
        var schema = new RowSchema([.. model?.Committee.Inputs.SelectMany(input => input.Columns).Distinct() ?? []]);
        shards.RequireColumns(schema);
        var (batch, tile) = (new RowBatch(schema, RowsAtOnce), model?.Committee.TileRows ?? RowsAtOnce);
        using var run = model?.Committee.NewRun();
        do
        {
            var shard = shards[done.Count];
            var hash = ContentHash.Of(shard.Path, stopping); // Before its rows: one that changes meanwhile is not taken for the one read.
            using var reader = new ShardReader(shard, schema);
            while (reader.Read(batch, stopping))
            {
                for (var at = 0; at < batch.Count; at += tile)
                {
                    var count = Math.Min(tile, batch.Count - at);
                    run?.Load(batch, at, count);
                    run?.Run(count);
                    for (var row = at; row < at + count; row++)
                    {
                        var (id, place) = (batch.Ids[row], batch.FirstRow + row);
                        if (run is not null)
                        {
                            model!.CopyScores(run, row - at, members);
                        }
                        if (Fault(batch, row) is { } fault)
                        {
                            rejects.Write(id, shard.Name, place, fault);
                            Rejected++;
                            continue;
                        }
                        Rows++;
                        usable(id, shard.Name, place, members.Length > 0 ? members.Average() : double.NaN);
                        Draw(new ComparedRow(id, shard.Name, place, [.. members]));
                    }
                }
                advance(batch.Count);
            }
            done.Add((shard.Name, hash));
        }
        while (!IsRead && !isEnough());
    }

    /// <summary>Writes how far it has come, but for the ids of the rows that were usable.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(done.Count);
        foreach (var (name, sha256) in done)
        {
            writer.Write(name);
            writer.Write(sha256);
        }
        writer.Write(Rows);
        writer.Write(Rejected);
        writer.Write(worstFirst.Count);
        foreach (var row in Drawn)
        {
            writer.Write(row.Id);
            writer.Write(row.Shard);
            writer.Write(row.Row);
            Array.ForEach(row.Scores, writer.Write);
        }
    }

    /// <summary>Goes on from what <see cref="Write"/> wrote, if the shards that had been read are the first ones and have not changed.</summary>
    /// <param name="ids">Of the rows that were usable.</param>
    /// <returns>Whether it does.</returns>
    public bool Resume(BinaryReader reader, IEnumerable<string> ids, CancellationToken stopping)
    {
        (string Name, string Sha256)[] before = [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => (reader.ReadString(), reader.ReadString()))];
        if (before.Length > shards.Count || before.Index().Any(shard => shards[shard.Index].Name != shard.Item.Name || ContentHash.Of(shards[shard.Index].Path, stopping) != shard.Item.Sha256))
        {
            return false;
        }
        done.AddRange(before);
        (Rows, Rejected) = (reader.ReadInt64(), reader.ReadInt64());
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            Draw(new ComparedRow(reader.ReadString(), reader.ReadString(), reader.ReadInt64(), [.. members.Select(_ => reader.ReadDouble())]));
        }
        seen.UnionWith(ids);
        return true;
    }

    private string? Fault(RowBatch batch, int row) =>
        batch.Faults[row] != RowFaults.None ? RowFaultText.Of(batch.Faults[row])
        : !Array.TrueForAll(members, double.IsFinite) ? "its score is no finite number"
        : !seen.Add(batch.Ids[row]) ? "id stands already in the pool"
        : null;

    private void Draw(ComparedRow row)
    {
        var key = (RandomScore.Of(seed, row.Id, Purpose.ComparedRows), row.Id);
        if (worstFirst.Count < candidates)
        {
            worstFirst.Enqueue(row, key);
        }
        else
        {
            worstFirst.EnqueueDequeue(row, key);
        }
    }
}

/// <summary>A row that may stand in a pair.</summary>
/// <param name="Scores">[member]; empty where no model ranks rows.</param>
internal sealed record ComparedRow(string Id, string Shard, long Row, double[] Scores);
