using ParquetPool.Commands;
using ParquetPool.Engine;
using ParquetPool.Pictures;
using ParquetPool.Scorer.Labelling;
using ParquetPool.Scorer.Showing;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Finds;

/// <summary>The page of an answer: <c>scorer show</c>'s, with what was looked for above it.</summary>
internal static class FindPage
{
    private const string Similarity = "similarity";

    /// <exception cref="IOException">The page cannot be written.</exception>
    public static void Write(string path, SoughtVector sought, IReadOnlyList<FoundRow> found, ShardSet shards, VectorColumn column, CommandContext context)
    {
        List<AskedRow> rows = [.. found.Take(ShowOptions.MostRows).Index().Select(row => new AskedRow(row.Index + 1, row.Item.Id, row.Item.Shard, row.Item.Row, row.Item.Similarity, null, null))];
        var picture = PictureColumn.Find(null, null, [column.Name], shards);
        var (items, _) = ShownItems.Read(rows, shards, picture, column.Name, _ => { }, context.Stopping);
        var likeness = RowLikeness.Of(rows, shards, column.Name, null, null, column.Name, context);
        ShowPage.Write(path, new ShowContent(column.Name, sought.Encoder, null, false, items, [new(Similarity, [.. rows.Select(row => ShownScore.Rounded(row.Score))])], likeness)
        {
            Sought = new(sought.Name, sought.Picture is { } small ? $"data:image/jpeg;base64,{Convert.ToBase64String(small)}" : null),
        });
    }
}
