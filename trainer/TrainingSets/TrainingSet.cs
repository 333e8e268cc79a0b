using System.Globalization;
using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;

namespace ParquetPool.Trainer.TrainingSets;

/// <summary>The labelled rows of a pool, in memory: rows to learn from and rows held out to measure by.</summary>
/// <remarks>
/// Holds labels · features · 4 bytes, nothing of the unlabelled pool. Rows are in the order of their ids, so neither the order of the
/// shards nor that of the labels changes a training.
/// </remarks>
/// <param name="Columns">The feature columns.</param>
/// <param name="Classes">Class names in the order of the logits: as numbers where all are integers, else by their characters.</param>
/// <param name="Training">Learnt from; has a row of every class that has one.</param>
/// <param name="Holdout">Never learnt from; at least one row.</param>
internal sealed record TrainingSet(
    IReadOnlyList<VectorColumn> Columns,
    IReadOnlyList<string> Classes,
    IReadOnlyList<LabelledRow> Training,
    IReadOnlyList<LabelledRow> Holdout)
{
    /// <summary>Rows of which is known that they are of one of several classes: learnt from, never measured by.</summary>
    public IReadOnlyList<LabelledRow> Partial { get; init; } = [];

    /// <summary>All that is learnt from.</summary>
    public IReadOnlyList<LabelledRow> Learnt => Partial.Count == 0 ? Training : [.. Training, .. Partial];

    /// <summary>Which rows, of any pool, what is trained on the set does not learn from; null where that is not known.</summary>
    public ModelHoldout? Rule { get; init; }

    /// <summary>Names the classes and splits the rows.</summary>
    /// <param name="columns">The feature columns.</param>
    /// <param name="rows">Ids (unique), joined features and labels, in any order.</param>
    /// <param name="holdoutShare">See <see cref="TrainingSets.Holdout.Split"/>.</param>
    /// <param name="known">The classes, where they are fixed beforehand; null for those of the rows.</param>
    /// <param name="before">What the model that is trained further has not learnt from, for no row that it knows is held out; null for one that knows none.</param>
    /// <exception cref="DataException">There are fewer than two classes, a label is none of those known, or no row can be held out.</exception>
    public static TrainingSet Of(
        IReadOnlyList<VectorColumn> columns, IEnumerable<(string Id, float[] Features, string Label)> rows, double holdoutShare, IReadOnlyList<string>? known = null, ModelHoldout? before = null)
    {
        var share = Math.Min(holdoutShare, before?.Share ?? holdoutShare);
        var sorted = rows.OrderBy(r => r.Id, StringComparer.Ordinal).ToArray();
        var classes = known ?? Sort(sorted.Select(r => r.Label).Distinct());
        if (classes.Count < 2)
        {
            throw new DataException($"the {sorted.Length} labels name {classes.Count} class{(classes is [var only] ? $" ('{only}')" : "es")}, expected two or more: add labels of another class");
        }
        var places = classes.Select((name, place) => (name, place)).ToDictionary(c => c.name, c => c.place);
        if (sorted.FirstOrDefault(r => !places.ContainsKey(r.Label)) is { Id: { } stranger, Label: var label })
        {
            throw new DataException($"row '{stranger}' has label {label}, which is none of the {classes.Count} classes so far: a new class needs a round from scratch, without --epochs-per-round or --head keep");
        }
        var (training, holdout) = Trainer.TrainingSets.Holdout.Split([.. sorted.Select(r => new LabelledRow(r.Id, r.Features, places[r.Label]))], share, before?.Learnt);
        return new TrainingSet(columns, classes, training, holdout) { Rule = Trainer.TrainingSets.Holdout.Rule(training, share, before?.Learnt) };
    }

    /// <summary>The set with rows besides of which is known that they are of one of several classes.</summary>
    /// <param name="rows">Ids (no others' in the set), joined features and classes, in any order.</param>
    /// <exception cref="DataException">A class is none of the set's.</exception>
    public TrainingSet WithPartial(IEnumerable<(string Id, float[] Features, IReadOnlyList<string> Classes)> rows)
    {
        var places = Classes.Index().ToDictionary(c => c.Item, c => c.Index);
        LabelledRow[] partial =
        [
            .. rows.OrderBy(r => r.Id, StringComparer.Ordinal).Select(r => r.Classes.FirstOrDefault(c => !places.ContainsKey(c)) is { } stranger
                ? throw new DataException($"row '{r.Id}' may be of class {stranger}, which is none of the {Classes.Count} classes so far: a new class needs a round from scratch, without --epochs-per-round or --head keep")
                : new LabelledRow(r.Id, r.Features, -1) { Possible = [.. r.Classes.Select(c => places[c]).Order()] }),
        ];
        return partial.Length == 0 ? this
            : this with { Partial = partial, Rule = Rule is null ? null : Trainer.TrainingSets.Holdout.Rule([.. Training, .. partial], Rule.Share, Rule.Learnt) };
    }

    internal static string[] Sort(IEnumerable<string> labels)
    {
        var names = labels.Order(StringComparer.Ordinal).ToArray();
        return names.All(n => long.TryParse(n, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            ? [.. names.OrderBy(n => long.Parse(n, CultureInfo.InvariantCulture))]
            : names;
    }
}
