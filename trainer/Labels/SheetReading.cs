using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Exports;
using ParquetPool.Labels;
using ParquetPool.Storage;

namespace ParquetPool.Trainer.Labels;

/// <summary>What became of the label files that a round was given.</summary>
/// <param name="Files">Files read now.</param>
/// <param name="FilesKnown">Files that were read before.</param>
/// <param name="FilesBad">Files that cannot be read, those set aside earlier too.</param>
/// <param name="Added">Labels added to the history.</param>
/// <param name="Unlabelled">Rows of the files that have no label.</param>
internal sealed record LabelsRead(int Files, int FilesKnown, int FilesBad, int Added, int Unlabelled);

/// <summary>Reads label files into a history.</summary>
/// <param name="control">The control whose choices are labels.</param>
/// <param name="asksOfDoubts">Whether a file is refused whose labels may be no classes (<see cref="ClassNames.Doubts"/>); asked only where there is one.</param>
/// <param name="setAside">Where files that cannot be read are noted and left out; null to end with the last of them, once all others are kept.</param>
internal sealed class SheetReading(LabelHistory history, string control, Func<bool> asksOfDoubts, SetAside? setAside, CommandContext context)
{
    private readonly List<string> notes = [];
    private LabelsRead read = new(0, 0, 0, 0, 0);
    private DataException? bad;
    private bool isDoubtful;

    /// <summary>What a reader should know.</summary>
    public IReadOnlyList<string> Notes => notes;

    /// <exception cref="DataException">A file is no label sheet.</exception>
    /// <exception cref="IOException">The history cannot be written.</exception>
    public LabelsRead Read(IReadOnlyList<OrderedFile> files)
    {
        foreach (var file in files)
        {
            context.Stopping.ThrowIfCancellationRequested();
            if (setAside is null)
            {
                TryRead(file);
            }
            else
            {
                ReadOrSetAside(file, setAside);
            }
        }
        history.Save();
        setAside?.Save();
        return bad is null || setAside is not null ? read : throw bad;
    }

    private void TryRead(OrderedFile file)
    {
        try
        {
            Take(file);
        }
        catch (DataException e)
        {
            bad = e;
            read = read with { FilesBad = read.FilesBad + 1 };
        }
    }

    /// <summary>No file ends a service, whatever is in it.</summary>
    private void ReadOrSetAside(OrderedFile file, SetAside aside)
    {
        var (source, version) = (StorageAddress.Full(file.Path), "");
        try
        {
            version = StoredFiles.Version(file.Path) is null ? "" : LabelHistory.HashOf(file.Path);
            if (aside.Holds(source, version) || (aside.Holds(source, Doubted(version)) && asksOfDoubts()))
            {
                read = read with { FilesBad = read.FilesBad + 1 };
                return;
            }
            isDoubtful = false;
            Take(file);
            aside.Remove(source);
        }
        catch (Exception e) when (e is not OperationCanceledException && !(e is IOException && version.Length > 0) && DeviceFault.Behind(e) is null)
        {
            read = read with { FilesBad = read.FilesBad + 1 };
            version = isDoubtful ? Doubted(version) : version;
            if (!aside.Holds(source, version))
            {
                aside.Add(new SetAsideFile(source, version, PlainLine.Of(e.Message), context.Clock.GetUtcNow()));
                context.Progress.Say($"left out until it changes{(isDoubtful ? " or its labels are answered for" : "")}: {e.Message}");
            }
        }
    }

    /// <summary>What a file is set aside by whose labels were asked about: the answer may come otherwise than by another file.</summary>
    private static string Doubted(string version) => $"{version} asked";

    private void Take(OrderedFile file)
    {
        if (history.Add(file, context.Clock, control, sheet => RequireSure(file.Path, sheet)) is not var (added, sheet))
        {
            read = read with { FilesKnown = read.FilesKnown + 1 };
            return;
        }
        read = read with { Files = read.Files + 1, Added = read.Added + added, Unlabelled = read.Unlabelled + sheet.Unlabelled };
        notes.AddRange(sheet.Notes.Select(note => $"{file.Path}: {note}"));
    }

    private void RequireSure(string path, LabelSheet sheet)
    {
        if (ClassNames.Of([], sheet.Entries.Where(e => !e.IsAnswer).Select(e => e.Label)).Doubts is { } doubts && asksOfDoubts())
        {
            isDoubtful = true;
            throw new DataException($"{path}: {doubts}; {ClassNames.HowToAnswer}, or name the classes there are with --classes");
        }
    }
}
