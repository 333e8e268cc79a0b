using System.Globalization;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Exports;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Selection;
using ParquetPool.ShardRows;
using ParquetPool.Shards;
using ParquetPool.Texts;

namespace ParquetPool.Scorer.Labelling;

/// <summary>Reads which rows to label: a ranked or selected file, any table with a column <c>row_id</c> or <c>id</c>, or one id a line.</summary>
internal static class AskedRows
{
    private const int RowsAtOnce = 2048;
    private static readonly char[] Delimiters = [',', ';', '\t'];
    private const string Value = "value";
    private const string Rarity = "rarity";
    private const string Reason = "reason";
    private static readonly string[] Optional = ["shard", "row", "score", "predicted", "confidence"];

    /// <summary>What stands first in every ranked and every selected file.</summary>
    private static readonly string[] Ours = ["rank", "order"];

    /// <summary>The rows in the order of the file, each once.</summary>
    /// <param name="most">The most rows read.</param>
    /// <param name="shards">Of the pool: where the file does not say where a row stands, its id is looked for there.</param>
    /// <param name="withScores">Whether to read all that a ranked or selected file says of a row.</param>
    /// <exception cref="DataException">The file is none of these, or an id stands in no shard.</exception>
    public static IReadOnlyList<AskedRow> Read(string path, int most, ShardSet shards, CancellationToken stopping, bool withScores = false)
    {
        var rows = (IsTable(path) ? Table(path, withScores) : Lines(path)).DistinctBy(row => row.Id).Take(most).ToList();
        return rows.Exists(row => row.Shard.Length == 0) ? Located(path, rows, shards, stopping) : rows;
    }

    private static IEnumerable<AskedRow> Table(string path, bool withScores)
    {
        var present = TextTable.Columns(path);
        // In tables of others a column of such a name may be anything.
        List<string> scores = withScores && Ours.Contains(present[0]) ? [.. ScoreColumn.Rankings.Select(column => column.Name).Append(Value).Append(Rarity).Where(present.Contains)] : [];
        var asksQuestions = present.Take(SelectFiles.QuestionsBegin.Count).SequenceEqual(SelectFiles.QuestionsBegin);
        // Labelling tools call their own numbers id.
        var id = present.Contains(LabelStudioExport.RowId) ? LabelStudioExport.RowId : "id";
        List<string> columns = [.. asksQuestions ? ["question", "text"] : Array.Empty<string>(), id, .. Optional.Where(present.Contains), .. scores.Count > 0 && present.Contains(Reason) ? [Reason] : Array.Empty<string>(), .. scores];
        return TextTable.ReadWithNumbers(path, columns).Select((row, place) =>
        {
            string? Of(string column) => columns.IndexOf(column) is >= 0 and var at ? row[at] : null;
            double? Number(string column) => Of(column) is not { } text ? null
                : double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number
                : throw new DataException($"{path}: row {place + 1}: {column} is '{text}', expected a number: give the file as it was written, or with the column id alone");
            var isPlaced = Of("shard") is { Length: > 0 } && long.TryParse(Of("row"), NumberStyles.None, CultureInfo.InvariantCulture, out _);
            return new AskedRow(
                place + 1, Required(path, place, Of(id)), isPlaced ? Of("shard")! : "", isPlaced ? long.Parse(Of("row")!, CultureInfo.InvariantCulture) : 0,
                Number("score"), Of("predicted"), Number("confidence"))
            {
                Scores = scores.Select(name => (Name: name, Number: Number(name))).Where(score => score.Number is not null).ToDictionary(score => score.Name, score => score.Number!.Value),
                Reason = Of(Reason),
                Question = asksQuestions ? (Of("question") ?? "", Of("text") ?? "") : null,
            };
        });
    }

    private static IEnumerable<AskedRow> Lines(string path) =>
        File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0).Select((id, place) => new AskedRow(place + 1, id, "", 0, null, null, null));

    private static string Required(string path, int place, string? id) =>
        id is { Length: > 0 } ? id : throw new DataException($"{path}: row {place + 1}: id is empty: fill it in or delete the row");

    private static bool IsTable(string path)
    {
        if (Storage.StorageAddress.IsRemote(path))
        {
            return true;
        }
        if (!File.Exists(path))
        {
            throw new DataException($"{path}: no such file: check the path");
        }
        using var file = new StreamReader(path);
        var first = new char[4096];
        var start = new string(first, 0, file.ReadBlock(first));
        var cells = start.Split('\n', 2)[0].TrimEnd('\r').Split(Delimiters);
        return start.StartsWith("PAR1", StringComparison.Ordinal) || cells.Length > 1 || cells[0].Trim().Trim('"') is "id" or LabelStudioExport.RowId;
    }

    /// <summary>The rows with their places, by one pass over the ids of the pool.</summary>
    private static List<AskedRow> Located(string path, List<AskedRow> rows, ShardSet shards, CancellationToken stopping)
    {
        var places = rows.ToDictionary(row => row.Id, _ => (Shard: "", Row: 0L), StringComparer.Ordinal);
        var missing = places.Count;
        var schema = new RowSchema([]);
        var batch = new RowBatch(schema, RowsAtOnce);
        foreach (var shard in shards)
        {
            using var reader = new ShardReader(shard, schema);
            while (missing > 0 && reader.Read(batch, stopping))
            {
                for (var row = 0; row < batch.Count; row++)
                {
                    if (places.TryGetValue(batch.Ids[row], out var place) && place.Shard.Length == 0)
                    {
                        places[batch.Ids[row]] = (shard.Name, batch.FirstRow + row);
                        missing--;
                    }
                }
            }
        }
        return missing == 0
            ? [.. rows.Select(row => row with { Shard = places[row.Id].Shard, Row = places[row.Id].Row })]
            : throw new DataException($"{path}: {missing} of {rows.Count} ids stand in no shard of the pool, such as {rows.First(row => places[row.Id].Shard.Length == 0).Id}: name the shards that they are of");
    }
}
