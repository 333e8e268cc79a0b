using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Pictures;
using ParquetPool.ShardRows;

namespace ParquetPool.Scorer.Findings;

/// <summary>Rows of a finished audit, each once, with their pictures and texts read from the shards, and with their vectors.</summary>
/// <remarks>Memory: the pictures' bytes, and four a number of a vector.</remarks>
internal sealed class AuditedRows
{
    /// <summary>Within this, a cosine computed here is the listed one.</summary>
    private const double SameCosine = 1e-5;

    private readonly FinishedAudit audit;
    private readonly VectorColumn? column;
    private readonly bool hasCompared;
    private readonly Dictionary<ListedRow, ShownRow> found = [];

    /// <summary>Reads the rows.</summary>
    /// <param name="picture">Whose numbers are read as the vectors; null for the compared ones.</param>
    public AuditedRows(FinishedAudit audit, IEnumerable<ListedRow> rows, PictureColumn? picture)
    {
        this.audit = audit;
        Format = picture is null ? null : PictureFormat.Parse(picture.Format);
        // The compared vectors are read where there is no picture too: the clusters ask for them.
        var isCompared = audit.Record is { ModelSha256: null, Columns.Count: 1 };
        column = picture is not null ? new VectorColumn(picture.Name, Format!.Numbers) : isCompared ? new VectorColumn(audit.Record.Columns[0], audit.Record.Width) : null;
        hasCompared = isCompared && column!.Value.Name == audit.Record.Columns[0];
        All = [.. rows.Distinct()];
        foreach (var shard in All.GroupBy(row => (row.Split, row.Shard)))
        {
            ReadShard(shard.Key.Split, shard.Key.Shard, shard.GroupBy(row => row.Row).ToDictionary(of => of.Key, of => Only([.. of])));
        }
    }

    /// <summary>Each once, in the order of their first mention.</summary>
    public IReadOnlyList<ListedRow> All { get; }

    /// <summary>How raw pictures are laid out; null where none are asked for.</summary>
    public PictureFormat? Format { get; }

    /// <summary>What was read of a row; null where its shard ends before it.</summary>
    public ShownRow? Of(ListedRow row) => found.GetValueOrDefault(row);

    /// <summary>The cosine of two rows' compared vectors; null where a model or several columns were compared, or a row was not read.</summary>
    public double? Cosine(ListedRow a, ListedRow b) =>
        hasCompared && Of(a)?.Vector is { } first && Of(b)?.Vector is { } second
            ? Dot(first, second) / Math.Sqrt(Dot(first, first) * Dot(second, second))
            : null;

    /// <summary>Whether the cosine of a pair's rows, computed here, is the listed one.</summary>
    public bool Agrees(ListedPair pair) => Math.Abs((Cosine(pair.Test, pair.Other) ?? double.NaN) - pair.Similarity) < SameCosine;

    /// <summary>The least cosine of any two rows of a cluster, listed as a pair or not; null where it cannot be computed here as the audit did.</summary>
    public double? LeastCosine(PairCluster cluster)
    {
        if (!cluster.Pairs.All(Agrees))
        {
            return null;
        }
        var cosines = cluster.Rows.SelectMany((row, i) => cluster.Rows.Skip(i + 1).Select(other => Cosine(row, other))).ToList();
        return cosines.TrueForAll(cosine => cosine is not null) ? Math.Min(cosines.Min()!.Value, cluster.LeastSimilarity) : null;
    }

    private static ListedRow Only(ListedRow[] places) => places is [var row] ? row
        : throw new DataException($"the audit lists row {places[0].Row} of {places[0].Shard} in {places[0].Split} as '{places[0].Id}' and as '{places[1].Id}', expected one id and label a row: its pairs were changed, audit again");

    private static double Dot(float[] a, float[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += (double)a[i] * b[i];
        }
        return sum;
    }

    private void ReadShard(string split, string name, Dictionary<long, ListedRow> places)
    {
        var shard = audit.ShardOf(split, name);
        foreach (var row in ShownRows.Read(shard, places.Keys.Order(), column))
        {
            FinishedAudit.RequireId(shard, places[row.Row], row.Id);
            found.Add(places[row.Row], row);
        }
    }
}
