using System.Text.Json;
using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Randomness;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Records;
using ParquetPool.Scorer.Selection;
using ParquetPool.ShardRows;
using ParquetPool.Shards;
using ParquetPool.Statistics;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Coverage;

/// <summary>The flow of <c>scorer coverage</c>: a pool to how thinly its rows lie, and a page of the rarest.</summary>
/// <remarks>
/// The pool is read three times: for which rows are usable, for the sample by which the density is measured, and for all rows. Memory: ids, places and rarities of all rows,
/// and the sample, 256 MiB at most; time grows with rows times sample. What is measured is kept (<see cref="CoverageProgress"/>); the sample is measured by anew.
/// </remarks>
internal static class CoverageRun
{
    /// <exception cref="UsageException">The options contradict each other, or it is open what is compared.</exception>
    /// <exception cref="DataException">The pool or the model is not what it must be.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public static async Task<CoverageSummary> ExecuteAsync(CoverageOptions options, CommandContext context)
    {
        var start = context.Clock.GetTimestamp();
        options.Check();
        using var output = new OutputFolder(options.Out, CoverageRecord.FileName);
        var files = new CoverageFiles(output.Path, new Provenance("scorer coverage"));
        var shards = ShardSet.Resolve(options.Pool);
        var pool = new UnscoredPool(Looking(options), Needs.Embeddings, files.Rejects, "scorer coverage");
        var page = RarityPage.Of(options, shards, pool);

        output.Open(CoverageFiles.Names, files.Knows, context.Stopping);
        files.Open();
        CoveredShard[] hashes = [.. shards.Select(shard => new CoveredShard(shard.Name, ContentHash.Of(shard.Path, context.Stopping)))];
        var rows = await context.Progress.WorkAsync("reading rows", pool.RowCount, "rows", advance => pool.Rows(by: null, advance, context.Stopping).ToList());
        if (rows.Count < RowDensity.LeastSample)
        {
            throw new DataException($"the pool has {rows.Count} usable rows of {pool.RowCount}, expected {RowDensity.LeastSample} or more to tell thin regions from others{RejectReasons.Commonest(files.Rejects)}: look into {files.Rejects}, or name more shards");
        }
        var sample = Drawn(rows, pool, options.Seed);
        var vectors = (await context.Progress.WorkAsync("reading the sample", sample.Rows.Count, "rows", advance => pool.Values(sample, Needs.Embeddings, options.Column, advance, context.Stopping))).Embeddings;
        var density = await context.Progress.WorkAsync("measuring the density", vectors.Count, "rows", advance =>
        {
            var measured = new RowDensity([.. Enumerable.Range(0, vectors.Count).Select(row => vectors[row].ToArray())], options.Share);
            advance(vectors.Count);
            return measured;
        });
        var progress = new CoverageProgress(files.Progress, KeyOf(options, pool, hashes), context.Clock, CoverageProgress.Usual);
        var rarest = await context.Progress.WorkAsync("measuring rows", rows.Count, "rows", advance => Measured(pool, rows, sample, density, progress, advance, context));

        files.WriteAll(rarest);
        files.WriteRarest(rarest.Take(options.Top));
        await context.Progress.WorkAsync("drawing the page", options.Top, "rows", advance => page.Write(files.Page, rarest, advance, context));
        files.WriteRecord(new CoverageRecord(
            SchemaVersion: 1,
            Model: pool.Model,
            Column: pool.Compared,
            Share: options.Share,
            Seed: options.Seed,
            Rows: rows.Count,
            Rejected: pool.RowCount - rows.Count,
            SampleRows: vectors.Count,
            Shards: hashes,
            Versions: RunVersions.Current()));
        progress.Remove();
        output.Complete(context.Stopping);
        files = new CoverageFiles(options.Out);
        return new CoverageSummary(
            "coverage", rows.Count, pool.RowCount - rows.Count, vectors.Count, options.Share, rarest[(rarest.Length - 1) / 10].Rarity, rarest[0].Rarity,
            Math.Round(context.Clock.GetElapsedTime(start).TotalSeconds, 2), files.All, files.RarestCsv, files.Page);
    }

    private static SelectOptions Looking(CoverageOptions options) => new([], 1, "rare", options.Out) { Pool = options.Pool, Model = options.Model, Column = options.Column };

    /// <summary>Rows drawn evenly, by their ids and the seed alone.</summary>
    private static Shortlist Drawn(List<Candidate> rows, UnscoredPool pool, ulong seed) => Shortlist.Of(
        rows.Select(row => (Row: row, Key: RandomScore.Of(seed, row.Id, Purpose.DensityRows))).OrderBy(row => row.Key).ThenBy(row => row.Row.Id, StringComparer.Ordinal)
            .Take(RowDensity.SampleOf(pool.Width)).Select(row => row.Row),
        seed);

    /// <summary>All rows, the rarest first; gone on with from where a killed run was.</summary>
    private static RareRow[] Measured(UnscoredPool pool, List<Candidate> rows, Shortlist sample, RowDensity density, CoverageProgress progress, Action<long> advance, CommandContext context)
    {
        var places = sample.Rows.Index().ToDictionary(row => row.Item.Id, row => row.Index, StringComparer.Ordinal);
        var rarities = new double[rows.Count];
        var before = progress.Resume(rarities);
        if (before > 0)
        {
            context.Progress.Say($"a run that was killed is gone on from: {before:N0} rows are measured");
            advance(before);
        }
        pool.Embed(
            rows,
            before,
            (first, points) =>
            {
                Parallel.For(0, points.Count, at => rarities[first + at] = density.Rarity(points[at], places.GetValueOrDefault(rows[first + at].Id, -1)));
                progress.Measured(rarities, first + points.Count);
            },
            advance,
            context.Stopping);
        return [.. rows.Zip(rarities, (row, rarity) => new RareRow(row, rarity)).OrderByDescending(row => row.Rarity).ThenBy(row => row.Row.Id, StringComparer.Ordinal)];
    }

    /// <summary>Of all that decides the rarities, and which rows there are.</summary>
    private static string KeyOf(CoverageOptions options, UnscoredPool pool, CoveredShard[] shards) =>
        JsonSerializer.Serialize(new { Model = pool.Model?.Sha256, pool.Compared, options.Share, options.Seed, shards, Rows = RowColumns.Said, Versions = RunVersions.Current() });
}
