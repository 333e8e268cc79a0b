using System.Globalization;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Labelling;
using ParquetPool.Scorer.Records;
using ParquetPool.Texts;

namespace ParquetPool.Scorer.Showing;

/// <summary>Looks up rows in the score files of a run: what was predicted of them, and every score.</summary>
internal static class ScoreReader
{
    /// <summary>The rows, in their order, with what the score files say; those that none has stay as they are.</summary>
    /// <param name="folders">Of a run over a whole pool, of a merged run, or of partitions.</param>
    /// <exception cref="DataException">A run is not finished, or a score file is gone or another one.</exception>
    public static IReadOnlyList<AskedRow> Read(IReadOnlyList<AskedRow> rows, IReadOnlyList<string> folders, CancellationToken stopping)
    {
        List<ScoreFolder> runs = [.. folders.SelectMany(folder => RunRecord.Read(new ScoreFolder(folder).RunRecord).Merged ?? [folder]).Select(folder => new ScoreFolder(folder))];
        var found = new Dictionary<(string, long), int>();
        foreach (var (index, row) in rows.Index())
        {
            found[(row.Shard, row.Row)] = index; // Two ids of one place are told apart where the rows are read.
        }
        AskedRow[] scored = [.. rows];
        foreach (var shard in rows.Select(row => row.Shard).Distinct().Where(name => FileName.Of(name) is not null))
        {
            stopping.ThrowIfCancellationRequested();
            if (runs.Find(run => Storage.StoredFiles.Exists(run.ShardRecord(shard))) is not { } run)
            {
                continue; // Of a pool that was not scored, or not all of it.
            }
            if (run.Finished(shard) is null)
            {
                throw new DataException($"{run.Scores(shard)} is gone or has changed since it was scored (see {run.ShardRecord(shard)}): start 'scorer score' again, it scores this shard anew");
            }
            ReadShard(run.Scores(shard), shard, found, scored);
        }
        return scored;
    }

    private static void ReadShard(string file, string shard, Dictionary<(string, long), int> found, AskedRow[] scored)
    {
        var present = TextTable.Columns(file);
        List<string> names = [.. ScoreColumn.Rankings.Select(column => column.Name).Where(present.Contains)];
        foreach (var cells in TextTable.ReadWithNumbers(file, ["id", "row", "predicted", "confidence", .. names]))
        {
            if (long.TryParse(cells[1], NumberStyles.None, CultureInfo.InvariantCulture, out var place) && found.TryGetValue((shard, place), out var at) && cells[0] == scored[at].Id)
            {
                scored[at] = scored[at] with
                {
                    Predicted = cells[2],
                    Confidence = Number(cells[3]),
                    Scores = scored[at].Scores.Concat(names.Select((name, i) => KeyValuePair.Create(name, Number(cells[4 + i]) ?? double.NaN)))
                        .GroupBy(score => score.Key).ToDictionary(score => score.Key, score => score.Last().Value),
                };
            }
        }
    }

    private static double? Number(string? cell) => double.TryParse(cell, CultureInfo.InvariantCulture, out var number) ? number : null;
}
