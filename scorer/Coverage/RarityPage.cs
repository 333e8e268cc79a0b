using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Pictures;
using ParquetPool.Scorer.Labelling;
using ParquetPool.Scorer.Selection;
using ParquetPool.Scorer.Showing;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Coverage;

/// <summary>The page of a pool's rarest rows: that of <c>scorer show</c>, with how the whole pool's rarities are spread.</summary>
/// <param name="picture">The column whose numbers are pictures; null for none.</param>
/// <param name="column">The vectors that are shown where rows have no pictures.</param>
internal sealed class RarityPage(CoverageOptions options, ShardSet shards, ModelPackage? package, PictureColumn? picture, string? column)
{
    /// <exception cref="Errors.UsageException">The picture asked for fits no column.</exception>
    public static RarityPage Of(CoverageOptions options, ShardSet shards, UnscoredPool pool)
    {
        var package = options.Model is { } model ? ModelPackage.Open(model) : null;
        var picture = PictureColumn.Find(options.Image, package, [.. package?.Manifest?.Inputs.SelectMany(input => input.Columns) ?? [], .. pool.Compared is { } compared ? [compared] : Array.Empty<string>()], shards);
        return new RarityPage(options, shards, package, picture, picture?.Name ?? (shards.VectorColumns() is [var first, ..] ? first : null));
    }

    /// <summary>Writes the page.</summary>
    /// <param name="rarest">All rows, the rarest first.</param>
    /// <returns>The rows that are shown.</returns>
    public int Write(string path, RareRow[] rarest, Action<long> advance, CommandContext context)
    {
        AskedRow[] rows = [.. rarest.Take(options.Top).Select((row, place) => new AskedRow(place + 1, row.Row.Id, row.Row.Shard, row.Row.Row, null, null, null))];
        var (items, _) = ShownItems.Read(rows, shards, picture, column, advance, context.Stopping);
        var likeness = RowLikeness.Of(rows, shards, options.Column, run: null, package, column, context);
        ShowPage.Write(path, new ShowContent(
            "the pool", null, null, rarest.Length > rows.Length, items, [new ShownScore("rarity", [.. rarest.Take(rows.Length).Select(row => ShownScore.Rounded(row.Rarity))])], likeness)
        {
            Spread = ShownSpread.Of(rarest.Select(row => row.Rarity)),
        });
        return rows.Length;
    }
}
