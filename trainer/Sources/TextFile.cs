using ParquetPool.Errors;
using ParquetPool.Shards;

namespace ParquetPool.Trainer.Sources;

/// <summary>A file of rows that have texts: a table, lines of JSON or Arrow.</summary>
internal abstract class TextFile(string path)
{
    private static readonly string[] Lines = [".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz"];
    private static readonly string[] Arrows = [".arrow", ".feather", ".arrows"];
    private static readonly string[] Tables = [".csv", ".tsv", ".parquet", ".parq", ".pq"];

    public string Path { get; } = path;

    /// <summary>The names of its columns; of lines of JSON those of all lines.</summary>
    public abstract IReadOnlyList<string> Columns { get; }

    /// <summary>What the numbers of a column stand for, from 0 on; null where the file does not tell.</summary>
    public virtual IReadOnlyList<string>? ClassNames(string column) => null;

    /// <summary>The values of the named columns, row by row, streamed; null where a row has none, or the first column, which is of texts, no text.</summary>
    /// <exception cref="DataException">The file is not what it must be.</exception>
    public abstract IEnumerable<string?[]> Read(IReadOnlyList<string> columns);

    /// <exception cref="DataException">The file is missing or not what its name says.</exception>
    public static TextFile Open(string path) =>
        !File.Exists(path) ? throw new DataException($"{path}: no such file: check the path")
        : HasEnd(path, Lines) ? new JsonLinesFile(path)
        : HasEnd(path, Arrows) ? new ArrowTexts(path)
        : new TableTexts(path);

    /// <summary>The files themselves; of a folder those within, at any depth, whose names tell that they have rows.</summary>
    /// <returns>Each with what may tell its split: its name, behind those of the folder that was given and of those below.</returns>
    /// <exception cref="DataException">There is none.</exception>
    public static IReadOnlyList<(string Path, string Told)> Find(IReadOnlyList<string> paths) => [.. paths.SelectMany(path => !Directory.Exists(path) ? LiveFiles.Of([path], isNamed: true).Select(file => (file, System.IO.Path.GetFileName(file)))
        : InFolder(path).Select(file => (file, $"{System.IO.Path.GetFileName(InputFile.Full(path))}/{System.IO.Path.GetRelativePath(path, file)}")))];

    private static IReadOnlyList<string> InFolder(string folder)
    {
        var files = Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint })
            .Where(path => HasEnd(path, [.. Lines, .. Arrows, .. Tables]) && !System.IO.Path.GetRelativePath(folder, path).Split('/', '\\').Any(name => name[0] is '.' or '_'))
            .Order(StringComparer.Ordinal).ToList();
        return files.Count > 0 ? LiveFiles.Of(files, isNamed: false) : throw new DataException($"{folder}: no file of texts, expected names that end in {string.Join(", ", [.. Tables, .. Lines, .. Arrows])}: name the files");
    }

    private static bool HasEnd(string path, string[] ends) => Array.Exists(ends, end => path.EndsWith(end, StringComparison.OrdinalIgnoreCase));
}
