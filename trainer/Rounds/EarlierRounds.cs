using ParquetPool.Contract;
using ParquetPool.Trainer.Stopping;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Rounds;

/// <summary>The published rounds before one that was trained just now, all measured on the rows that it holds out.</summary>
/// <remarks>
/// On the same rows, because queries change what is held out: rows that were asked for are harder than others, and every round's own accuracy
/// would be another exam. Only a row's id decides whether it is held out, so the earlier rounds have not learnt these rows either.
/// </remarks>
internal sealed class EarlierRounds
{
    /// <summary>The most rounds that are measured, the newest.</summary>
    public const int Most = 10;

    private readonly TrainedNetwork trained;
    private readonly ModelPackage? newest;

    private EarlierRounds(TrainedNetwork trained, ModelPackage? newest, IReadOnlyList<MeasuredAccuracy> curve) => (this.trained, this.newest, Curve) = (trained, newest, curve);

    /// <summary>Oldest first; rounds with other inputs are left out.</summary>
    public IReadOnlyList<MeasuredAccuracy> Curve { get; }

    /// <summary>The newest round's; null where there is none or its inputs are others.</summary>
    public double? AccuracyBefore => newest is null ? null : Curve[^1].Accuracy;

    /// <exception cref="Errors.DataException">A round cannot be read.</exception>
    public static EarlierRounds Of(ModelRegistry registry, string task, TrainedNetwork trained)
    {
        var inputs = trained.Network.Inputs.Select(Describe).ToList();
        var (newest, curve) = ((ModelPackage?)null, new List<MeasuredAccuracy>());
        foreach (var (_, folder) in registry.Rounds(task).TakeLast(Most))
        {
            var package = ModelPackage.Open(folder);
            newest = package.Manifest!.Inputs.Select(Describe).SequenceEqual(inputs) ? package : null;
            if (newest is not null)
            {
                curve.Add(Measure(newest));
            }
        }
        return new EarlierRounds(trained, newest, curve);

        MeasuredAccuracy Measure(ModelPackage package)
        {
            var (holdout, known) = (trained.Set.Holdout, package.Manifest!.Training);
            var right = Predict(package, holdout).Where((p, i) => p == trained.Set.Classes[holdout[i].Class]).Count();
            return new MeasuredAccuracy(known.Rows + known.HoldoutRows, (double)right / holdout.Count, holdout.Count);
        }
    }

    /// <summary>How alike the newest round and the trained one predict some rows; null where there is none to compare with.</summary>
    public Agreement? AgreementOn(IReadOnlyList<LabelledRow> rows) => newest is null ? null
        : Agreement.Of(Predict(newest, rows), PredictedClasses.Of(trained.Network.Forward, trained.Network.Inputs, trained.Set.Classes, rows));

    private static string[] Predict(ModelPackage package, IReadOnlyList<LabelledRow> rows) =>
        PredictedClasses.Of(package.Model, package.Manifest!.Inputs, package.Manifest.Classes, rows);

    private static string Describe(ModelInput input) => $"{input.Name}: {string.Join(' ', input.Columns)}, {string.Join('x', input.Dims)}";
}
