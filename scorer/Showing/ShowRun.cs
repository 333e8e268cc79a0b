using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Pictures;
using ParquetPool.Scorer.Labelling;
using ParquetPool.Scorer.Records;
using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Showing;

/// <summary>The flow of <c>scorer show</c>: rows that were ranked, selected or named to one page on which people look at them.</summary>
/// <remarks>
/// Memory: <see cref="ShownItems.RowsAtOnce"/> rows as they stand in the shards; of all rows their texts, cut, at most 24 MiB of pictures, their vectors twice
/// (at most 512 MiB) and two bytes for every two rows.
/// </remarks>
internal static class ShowRun
{
    /// <exception cref="UsageException">An option is out of range, or the picture asked for fits no column.</exception>
    /// <exception cref="DataException">The file, the pool or the scores are not what they must be.</exception>
    /// <exception cref="IOException">The page cannot be written.</exception>
    public static async Task<ShowSummary> ExecuteAsync(ShowOptions options, CommandContext context)
    {
        options.Check();
        WrittenFiles.Verify(options.Rows);
        var shards = ShardSet.Resolve(options.Pool);
        var asked = await Task.Run(() => AskedRows.Read(options.Rows, options.First + 1, shards, context.Stopping, withScores: true));
        IReadOnlyList<AskedRow> rows = [.. asked.Take(options.First)];
        var scored = options.Scores.Count > 0 ? ScoreReader.Read(rows, options.Scores, context.Stopping) : rows;
        var run = RunOf(options);
        var model = run is null ? AskedModel.Beside(options.Rows) : AskedModel.Of(run.Model);
        var picture = PictureColumn.Find(options.Image, model.Package, [.. model.Package?.Manifest?.Inputs.SelectMany(input => input.Columns) ?? []], shards);
        var column = picture?.Name ?? (shards.VectorColumns() is [var first, ..] ? first : null);
        var written = WrittenFiles.Claim(Path.GetDirectoryName(options.File)!, [Path.GetFileName(options.File)]);

        var (items, leftOut) = await context.Progress.RunAsync("reading rows", rows.Count, "rows", advance => Task.Run(() => ShownItems.Read(scored, shards, picture, column, advance, context.Stopping)));
        var likeness = await Task.Run(() => RowLikeness.Of(rows, shards, options.Column, run, model.Package, column, context));
        var scores = ShownScore.Of(scored);
        ShowPage.Write(options.File, new ShowContent(
            Path.GetFileName(options.Rows), run is null && model.Package is null ? null : model.Version, run?.RankBy, asked.Count > rows.Count, items, scores, likeness));
        written.Complete();
        return new ShowSummary(
            "show", options.File, new FileInfo(options.File).Length, items.Count, items.Count(item => item.Picture is not null), leftOut, [.. scores.Select(score => score.Name)], likeness?.By);
    }

    /// <summary>The scoring run that the options name, or that the rows lie in; null for none.</summary>
    private static RunRecord? RunOf(ShowOptions options) => options.Scores.Count > 0
        ? RunRecord.Read(new ScoreFolder(options.Scores[0]).RunRecord)
        : StorageAddress.IsRemote(options.Rows) ? null : JsonFile.Read<RunRecord>(new ScoreFolder(Path.GetDirectoryName(Path.GetFullPath(options.Rows))!).RunRecord);
}

/// <summary>The last line of <c>scorer show</c>.</summary>
/// <param name="File">The page.</param>
/// <param name="Rows">Rows on it.</param>
/// <param name="Pictures">Rows that are shown as pictures.</param>
/// <param name="PicturesLeftOut">Rows whose pictures had no room on the page.</param>
/// <param name="Scores">The scores that are known of them.</param>
/// <param name="AlikeBy">What the cosines are of; null where rows have no vectors.</param>
internal sealed record ShowSummary(string Command, string File, long Bytes, int Rows, int Pictures, int PicturesLeftOut, IReadOnlyList<string> Scores, string? AlikeBy);
