using System.Text;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Pictures;
using ParquetPool.Scorer.Records;
using ParquetPool.Scorer.Selection;
using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Labelling;

/// <summary>The flow of <c>scorer tasks</c>: ranked rows and what they look like to tasks for a labelling tool.</summary>
/// <remarks>Memory: <see cref="RowsAtOnce"/> rows with their texts and pictures.</remarks>
public static class TasksRun
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
        var byName = shards.ToDictionary(s => s.Name);
        var (version, model) = ModelOf(options.Rows);
        var picture = PictureColumn.Find(options.Image, model, [.. model?.Manifest?.Inputs.SelectMany(i => i.Columns) ?? []], shards);
        // Of an exhausted pool no row is left to look at: what people would see is told by any.
        var first = rows.Count > 0 ? Read([rows[0]], byName, picture).Single() : shards.SelectMany(shard => ShownRows.Read(shard, [0])).FirstOrDefault() ?? throw new DataException($"{options.Rows} and the pool have no rows, expected some to label: name the shards of the pool");
        var fields = Fields(first, options, picture);
        var classes = options.Classes.Count > 0 ? options.Classes : model?.Manifest?.Classes is { Count: > 0 } known ? known : [.. rows.Select(r => r.Predicted).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
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
                    foreach (var (row, shown) in chunk.Zip(Read(chunk, byName, picture)))
                    {
                        tasks.Write(row, [.. fields.Select(f => (NameOf(f.Column), f.IsImage ? PictureOf(shown, picture) : shown.Texts.First(t => t.Key == f.Column).Value))]);
                    }
                    advance(chunk.Length);
                }
                tasks.Complete();
            });
            return 0;
        }));
        WholeFile.Write(interfaceFile, stream => stream.Write(Encoding.UTF8.GetBytes(LabelStudioTasks.Interface([.. fields.Select(f => (NameOf(f.Column), f.IsImage))], classes))));
        written.Complete();
        return new TasksSummary("tasks", rows.Count, [.. fields.Select(f => NameOf(f.Column))], classes, Path.GetFullPath(options.File), Path.GetFullPath(interfaceFile));
    }

    /// <summary>Checks the options as far as no file is needed.</summary>
    /// <exception cref="UsageException">One is out of range.</exception>
    internal static void Check(TasksOptions options)
    {
        if (options.Top is < 1)
        {
            throw new UsageException($"--top is {options.Top}, expected 1 or more");
        }
        if (options.Image is { } image)
        {
            PictureFormat.Parse(image);
        }
    }

    /// <summary>The model that the record beside the file names; none where it is gone.</summary>
    private static (string Version, ModelPackage? Package) ModelOf(string rows)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(rows))!;
        var model = JsonFile.Read<RunRecord>(Path.Combine(folder, "run.json"))?.Model ?? JsonFile.Read<SelectRecord>(Path.Combine(folder, "select.json"))?.Model;
        return model is null ? ("model", null)
            : (model.Task is null ? $"model {model.Sha256[..12]}" : $"{model.Task} round {model.Round}", File.Exists(model.Path) ? ModelPackage.Open(model.Path) : null);
    }

    private static List<(string Column, bool IsImage)> Fields(ShownRow row, TasksOptions options, PictureColumn? picture)
    {
        var present = row.Texts.Select(t => t.Key).ToList();
        if (options.Columns.FirstOrDefault(c => !present.Contains(c)) is { } missing)
        {
            throw new UsageException($"--columns {missing}: the pool has no such column to read, expected one of {string.Join(", ", present)}");
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

    /// <summary>The rows as they stand in the shards, in their order.</summary>
    private static IEnumerable<ShownRow> Read(IReadOnlyList<AskedRow> rows, Dictionary<string, Shard> shards, PictureColumn? picture)
    {
        var found = new Dictionary<(string, long), ShownRow>();
        foreach (var group in rows.GroupBy(r => r.Shard))
        {
            var shard = shards.GetValueOrDefault(group.Key) ?? throw new DataException($"the pool has no shard {group.Key}, expected that of row {group.First().Id}: give the pool that was scored");
            foreach (var row in ShownRows.Read(shard, group.Select(r => r.Row).Order(), picture is null ? null : new VectorColumn(picture.Name, PictureFormat.Parse(picture.Format)!.Numbers), TextLength))
            {
                found[(group.Key, row.Row)] = row;
            }
        }
        return rows.Select(r => found.GetValueOrDefault((r.Shard, r.Row)) is { } row && row.Id == r.Id
            ? row
            : throw new DataException($"row {r.Row} of shard {r.Shard} is not {r.Id}, expected the pool that was scored: score it again, give the right one, or name the column that names its rows with --id as for scoring"));
    }

    private static string? PictureOf(ShownRow row, PictureColumn? picture)
    {
        if (picture is null || row.Vector is not { } vector)
        {
            return row.Picture is { } file ? $"data:{ShownRows.MediaType(file)};base64,{Convert.ToBase64String(file)}" : null;
        }
        var format = PictureFormat.Parse(picture.Format)!;
        var (low, high) = (vector.Min(), vector.Max());
        (low, high) = low >= 0 && high <= 1 ? (0, 1) : low >= 0 && high <= 255 ? (0, 255) : (low, high);
        return $"data:image/png;base64,{Convert.ToBase64String(PngFile.Of(format.Pixels(vector, low, high), format.Channels, format.Height, format.Width))}";
    }

    /// <summary>The column's name as the labelling interface takes it.</summary>
    private static string NameOf(string column) => string.Concat(column.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
}
