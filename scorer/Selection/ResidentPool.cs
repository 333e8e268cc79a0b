using ParquetPool.Engine;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Neighbours;
using ParquetPool.Scorer.Strategies;
using ParquetPool.ShardRows;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Selection;

/// <summary>A pool that stays in memory, for those who score it again and again.</summary>
/// <remarks>
/// Memory: rows · (features · 4 + about 200 bytes). Rows have numbers from 0 in the order of the shards. Tiles start where those of
/// <c>scorer score</c> start, so a row gets the same bits.
/// </remarks>
internal sealed class ResidentPool
{
    /// <summary>Whole tiles of any committee.</summary>
    private const int BatchRows = 4096;

    private readonly List<(Shard Shard, int First, RowBatch Rows)> batches = [];
    private readonly List<(int Batch, int Row)> places = []; // [row]

    private ResidentPool()
    {
    }

    /// <summary>Rows, faulty ones too.</summary>
    public int Count => places.Count;

    /// <summary>Reads the shards.</summary>
    /// <param name="advance">Told how many rows were read since the last call.</param>
    /// <exception cref="Errors.DataException">A shard cannot be read.</exception>
    public static ResidentPool Read(ShardSet shards, RowSchema schema, Action<long> advance, CancellationToken stopping)
    {
        var pool = new ResidentPool();
        var read = new RowBatch(schema, BatchRows);
        foreach (var shard in shards)
        {
            using var reader = new ShardReader(shard, schema);
            while (reader.Read(read, stopping))
            {
                pool.Add(shard, read);
                advance(read.Count);
            }
        }
        return pool;
    }

    public string IdOf(int row) => At(row).Rows.Ids[places[row].Row];

    /// <summary>Null where there is none, or the schema names no label column.</summary>
    public string? LabelOf(int row) => At(row).Rows.Labels[places[row].Row];

    public RowFaults FaultsOf(int row) => At(row).Rows.Faults[places[row].Row];

    /// <summary>The batch that holds a row, and its place there.</summary>
    internal (RowBatch Rows, int Row) PlaceOf(int row) => (At(row).Rows, places[row].Row);

    internal Shard ShardOf(int row) => At(row).Shard;

    /// <summary>A row's features, the columns of the schema joined in order.</summary>
    public float[] FeaturesOf(int row)
    {
        var (rows, place) = PlaceOf(row);
        return [.. rows.Schema.Vectors.SelectMany((column, i) => rows.Vectors[i].AsSpan(place * column.Width, column.Width).ToArray())];
    }

    /// <summary>The mean probabilities over the members, [row, class].</summary>
    public float[] Probabilities(Committee committee, int threads, CancellationToken stopping)
    {
        var probabilities = new float[checked(Count * committee.Classes)];
        ForTiles(committee, threads, () => (run, batch, at, rows) =>
        {
            for (var row = 0; row < rows; row++)
            {
                Softmax.Members(run, row, committee.Members, committee.Classes, mean: true, probabilities.AsSpan((batches[batch].First + at + row) * committee.Classes, committee.Classes));
            }
        }, stopping);
        return probabilities;
    }

    /// <summary>The scores that a committee gives, and the classes it predicts.</summary>
    public (double[] Scores, int[] Predicted) Score(Committee committee, ScoreColumn by, int threads, CancellationToken stopping)
    {
        var (scores, predicted) = (new double[Count], new int[Count]);
        ForTiles(committee, threads, () =>
        {
            var kernel = new ScoreKernel(committee.Members, committee.Classes);
            var tile = new ScoreBatch(committee.TileRows, committee.Passes, committee.PredictsLosses);
            var column = tile.Column(tile.Columns.Index().Single(c => c.Item == by).Index);
            return (run, batch, at, rows) =>
            {
                kernel.Score(run.Logits, committee.TileRows, rows, tile, 0);
                tile.TakePredictedLosses(run.PredictedLosses[..(committee.PredictsLosses ? rows : 0)], 0);
                column.AsSpan(0, rows).CopyTo(scores.AsSpan(batches[batch].First + at));
                tile.Predicted.AsSpan(0, rows).CopyTo(predicted.AsSpan(batches[batch].First + at));
            };
        }, stopping);
        return (scores, predicted);
    }

    /// <summary>[row]: the question that is worth most; null where none is.</summary>
    /// <param name="open">[row]: the classes left open; null for all.</param>
    public RowQuestion?[] Questions(Committee committee, QuestionValues values, IReadOnlyList<int[]?> open, int threads, CancellationToken stopping)
    {
        var best = new RowQuestion?[Count];
        ForTiles(committee, threads, () =>
        {
            var members = new float[Math.Max(1, committee.Members) * committee.Classes];
            return (run, batch, at, rows) =>
            {
                for (var row = 0; row < rows; row++)
                {
                    var place = batches[batch].First + at + row;
                    Softmax.Members(run, row, committee.Members, committee.Classes, mean: false, members);
                    best[place] = values.Best(members, open[place]);
                }
            };
        }, stopping);
        return best;
    }

    private void ForTiles(Committee committee, int threads, Func<Action<CommitteeRun, int, int, int>> newWorker, CancellationToken stopping)
    {
        var tiles = batches.SelectMany((b, batch) => Enumerable.Range(0, (b.Rows.Count + committee.TileRows - 1) / committee.TileRows).Select(tile => (batch, At: tile * committee.TileRows))).ToArray();
        var taken = -1;
        Workers.Run(
            threads,
            (_, stop) =>
            {
                using var run = committee.NewRun();
                var work = newWorker();
                while (Interlocked.Increment(ref taken) is var next && next < tiles.Length)
                {
                    stop.ThrowIfCancellationRequested();
                    var (batch, at) = tiles[next];
                    var rows = Math.Min(committee.TileRows, batches[batch].Rows.Count - at);
                    run.Load(batches[batch].Rows, at, rows);
                    run.Run(rows);
                    work(run, batch, at, rows);
                }
            },
            stopping);
    }

    private (Shard Shard, int First, RowBatch Rows) At(int row) => batches[places[row].Batch];

    /// <summary>Keeps a copy of the rows, no larger than they are.</summary>
    private void Add(Shard shard, RowBatch read)
    {
        var kept = new RowBatch(read.Schema, read.Count) { Count = read.Count, FirstRow = read.FirstRow };
        read.Ids.AsSpan(0, read.Count).CopyTo(kept.Ids);
        read.Labels.AsSpan(0, read.Count).CopyTo(kept.Labels);
        read.Faults.AsSpan(0, read.Count).CopyTo(kept.Faults);
        for (var column = 0; column < read.Vectors.Length; column++)
        {
            read.Vectors[column].AsSpan(0, kept.Vectors[column].Length).CopyTo(kept.Vectors[column]);
        }
        var batch = batches.Count;
        batches.Add((shard, Count, kept));
        places.AddRange(Enumerable.Range(0, read.Count).Select(row => (batch, row)));
    }
}
