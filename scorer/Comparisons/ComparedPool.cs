using ParquetPool.Engine;
using ParquetPool.Randomness;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Scoring;
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

    /// <summary>Usable rows.</summary>
    public long Rows { get; private set; }

    /// <summary>Rows that are not.</summary>
    public long Rejected { get; private set; }

    /// <summary>The drawn rows in the order of their ids.</summary>
    public IReadOnlyList<ComparedRow> Drawn => [.. worstFirst.UnorderedItems.Select(item => item.Element).OrderBy(row => row.Id, StringComparer.Ordinal)];

    /// <summary>Reads the pool.</summary>
    /// <param name="rejects">Takes rows that cannot be used.</param>
    /// <param name="scored">Takes every row's id, shard, place and score; not called without a model.</param>
    /// <exception cref="Errors.DataException">A shard cannot be read.</exception>
    public void Read(RejectsFile rejects, Action<string, string, long, double> scored, Action<long> advance, CancellationToken stopping)
    {
        var schema = new RowSchema([.. model?.Committee.Inputs.SelectMany(input => input.Columns).Distinct() ?? []]);
        shards.RequireColumns(schema);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var (batch, tile) = (new RowBatch(schema, RowsAtOnce), model?.Committee.TileRows ?? RowsAtOnce);
        using var run = model?.Committee.NewRun();
        foreach (var shard in shards)
        {
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
                        if (Fault(batch, row, seen) is { } fault)
                        {
                            rejects.Write(id, shard.Name, place, fault);
                            Rejected++;
                            continue;
                        }
                        Rows++;
                        if (run is not null)
                        {
                            scored(id, shard.Name, place, members.Average());
                        }
                        Draw(id, shard.Name, place);
                    }
                }
                advance(batch.Count);
            }
        }
    }

    private string? Fault(RowBatch batch, int row, HashSet<string> seen) =>
        batch.Faults[row] != RowFaults.None ? RowFaultText.Of(batch.Faults[row])
        : !Array.TrueForAll(members, double.IsFinite) ? "its score is no finite number"
        : !seen.Add(batch.Ids[row]) ? "id stands already in the pool"
        : null;

    private void Draw(string id, string shard, long row)
    {
        var key = (RandomScore.Of(seed, id, Purpose.ComparedRows), id);
        if (worstFirst.Count < candidates)
        {
            worstFirst.Enqueue(new ComparedRow(id, shard, row, [.. members]), key);
        }
        else
        {
            worstFirst.EnqueueDequeue(new ComparedRow(id, shard, row, [.. members]), key);
        }
    }
}

/// <summary>A row that may stand in a pair.</summary>
/// <param name="Scores">[member]; empty where no model ranks rows.</param>
internal sealed record ComparedRow(string Id, string Shard, long Row, double[] Scores);
