using System.Globalization;
using ParquetPool.Columns;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Exports;
using ParquetPool.Labels;
using ParquetPool.Storage;
using ParquetPool.Texts;

namespace ParquetPool.Trainer.Labels;

/// <summary>Something to know about a label.</summary>
/// <param name="Used">Whether it is learnt from or measured by all the same.</param>
internal readonly record struct LabelRemark(string Id, string Label, string Remark, bool Used);

/// <summary>An answer to a question about a row's class.</summary>
/// <param name="Classes">Those that all answers about the row leave open, as one text.</param>
internal readonly record struct StatedAnswer(string Id, string Question, bool IsYes, string Classes);

/// <summary>The folder <c>models/&lt;task&gt;/labels</c>, here or in an object store, in which the <see cref="LabelHistory"/> lies too.</summary>
internal sealed class LabelFolder(string root)
{
    private static readonly ShardColumn[] LabelColumns = [new("id", ShardType.Text), new("label", ShardType.Text)];
    private static readonly ShardColumn[] DisagreementColumns = [new("id", ShardType.Text), new("votes", ShardType.Text), new("label", ShardType.Text)];
    private static readonly ShardColumn[] RemarkColumns = [new("id", ShardType.Text), new("label", ShardType.Text), new("remark", ShardType.Text), new("used", ShardType.Boolean)];

    private static readonly ShardColumn[] AnswerColumns = [new("id", ShardType.Text), new("question", ShardType.Text), new("answer", ShardType.Text), new("classes", ShardType.Text)];

    /// <summary>The remark on a label of a row that no query asked for.</summary>
    public const string Unasked = "nobody asked for it";

    private static readonly string[] RemarkNames = ["remarks.parquet", "remarks.csv"];
    private static readonly string[] Names = [.. RemarkNames, "labels.parquet", "labels.csv", "answers.parquet", "answers.csv", "disagreements.parquet", "disagreements.csv"];

    public string Root => root;

    /// <summary>An earlier version of the program kept no list of what it wrote.</summary>
    private bool IsHistoryThere => Directory.EnumerateFiles(root, "history-*.parquet").Any() && File.Exists(Path.Combine(root, "rounds.json"));

    /// <summary>The labels of the last round that was trained, or is about to be published; a label file like any other.</summary>
    private string Labels => StorageAddress.Join(root, "labels.parquet");

    /// <summary>Answers about rows whose class is not known yet; a label file like any other. Older rounds have none.</summary>
    private string Answers => StorageAddress.Join(root, "answers.parquet");

    private string Disagreements => StorageAddress.Join(root, "disagreements.parquet");

    private string Remarks => StorageAddress.Join(root, "remarks.parquet");

    /// <summary>The same by id, and of rows with answers the classes left open; none before the first, or where the file is damaged: it is written anew with the next round.</summary>
    public IReadOnlyDictionary<string, string> ReadLabels()
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            foreach (var row in StoredFiles.Exists(Labels) ? TextTable.Read(Labels, "id", "label") : [])
            {
                if (row is not [{ } id, { } label] || !labels.TryAdd(id, label))
                {
                    return new Dictionary<string, string>();
                }
            }
            foreach (var row in StoredFiles.Exists(Answers) ? TextTable.Read(Answers, "id", "classes") : [])
            {
                labels.TryAdd(row[0] ?? "", row[1] ?? "");
            }
            return labels;
        }
        catch (DataException)
        {
            return new Dictionary<string, string>();
        }
    }

    /// <summary>The ids of which the newest round said that nobody asked for them; none before the first, or where the file is damaged.</summary>
    public IReadOnlySet<string> ReadUnasked()
    {
        try
        {
            return StoredFiles.Exists(Remarks) ? TextTable.Read(Remarks, "id", "remark").Where(row => row[1] == Unasked).Select(row => row[0] ?? "").ToHashSet(StringComparer.Ordinal) : new HashSet<string>();
        }
        catch (DataException)
        {
            return new HashSet<string>();
        }
    }

    /// <summary>Looks whether <c>Write</c> may replace what is there, before a training that would be in vain.</summary>
    /// <exception cref="UsageException">A file is somebody else's.</exception>
    public void RequireOurs()
    {
        if (!StorageAddress.IsRemote(root))
        {
            WrittenFiles.RequireOurs(root, Names, _ => IsHistoryThere);
        }
    }

    /// <summary>Replaces all files, each with its CSV twin; <c>labels.parquet</c> last.</summary>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Write(IEnumerable<(string Id, string Label)> labels, IEnumerable<Disagreement> disagreements, IEnumerable<LabelRemark> remarks, IReadOnlyList<StatedAnswer>? answers = null)
    {
        var written = Claim(Names);
        if (answers is { Count: > 0 } || StoredFiles.Exists(Answers))
        {
            RowFiles.Write(Answers, AnswerColumns, answers ?? [], chunk =>
            [
                Array.ConvertAll(chunk, a => a.Id), Array.ConvertAll(chunk, a => a.Question), Array.ConvertAll(chunk, a => a.IsYes ? LabelEntry.Yes : LabelEntry.No), Array.ConvertAll(chunk, a => a.Classes),
            ]);
        }
        RowFiles.Write(Disagreements, DisagreementColumns, disagreements, chunk =>
        [
            Array.ConvertAll(chunk, d => d.Id),
            Array.ConvertAll(chunk, d => string.Join("; ", d.Votes.Select(v => string.Create(CultureInfo.InvariantCulture, $"{v.Label}: {v.Votes}")))),
            Array.ConvertAll(chunk, d => d.Label),
        ]);
        Write(remarks);
        RowFiles.Write(Labels, LabelColumns, labels.OrderBy(l => l.Id, StringComparer.Ordinal), chunk => [Array.ConvertAll(chunk, l => l.Id), Array.ConvertAll(chunk, l => l.Label)]);
        written?.Complete();
        if (written is not null)
        {
            WrittenFiles.Add([.. Directory.EnumerateFiles(root, "history-*.parquet").Concat(Directory.EnumerateFiles(root, SetAside.FileName)).Where(part => !written.Owns(Path.GetFileName(part)))]); // Those of a time before the list.
        }
    }

    /// <summary>Replaces the remarks alone.</summary>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void WriteRemarks(IEnumerable<LabelRemark> remarks)
    {
        var written = Claim(RemarkNames);
        Write(remarks);
        written?.Complete();
    }

    /// <summary>Null in an object store, where no list is kept of these.</summary>
    private WrittenFiles? Claim(IReadOnlyList<string> names) => StorageAddress.IsRemote(root) ? null : WrittenFiles.Claim(root, names, _ => IsHistoryThere);

    private void Write(IEnumerable<LabelRemark> remarks) =>
        RowFiles.Write(Remarks, RemarkColumns, remarks.OrderBy(r => r.Id, StringComparer.Ordinal).ThenBy(r => r.Remark, StringComparer.Ordinal), chunk =>
        [
            Array.ConvertAll(chunk, r => r.Id), Array.ConvertAll(chunk, r => r.Label), Array.ConvertAll(chunk, r => r.Remark), Array.ConvertAll(chunk, r => r.Used),
        ]);
}
