using System.Text;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Exports;
using ParquetPool.Pictures;
using ParquetPool.Scorer.Records;
using ParquetPool.Scorer.Selection;
using ParquetPool.ShardRows;
using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Labelling;

/// <summary>The flow of <c>scorer tasks</c>: ranked rows and what they look like to tasks for a labelling tool.</summary>
/// <remarks>Memory: <see cref="RowsAtOnce"/> rows with their texts and pictures.</remarks>
internal static class TasksRun
{
    private const int RowsAtOnce = 500;

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
        var pool = ShownFields.Reader(shards, picture);
        // Of an exhausted pool no row is left to look at: what people would see is told by any.
        var first = rows.Count > 0 ? pool.Read([rows[0]]).Single() : shards.SelectMany(shard => ShownRows.Read(shard, [0])).FirstOrDefault() ?? throw new DataException($"{options.Rows} and the pool have no rows, expected some to label: name the shards of the pool");
        var fields = ShownFields.Of(first, options.Columns, options.ImagePrefix, picture)
            ?? throw new UsageException("the pool has neither texts nor pictures, expected something that people can look at: say how vectors are pictures with --image, or keep the texts beside the vectors");
        var asksQuestions = rows.Any(row => row.Question is not null);
        if (asksQuestions && options.Classes.Count > 0)
        {
            throw new UsageException($"--classes is given with {options.Rows}, whose questions are answered with {LabelEntry.Yes} or {LabelEntry.No}: leave it out");
        }
        var classes = asksQuestions ? [LabelEntry.Yes, LabelEntry.No]
            : options.Classes.Count > 0 ? options.Classes
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
                        tasks.Write(row, fields.ValuesOf(row.Id, shown));
                    }
                    advance(chunk.Length);
                }
                tasks.Complete();
            });
            return 0;
        }));
        WholeFile.Write(interfaceFile, stream => stream.Write(Encoding.UTF8.GetBytes(asksQuestions ? LabelStudioTasks.QuestionInterface(fields.Named) : LabelStudioTasks.Interface(fields.Named, classes))));
        written.Complete();
        return new TasksSummary("tasks", rows.Count, [.. fields.Named.Select(f => f.Name)], classes, Path.GetFullPath(options.File), Path.GetFullPath(interfaceFile))
        {
            Task = model?.Manifest?.Task,
            Hierarchy = asksQuestions ? JsonFile.Read<SelectRecord>(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(options.Rows))!, SelectFiles.RecordName))?.Hierarchy ?? "hierarchy.json" : null,
        };
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
}
