using System.Globalization;
using System.Text;
using ParquetPool.Errors;
using ParquetPool.Storage;
using ParquetPool.Texts;

namespace ParquetPool.Trainer.Sources;

/// <summary>The rows that an import could not use, in <c>NAME-rejects.csv</c> beside its shards; there is no such file where all could be used.</summary>
internal sealed class RejectedRows : IDisposable
{
    private readonly string folder;
    private readonly string name;
    private TemporaryFolder? stage;
    private StreamWriter? writer;

    /// <param name="folder">Of the shards.</param>
    /// <param name="name">What their names begin with.</param>
    /// <param name="replace">Whether a file of somebody else's may be replaced.</param>
    /// <exception cref="UsageException">There is a file of somebody else's.</exception>
    public RejectedRows(string folder, string name, bool replace)
    {
        (this.folder, this.name) = (folder, $"{name}-rejects.csv");
        if (!replace)
        {
            WrittenFiles.RequireOurs(folder, [this.name]);
        }
    }

    /// <summary>So far.</summary>
    public long Count { get; private set; }

    /// <summary>The first of them; null for none.</summary>
    public LeftOutRow? First { get; private set; }

    private string Path => System.IO.Path.Combine(folder, name);

    private string StagedPath => System.IO.Path.Combine(stage!.Path, name);

    public void Add(IReadOnlyList<LeftOutRow> rows)
    {
        foreach (var row in rows)
        {
            First ??= row;
            if (writer is null)
            {
                stage = TemporaryFolder.Create($"{Path}.import");
                writer = new StreamWriter(StagedPath, new UTF8Encoding(false), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write }) { NewLine = "\n" };
                writer.WriteLine("file,row,reason");
            }
            writer.WriteLine($"{CellText.Field(row.File)},{row.Row.ToString(CultureInfo.InvariantCulture)},{CellText.Field(row.Reason)}");
            Count++;
        }
    }

    /// <summary>Gives the file its name; where there is none, that of an earlier import goes.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Publish()
    {
        if (writer is null && !WrittenFiles.Read(folder).Owns(name))
        {
            return;
        }
        writer?.Dispose();
        var written = WrittenFiles.Claim(folder, [name], _ => true);
        if (writer is null)
        {
            File.Delete(Path);
        }
        else
        {
            File.Move(StagedPath, Path, overwrite: true);
        }
        written.Complete();
    }

    public void Dispose()
    {
        writer?.Dispose();
        stage?.Dispose();
    }
}

/// <summary>A row that cannot be used.</summary>
/// <param name="File">Where it stands.</param>
/// <param name="Row">From 1.</param>
/// <param name="Reason">Why.</param>
internal readonly record struct LeftOutRow(string File, long Row, string Reason);
