using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Labels;
using ParquetPool.Scorer.Records;
using ParquetPool.Scorer.Selection;
using ParquetPool.Scorer.Strategies;
using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Novelty;

/// <summary>The flow of <c>scorer novel</c>: a pool and its labels to the rows that may be of classes nobody labelled.</summary>
/// <remarks>
/// Clusters are made of the labelled rows and of others drawn evenly; every other row joins the nearest. Memory: ids and places of all rows, and the embeddings of
/// <see cref="NovelOptions.Candidates"/> of them twice.
/// </remarks>
internal static class NovelRun
{
    /// <exception cref="UsageException">The options contradict each other, or it is open what is compared.</exception>
    /// <exception cref="DataException">The pool, the model or the labels are not what they must be.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public static async Task<NovelSummary> ExecuteAsync(NovelOptions options, CommandContext context)
    {
        var start = context.Clock.GetTimestamp();
        NovelOptions.Ranges.Require(options);
        using var output = new OutputFolder(options.Out, NovelFiles.RecordName);
        var files = new NovelFiles(output.Path, new Provenance("scorer novel"));
        var pool = new UnscoredPool(Looking(options), Needs.Embeddings, files.Rejects, "scorer novel");
        var labels = LabelFile.Read(options.Labels, new LabelReading { Pool = ShardSet.Resolve(options.Pool), Tell = CommandContext.Tell, Stopping = context.Stopping });

        output.Open(NovelFiles.Names, files.Knows, context.Stopping);
        files.Open();
        var rows = await context.Progress.WorkAsync("reading rows", pool.RowCount, "rows", advance => pool.Rows(by: null, advance, context.Stopping).ToList());
        pool.TellOfRejected(context.Progress.Say);
        var found = rows.Count(row => labels.ContainsKey(row.Id));
        Require(found, rows.Count, options);
        var list = Listed(rows, labels, options, context.Stopping);
        var values = await context.Progress.WorkAsync("reading the clustered rows", list.Rows.Count + found, "rows", advance => pool.Values(list, Needs.Embeddings, options.Column, advance, context.Stopping));
        var clusters = await context.Progress.WorkAsync("clustering", 0, "rows", _ => NovelRows.Find(values.Embeddings, values.Labelled, options.Clusters ?? NovelRows.CountFor(found), options.Seed));
        var placed = await context.Progress.WorkAsync("placing rows", rows.Count, "rows", advance => Place(pool, rows, clusters, advance, context.Stopping));
        var shortage = ShortageOf(placed, clusters.Count, labels);
        PlacedRow[] novel = [.. placed.Where(row => shortage.IsShort[row.Cluster] && !labels.ContainsKey(row.Row.Id)).OrderBy(row => row.Row.Id, StringComparer.Ordinal)];

        files.WriteNovel(InTurns(novel, shortage), shortage);
        files.WriteClusters(shortage, MostFrequent(placed, clusters.Count, labels));
        var record = new NovelRecord(
            SchemaVersion: 1,
            Model: pool.Model,
            Column: options.Column,
            Seed: options.Seed,
            PoolRows: rows.Count,
            Labelled: found,
            Elsewhere: labels.Count - found,
            ClusteredRows: list.Rows.Count + found,
            Clusters: shortage.Rows.Count(count => count > 0),
            NovelClusters: shortage.IsShort.Count(s => s),
            NovelRows: novel.Length,
            Expected: shortage.Share,
            Versions: RunVersions.Current());
        files.WriteRecord(record);
        output.Complete(context.Stopping);
        files = new NovelFiles(options.Out);
        return new NovelSummary(
            "novel", record.PoolRows, record.Labelled, record.Elsewhere, record.Clusters, record.NovelClusters, record.NovelRows, record.Expected,
            Math.Round(context.Clock.GetElapsedTime(start).TotalSeconds, 2), files.NovelCsv, files.ClustersCsv);
    }

    private static SelectOptions Looking(NovelOptions options) => new([], 1, "novel", options.Out)
    {
        Pool = options.Pool,
        Model = options.Model,
        Column = options.Column,
        Seed = options.Seed,
        Candidates = options.Candidates,
    };

    private static void Require(int found, int rows, NovelOptions options)
    {
        var least = 2 * NovelRows.LabelsPerCluster;
        if (found < least)
        {
            throw new DataException($"{found} of the pool's {rows} rows have a label in {string.Join(", ", options.Labels)}, expected {least} or more to tell clusters short of labels by: label some first, as 'scorer select --strategy typiclust' asks");
        }
        if (found == rows)
        {
            throw new DataException($"all {rows} rows of the pool have a label, expected some without: give the pool that is to be labelled");
        }
    }

    private static Shortlist Listed(IReadOnlyList<Candidate> rows, IReadOnlyDictionary<string, string> labels, NovelOptions options, CancellationToken stopping) =>
        Shortlist.Read(rows, StrategyKind.Named("novel"), by: null, Looking(options), explore: 0, labels.Keys.ToHashSet(StringComparer.Ordinal), stopping);

    /// <summary>Every row with the nearest cluster, in the order of the pool.</summary>
    private static PlacedRow[] Place(UnscoredPool pool, List<Candidate> rows, Clusters clusters, Action<long> advance, CancellationToken stopping)
    {
        var placed = new PlacedRow[rows.Count];
        pool.Embed(
            rows,
            from: 0,
            (first, points) => Parallel.For(0, points.Count, at =>
            {
                var cluster = clusters.Nearest(points, at);
                placed[first + at] = new(rows[first + at], cluster, clusters.Distance(points, at, cluster));
            }),
            advance,
            stopping);
        return placed;
    }

    private static LabelShortage ShortageOf(PlacedRow[] placed, int clusters, IReadOnlyDictionary<string, string> labels)
    {
        var (rows, labelled) = (new int[clusters], new int[clusters]);
        foreach (var row in placed)
        {
            rows[row.Cluster]++;
            labelled[row.Cluster] += labels.ContainsKey(row.Row.Id) ? 1 : 0;
        }
        return new LabelShortage(rows, labelled);
    }

    private static IEnumerable<PlacedRow> InTurns(PlacedRow[] novel, LabelShortage shortage)
    {
        var turns = new ClusterTurns([.. novel.Select(row => row.Cluster)], [.. novel.Select(row => row.Distance)], shortage.Order);
        var open = new bool[novel.Length];
        Array.Fill(open, true);
        while (turns.Next(open) is { } row)
        {
            yield return novel[row];
        }
    }

    /// <summary>[cluster]: the first of equals in ordinal order; null where it has none.</summary>
    private static string?[] MostFrequent(PlacedRow[] placed, int clusters, IReadOnlyDictionary<string, string> labels)
    {
        var most = new string?[clusters];
        foreach (var cluster in placed.Where(row => labels.ContainsKey(row.Row.Id)).GroupBy(row => row.Cluster, row => labels[row.Row.Id]))
        {
            most[cluster.Key] = cluster.GroupBy(label => label).OrderByDescending(label => label.Count()).ThenBy(label => label.Key, StringComparer.Ordinal).First().Key;
        }
        return most;
    }
}
