using ParquetPool.Columns;
using ParquetPool.Contract;
using ParquetPool.Storage;

namespace ParquetPool.Trainer.Rehearsal;

/// <summary>The files of a rehearsal. Each appears whole, by one rename; <c>simulation.json</c> comes last.</summary>
internal sealed class RunFolder(string root)
{
    public const string RecordName = "simulation.json";

    private static readonly ShardColumn[] CurveColumns =
    [
        new("strategy", ShardType.Text), new("seed", ShardType.Int32), new("round", ShardType.Int32), new("labels", ShardType.Int32), new("accuracy", ShardType.Double),
        new("macro_f1", ShardType.Double), new("loss", ShardType.Double), new("calibration_error", ShardType.Double), new("seconds", ShardType.Double),
        new("expected_gain_per_100", ShardType.Double), new("changed", ShardType.Double), new("agreement", ShardType.Double), new("calibrated_error", ShardType.Double),
        new("whole", ShardType.Int32), new("partial", ShardType.Int32),
    ];

    private static readonly ShardColumn[] BoughtColumns =
        [new("strategy", ShardType.Text), new("seed", ShardType.Int32), new("order", ShardType.Int32), new("id", ShardType.Text), new("label", ShardType.Text)];

    private readonly ResultFolder files = new(root, RecordName, "runs");

    public string Curves => Path.Combine(root, "curves.parquet");

    public string Bought => Path.Combine(root, "bought.parquet");

    public string Report => files.Report;

    /// <summary>Makes the folder and takes back the word of an earlier rehearsal in it.</summary>
    /// <exception cref="IOException">The folder cannot be made or written.</exception>
    /// <param name="runs">Those that the rehearsal is made of.</param>
    public WrittenFiles Open(IEnumerable<(Combination Combination, int Seed)> runs) =>
        files.Open([Curves, Path.ChangeExtension(Curves, ".csv"), Bought, Path.ChangeExtension(Bought, ".csv")], runs.Select(run => NameOf(run.Combination, run.Seed)));

    /// <summary>The run as it was finished earlier with the same key; null where there is none.</summary>
    public Run? Finished(string key, Combination combination, int seed) =>
        files.Finished<Run>(NameOf(combination, seed)) is { } run && run.Key == key && run.Strategy == combination.Name ? run : null;

    public void Write(Run run, Combination combination) => files.Keep(NameOf(combination, run.Seed), run);

    /// <summary>Writes <c>curves.parquet</c> and <c>bought.parquet</c> with their CSV twins.</summary>
    /// <remarks>
    /// Of the curves, <c>expected_gain_per_100</c> is what the run so far lets expect of 100 more labels, as a share; <c>changed</c> and <c>agreement</c>
    /// (kappa) compare a round's predictions on the test rows with those of the round before; <c>calibrated_error</c> is the calibration error by the temperature of the rows that a training held out;
    /// <c>whole</c> and <c>partial</c> are the rows learnt from whose class is known, and of which several classes are left.
    /// </remarks>
    /// <param name="labelOf">By id.</param>
    public void Write(IReadOnlyList<Run> runs, Func<string, string> labelOf)
    {
        RowFiles.Write(Curves, CurveColumns, runs.SelectMany(run => run.Points.Select(point => (run, point))), chunk =>
        [
            Array.ConvertAll(chunk, r => r.run.Strategy), Array.ConvertAll(chunk, r => r.run.Seed), Array.ConvertAll(chunk, r => r.point.Round), Array.ConvertAll(chunk, r => r.point.Labels),
            Array.ConvertAll(chunk, r => r.point.Test.Accuracy), Array.ConvertAll(chunk, r => r.point.Test.MacroF1), Array.ConvertAll(chunk, r => r.point.Test.Loss),
            Array.ConvertAll(chunk, r => r.point.Test.CalibrationError), Array.ConvertAll(chunk, r => r.point.Seconds), Array.ConvertAll(chunk, r => r.run.ExpectedGainAt(r.point.Round) ?? double.NaN),
            Array.ConvertAll(chunk, r => r.point.Agreement?.Changed ?? double.NaN), Array.ConvertAll(chunk, r => r.point.Agreement?.Kappa ?? double.NaN), Array.ConvertAll(chunk, r => r.point.Test.CalibratedError ?? double.NaN),
            Array.ConvertAll(chunk, r => r.point.Whole), Array.ConvertAll(chunk, r => r.point.Partial),
        ]);
        RowFiles.Write(Bought, BoughtColumns, runs.SelectMany(run => run.Bought.Index().Select(row => (run, row.Index, row.Item))), chunk =>
        [
            Array.ConvertAll(chunk, r => r.run.Strategy), Array.ConvertAll(chunk, r => r.run.Seed), Array.ConvertAll(chunk, r => r.Index + 1), Array.ConvertAll(chunk, r => r.Item),
            Array.ConvertAll(chunk, r => labelOf(r.Item)),
        ]);
    }

    public void Write(string page) => files.Write(page);

    public void Write(SimulationRecord record) => files.Close(record);

    private static string NameOf(Combination combination, int seed) =>
        FormattableString.Invariant($"{combination.Name.Replace(":", "-by-", StringComparison.Ordinal).Replace("/", "-with-", StringComparison.Ordinal)}-seed-{seed}.json");
}
