using System.Globalization;
using System.Text;
using ParquetPool.Columns;
using ParquetPool.Errors;
using ParquetPool.Scorer.Findings;
using ParquetPool.Shards;
using ParquetPool.Storage;
using ParquetPool.Texts;

namespace ParquetPool.Scorer.Judging;

/// <summary><c>judgements.parquet</c> and <c>judgements.csv</c> of an audit: the judged pairs in the order of its list.</summary>
/// <remarks>
/// The Parquet file's columns: kind, test_id, train_id, similarity, distance (Euclidean, of vectors of length 1), judgement (0 to 3), word,
/// judges, conflict, votes (<c>judge=number</c>, separated by blanks). The CSV has ciFAIR's columns and Kind, and is read as judgements too.
/// </remarks>
internal static class JudgedPairs
{
    public const string FileName = "judgements.parquet";

    public static readonly IReadOnlyList<string> Names = [FileName, "judgements.csv"];

    private static readonly ShardColumn[] Columns =
    [
        new("kind", ShardType.Text), new("test_id", ShardType.Text), new("train_id", ShardType.Text), new("similarity", ShardType.Double), new("distance", ShardType.Double),
        new("judgement", ShardType.Int32), new("word", ShardType.Text), new("judges", ShardType.Int32), new("conflict", ShardType.Boolean), new("votes", ShardType.Text),
    ];

    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Write(string folder, JudgedPair[] judged)
    {
        WholeFile.Write(Path.Combine(folder, "judgements.csv"), stream =>
        {
            using var csv = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
            csv.WriteLine("TestID,TrainID,Distance,Judgment,Kind");
            foreach (var of in judged)
            {
                csv.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{CellText.Field(of.Pair.Test.Id)},{CellText.Field(of.Pair.Other.Id)},{of.Pair.Distance},{(int)of.Judgement},{of.Pair.Kind}"));
            }
        });
        using var parquet = new ShardWriter(Path.Combine(folder, FileName), Columns, new Provenance("scorer judge"));
        parquet.Write(
            judged.Length,
            Array.ConvertAll(judged, j => j.Pair.Kind),
            Array.ConvertAll(judged, j => j.Pair.Test.Id),
            Array.ConvertAll(judged, j => j.Pair.Other.Id),
            Array.ConvertAll(judged, j => j.Pair.Similarity),
            Array.ConvertAll(judged, j => j.Pair.Distance),
            Array.ConvertAll(judged, j => (int)j.Judgement),
            Array.ConvertAll(judged, j => j.Judgement.Word()),
            Array.ConvertAll(judged, j => j.Votes.Count),
            Array.ConvertAll(judged, j => j.Conflict),
            Array.ConvertAll(judged, j => string.Join(' ', j.Votes.Select(v => $"{v.Judge}={(int)v.Judgement}"))));
        parquet.Complete();
    }

    /// <summary>The judgements of an audit's pairs; null where nobody has judged it.</summary>
    /// <exception cref="DataException">The file is of other pairs than the audit's.</exception>
    public static IReadOnlyDictionary<ListedPair, Judgement>? Read(FinishedAudit audit)
    {
        var path = Path.Combine(audit.Folder, FileName);
        if (!StoredFiles.Exists(path))
        {
            return null;
        }
        var pairs = audit.Pairs.ToLookup(pair => pair.Key);
        var judgements = new Dictionary<ListedPair, Judgement>();
        foreach (var row in TextTable.ReadWithNumbers(path, "kind", "test_id", "train_id", "judgement", "similarity"))
        {
            var pair = pairs[(row[0] ?? "", row[1] ?? "", row[2] ?? "")].FirstOrDefault() ?? throw new DataException($"{path} judges {row[1]} and {row[2]}, which the audit does not list: run 'scorer judge' again");
            var judgement = int.TryParse(row[3], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && Judgements.All.Contains((Judgement)number)
                ? (Judgement)number
                : throw new DataException($"{path} judges {row[1]} and {row[2]} as '{row[3]}', expected 0 to 3: run 'scorer judge' again");
            if (!double.TryParse(row[4], CultureInfo.InvariantCulture, out var similarity) || similarity != pair.Similarity)
            {
                throw new DataException($"{path} judges {row[1]} and {row[2]} at similarity {row[4]}, the audit lists them at {pair.Similarity.ToString(CultureInfo.InvariantCulture)}: the rows are others by now, judge them again in {FinishedAudit.PageName} and run 'scorer judge', or move the file away");
            }
            if (!judgements.TryAdd(pair, judgement))
            {
                throw new DataException($"{path} judges {row[1]} and {row[2]} twice: run 'scorer judge' again");
            }
        }
        return judgements;
    }
}

/// <summary>A pair and what people said of it.</summary>
/// <param name="Votes">Judge and judgement, in the order of the judges' names.</param>
internal sealed record JudgedPair(ListedPair Pair, IReadOnlyList<(string Judge, Judgement Judgement)> Votes)
{
    /// <summary>What most judges said; of a tie the one nearer to exact, so that a doubtful row is rather a leak than not.</summary>
    public Judgement Judgement => Votes.GroupBy(vote => vote.Judgement).OrderByDescending(votes => votes.Count()).ThenBy(votes => votes.Key).First().Key;

    /// <summary>The judges disagree.</summary>
    public bool Conflict => Votes.Select(vote => vote.Judgement).Distinct().Skip(1).Any();
}
