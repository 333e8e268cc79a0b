using ParquetPool.Columns;
using ParquetPool.Contract;
using ParquetPool.Storage;
using ParquetPool.Trainer.Rehearsal;

namespace ParquetPool.Trainer.Studies;

/// <summary>The files of a study. Each appears whole, by one rename; <c>study.json</c> comes last.</summary>
internal sealed class StudyFolder(string root)
{
    public const string RecordName = "study.json";

    private static readonly ShardColumn[] Columns =
    [
        new("start", ShardType.Text), new("augment", ShardType.Text), new("learn", ShardType.Text), new("labels", ShardType.Int32), new("seed", ShardType.Int32), new("accuracy", ShardType.Double), new("macro_f1", ShardType.Double),
        new("loss", ShardType.Double), new("calibration_error", ShardType.Double),
    ];

    private readonly ResultFolder files = new(root, RecordName, "cells");

    public string Cells => Path.Combine(root, "cells.parquet");

    public string Report => files.Report;

    /// <summary>Where the starts are published that learn from the pool.</summary>
    public string Models => Path.Combine(root, "models");

    /// <summary>Makes the folder and takes back the word of an earlier study in it.</summary>
    /// <exception cref="IOException">The folder cannot be made or written.</exception>
    public WrittenFiles Open(IEnumerable<StudyCell> cells) => files.Open([Cells, Path.ChangeExtension(Cells, ".csv")], cells.Select(c => c.FileName));

    /// <summary>The training as it was finished earlier with the same key; null where there is none.</summary>
    public CellResult? Finished(StudyCell cell, string key) => files.Finished<CellResult>(cell.FileName) is { } result && result.Key == key && result.Place == cell.Place && result.Seed == cell.Seed ? result : null;

    public void Write(CellResult result, StudyCell cell) => files.Keep(cell.FileName, result);

    /// <summary>Writes <c>cells.parquet</c> and its CSV twin.</summary>
    public void Write(IReadOnlyList<CellResult> cells) => RowFiles.Write(Cells, Columns, cells, chunk =>
    [
        Array.ConvertAll(chunk, c => c.Place.Start), Array.ConvertAll(chunk, c => c.Place.Augment), Array.ConvertAll(chunk, c => c.Place.Learn), Array.ConvertAll(chunk, c => c.Place.Labels), Array.ConvertAll(chunk, c => c.Seed),
        Array.ConvertAll(chunk, c => c.Test.Accuracy), Array.ConvertAll(chunk, c => c.Test.MacroF1), Array.ConvertAll(chunk, c => c.Test.Loss), Array.ConvertAll(chunk, c => c.Test.CalibrationError),
    ]);

    public void Write(string page) => files.Write(page);

    public void Write(StudyRecord record) => files.Close(record);
}
