using System.Text;
using ParquetPool.Commands;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Pictures;
using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Labelling;

/// <summary>The flow of <c>scorer tasks</c>: ranked rows and what they look like to tasks for a labelling tool.</summary>
/// <remarks>Memory: <see cref="RowsAtOnce"/> rows with their texts and pictures.</remarks>
internal static class TasksRun
{
    private const int RowsAtOnce = 500;
    private const int TextLength = 1_000_000;
    private const string Picture = "image";
    private static readonly string[] NotShown = ["id", "label", "split"];

    /// <exception cref="UsageException">The rows have nothing to look at, or a column that is asked for is missing.</exception>
    /// <exception cref="DataException">The file or the pool is not what it must be.</exception>
    /// <exception cref="IOException">The tasks cannot be written.</exception>
    public static async Task<TasksSummary> ExecuteAsync(TasksOptions options, CommandContext context)
    {
        Check(options);
        WrittenFiles.Verify(options.Rows);
        var shards = ShardSet.Resolve(options.Pool);
        var rows = await Task.Run(() => AskedRows.Read(options.Rows, options.Top ?? int.MaxValue, shards, context.Stopping));
        var (version, model) = AskedModel.Beside(options.Rows);
        var picture = PictureColumn.Find(options.Image, model, [.. model?.Manifest?.Inputs.SelectMany(i => i.Columns) ?? []], shards);
        var pool = new AskedRowReader(shards, picture is null ? null : new VectorColumn(picture.Name, PictureFormat.Parse(picture.Format)!.Numbers), TextLength);
        // Of an exhausted pool no row is left to look at: what people would see is told by any.
        var first = rows.Count > 0 ? pool.Read([rows[0]]).Single() : shards.SelectMany(shard => ShownRows.Read(shard, [0])).FirstOrDefault() ?? throw new DataException($"{options.Rows} and the pool have no rows, expected some to label: name the shards of the pool");
        var fields = Fields(first, options, picture);
        var classes = options.Classes.Count > 0 ? options.Classes
            : model?.Manifest?.Classes is { Count: > 0 } known ? known
            : PoolFacts.Of(shards).Classes is { Count: > 0 } remembered ? remembered
            : [.. rows.Select(r => r.Predicted).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        if (classes.Count == 0)
        {
            context.Log.NoClasses();
        }
        var interfaceFile = Path.ChangeExtension(options.File, ".xml");
        var written = WrittenFiles.Claim(Path.GetDirectoryName(Path.GetFullPath(options.File))!, [Path.GetFileName(options.File), Path.GetFileName(interfaceFile)]);

        await context.Progress.RunAsync("writing tasks", rows.Count, "tasks", advance => Task.Run(() =>
        {
            WholeFile.Write(options.File, stream =>
            {
                using var tasks = new LabelStudioTasks(stream, version);
                foreach (var chunk in rows.Chunk(RowsAtOnce))
                {
                    context.Stopping.ThrowIfCancellationRequested();
                    foreach (var (row, shown) in chunk.Zip(pool.Read(chunk)))
                    {
                        tasks.Write(row, [.. fields.Select(f => (NameOf(f.Column), f.IsImage ? options.ImagePrefix is { } prefix ? AddressOf(prefix, row.Id) : PictureOf(shown, picture) : shown.Texts.First(t => t.Key == f.Column).Value))]);
                    }
                    advance(chunk.Length);
                }
                tasks.Complete();
            });
            return 0;
        }));
        WholeFile.Write(interfaceFile, stream => stream.Write(Encoding.UTF8.GetBytes(LabelStudioTasks.Interface([.. fields.Select(f => (NameOf(f.Column), f.IsImage))], classes))));
        written.Complete();
        return new TasksSummary("tasks", rows.Count, [.. fields.Select(f => NameOf(f.Column))], classes, Path.GetFullPath(options.File), Path.GetFullPath(interfaceFile)) { Task = model?.Manifest?.Task };
    }

    /// <summary>Checks the options as far as no file is needed.</summary>
    /// <exception cref="UsageException">One is out of range.</exception>
    internal static void Check(TasksOptions options)
    {
        OptionRange.AtLeast(1).Require("--top", options.Top);
        if (options.Image is { } image)
        {
            PictureFormat.Parse(image);
        }
    }

    private static List<(string Column, bool IsImage)> Fields(ShownRow row, TasksOptions options, PictureColumn? picture)
    {
        var present = row.Texts.Select(t => t.Key).ToList();
        if (options.Columns.FirstOrDefault(c => !present.Contains(c)) is { } missing)
        {
            throw new UsageException($"--columns {missing}: the pool has no such column to read, expected one of {string.Join(", ", present)}");
        }
        if (options.ImagePrefix is not null && picture is null && row.Picture is null)
        {
            throw new UsageException("--image-prefix is given and the pool has no pictures, expected a pool of pictures: leave it out, or name the shards that trainer import --images made");
        }
        List<(string, bool)> fields =
        [
            .. picture is not null || row.Picture is not null ? [(Picture, true)] : Array.Empty<(string, bool)>(),
            .. (options.Columns.Count > 0 ? options.Columns : present.Except([.. NotShown, RowColumns.Said?.Id ?? "id"])).Select(c => (c, false)),
        ];
        return fields.Count > 0
            ? fields
            : throw new UsageException("the pool has neither texts nor pictures, expected something that people can look at: say how vectors are pictures with --image, or keep the texts beside the vectors");
    }

    /// <summary>Where the labelling tool finds a picture: of an object store the key as it is, else as an address spells it.</summary>
    private static string AddressOf(string prefix, string id)
    {
        var isKey = prefix.Contains("://", StringComparison.Ordinal) && !prefix.StartsWith("http", StringComparison.OrdinalIgnoreCase);
        return prefix + (isKey ? id : string.Join('/', id.Split('/').Select(Uri.EscapeDataString)));
    }

    private static string? PictureOf(ShownRow row, PictureColumn? picture)
    {
        if (row.Picture is { } file)
        {
            return $"data:{ShownRows.MediaType(file)};base64,{Convert.ToBase64String(file)}";
        }
        if (picture is null || row.Vector is not { } vector)
        {
            return null;
        }
        var format = PictureFormat.Parse(picture.Format)!;
        var (low, high) = PngFile.RangeOf(vector);
        return PngFile.Address(format.Pixels(vector, low, high), format.Channels, format.Height, format.Width);
    }

    /// <summary>The column's name as the labelling interface takes it.</summary>
    private static string NameOf(string column) => string.Concat(column.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
}
