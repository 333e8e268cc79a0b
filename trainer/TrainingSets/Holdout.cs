using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ParquetPool.Contract;
using ParquetPool.Errors;

namespace ParquetPool.Trainer.TrainingSets;

/// <summary>Decides which labelled rows are held out.</summary>
/// <remarks>
/// A row's own id decides, whatever other rows there are: a row held out in one round is held out in the next, when more labels have come
/// in. Two exceptions keep a training possible: a class whose every row would be held out gives its last back, and where no row would be
/// held out, the one whose turn comes first is. <see cref="Rule"/> tells the first ones, for a later round may hold such a row out.
/// </remarks>
internal static class Holdout
{
    private const string Salt = "ParquetPool hold-out:";

    /// <summary>Splits <paramref name="rows"/>, keeping their order.</summary>
    /// <param name="rows">With unique ids.</param>
    /// <param name="share">The probability that an id is held out, in (0, 1).</param>
    /// <param name="learnt">Ids that must not be held out: what is trained knows them already.</param>
    /// <exception cref="DataException">No class has two rows.</exception>
    public static (IReadOnlyList<LabelledRow> Training, IReadOnlyList<LabelledRow> Holdout) Split(IReadOnlyList<LabelledRow> rows, double share, IReadOnlyCollection<string>? learnt = null)
    {
        var ordered = rows.Select(row => (Row: row, Place: Place(row.Id))).OrderBy(r => r.Place).ThenBy(r => r.Row.Id, StringComparer.Ordinal).ToArray();
        // By place, the last row of each class is the one that would be held out last.
        var last = ordered.GroupBy(r => r.Row.Class).Select(g => g.Last().Row.Id).Concat(learnt ?? []).ToHashSet();
        var free = ordered.Where(r => !last.Contains(r.Row.Id)).ToArray();
        if (free.Length == 0)
        {
            throw new DataException($"{rows.Count} labels of {rows.Count} classes: no row can be held out to measure by, expected two labels of some class: add labels");
        }
        var held = free.Where((r, i) => i == 0 || r.Place < share).Select(r => r.Row.Id).ToHashSet();
        return ([.. rows.Where(r => !held.Contains(r.Id))], [.. rows.Where(r => held.Contains(r.Id))]);
    }

    /// <summary>What a later round must know of a split.</summary>
    public static ModelHoldout Rule(IReadOnlyList<LabelledRow> training, double share, IReadOnlyCollection<string>? learnt = null) =>
        new(share, [.. training.Select(r => r.Id).Concat(learnt ?? []).Where(id => Place(id) < share).Distinct().Order(StringComparer.Ordinal)]);

    /// <summary>A number in [0, 1) that depends on the id alone.</summary>
    public static double Place(string id)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(Salt + id), hash);
        return (BinaryPrimitives.ReadUInt64LittleEndian(hash) >> 11) * (1.0 / (1UL << 53));
    }
}
