using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Storage;
using ParquetPool.Trainer.Publishing;
using ParquetPool.Trainer.Stopping;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Rounds;

/// <summary>The published rounds before one that was trained just now, and that one, all measured on the same rows, which none of them has learnt from.</summary>
/// <remarks>
/// On the same rows, because queries change what is held out: rows that were asked for are harder than others, and every round's own accuracy
/// would be another exam. Which rows a round has not learnt from, labelled or not, its manifest says; an earlier round that would leave fewer
/// than half of them, the newest excepted, is not compared.
/// </remarks>
internal sealed class EarlierRounds
{
    /// <summary>The most rounds that are measured, the newest.</summary>
    public const int Most = 10;

    private readonly TrainedNetwork trained;
    private readonly ModelPackage? newest;

    private EarlierRounds(TrainedNetwork trained, ModelPackage? newest, int rows, IReadOnlyList<MeasuredAccuracy> curve, double? before, string? why) =>
        (this.trained, this.newest, Rows, Curve, AccuracyBefore, Why) = (trained, newest, rows, curve, before, why);

    /// <summary>Rows that all are measured on.</summary>
    public int Rows { get; }

    /// <summary>Oldest first, the trained one last; rounds that cannot be compared are left out.</summary>
    public IReadOnlyList<MeasuredAccuracy> Curve { get; }

    /// <summary>The trained round's.</summary>
    public double Accuracy => Curve[^1].Accuracy;

    /// <summary>The newest published round's; null where there is none that can be compared.</summary>
    public double? AccuracyBefore { get; }

    /// <summary>Why there is none.</summary>
    public string? Why { get; }

    /// <summary>Measures them; what no row is left for, or cannot be read, is told and left out.</summary>
    /// <exception cref="DataException">The newest round cannot be read.</exception>
    public static EarlierRounds Of(ModelRegistry registry, string task, TrainedNetwork trained, Action<string> tell)
    {
        var inputs = trained.Network.Inputs.Select(Describe).ToList();
        var (rows, why) = (trained.Set.Holdout, "no round before to compare with");
        var (newest, folders) = ((ModelPackage?)null, new List<string>());
        var unlearnt = trained.Set.Rule is { } own ? NotLearnt(rows, own) : [];
        foreach (var (place, (number, folder)) in registry.Rounds(task).TakeLast(Most).Reverse().Index())
        {
            if (Manifest(folder, mustBe: place == 0) is not { } manifest)
            {
                continue;
            }
            var isAlike = manifest.Inputs.Select(Describe).SequenceEqual(inputs);
            newest = place == 0 && isAlike ? ModelPackage.Open(folder) : newest;
            var both = manifest.Training.Holdout is { } rule ? NotLearnt(unlearnt, rule) : [];
            var fault = !isAlike ? $"round {number} has other inputs"
                : manifest.Training.Holdout is null ? $"round {number} does not say which rows it has not learnt from, as rounds of earlier programs do not"
                : trained.Set.Rule is null ? "what is trained further does not say which rows it has not learnt from"
                : both.Count == 0 ? $"round {number} may have learnt from all rows that are held out now"
                : null;
            if (fault is null && (place == 0 || 2 * both.Count >= unlearnt.Count))
            {
                (rows, unlearnt) = (both, both);
                folders.Insert(0, folder);
            }
            why = place > 0 ? why : fault is null ? null : $"{fault}, so nothing is compared with it";
        }
        var curve = new List<MeasuredAccuracy>();
        foreach (var folder in folders)
        {
            if ((why is null && folder == folders[^1] ? newest : Read(() => ModelPackage.Open(folder), mustBe: false)) is { } package)
            {
                var known = package.Manifest!.Training;
                curve.Add(new MeasuredAccuracy(known.Rows + known.HoldoutRows, Share(Predict(package, rows)), rows.Count));
            }
        }
        var before = why is null ? curve[^1].Accuracy : (double?)null;
        var accuracy = rows.Count == trained.Set.Holdout.Count ? trained.Best.HoldoutAccuracy : Share(Predict(trained, rows));
        return new EarlierRounds(trained, newest, rows.Count, [.. curve, new MeasuredAccuracy(trained.Set.Training.Count + trained.Set.Holdout.Count, accuracy, rows.Count)], before, why);

        ModelManifest? Manifest(string folder, bool mustBe) => Read(() => ModelManifest.Read(StorageAddress.Join(folder, ModelManifest.FileName)), mustBe);

        T? Read<T>(Func<T> read, bool mustBe)
            where T : class
        {
            try
            {
                return read();
            }
            catch (DataException e) when (!mustBe)
            {
                tell($"an earlier round is not compared: {e.Message}");
                return null;
            }
        }

        double Share(string[] predicted) => (double)predicted.Where((p, i) => p == trained.Set.Classes[rows[i].Class]).Count() / rows.Count;
    }

    /// <summary>How alike the newest round and the trained one predict some rows; null where there is none to compare with.</summary>
    public Agreement? AgreementOn(IReadOnlyList<LabelledRow> rows) => newest is null ? null : Agreement.Of(Predict(newest, rows), Predict(trained, rows));

    private static IReadOnlyList<LabelledRow> NotLearnt(IReadOnlyList<LabelledRow> rows, ModelHoldout rule)
    {
        var learnt = rule.Learnt.ToHashSet(StringComparer.Ordinal);
        return [.. rows.Where(r => Holdout.Place(r.Id) < rule.Share && !learnt.Contains(r.Id))];
    }

    private static string[] Predict(ModelPackage package, IReadOnlyList<LabelledRow> rows) =>
        PredictedClasses.Of(package.Model, package.Manifest!.Inputs, package.Manifest.Classes, rows);

    private static string[] Predict(TrainedNetwork trained, IReadOnlyList<LabelledRow> rows) =>
        PredictedClasses.Of(trained.Network.Forward, trained.Network.Inputs, trained.Set.Classes, rows);

    private static string Describe(ModelInput input) => $"{input.Name}: {string.Join(' ', input.Columns)}, {string.Join('x', input.Dims)}";
}
