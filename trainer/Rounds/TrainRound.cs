using ParquetPool.Collections;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Labels;
using ParquetPool.Shards;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Rounds;

/// <summary>The flow of <c>trainer train</c>: labels and pool to a published model.</summary>
internal static class TrainRound
{
    /// <summary>Reads, trains, checks, publishes.</summary>
    /// <exception cref="UsageException">The request contradicts itself or the pool.</exception>
    /// <exception cref="DataException">Labels, shards or the trained model are not what they must be.</exception>
    public static async Task<TrainSummary> ExecuteAsync(TrainRequest request, CommandContext context)
    {
        var began = context.Clock.GetTimestamp();
        request = WithLabels(request, context.Progress.Say);
        var plan = TrainPlan.Of(request);
        var notes = new List<string>();
        void Tell(string line)
        {
            notes.Add(line);
            context.Progress.Say(line);
        }
        foreach (var note in plan.Notes)
        {
            Tell(note);
        }
        var known = plan.Start?.Set.Classes ?? KnownClasses.Of(plan.Registry, request.Task, PoolFacts.Of(plan.Pool).Classes, Tell).Names;
        var hierarchy = request.Hierarchy is null ? null : Hierarchy.Read(request.Hierarchy);
        var how = new LabelReading { Pool = plan.Pool, Classes = known, Hierarchy = hierarchy, Control = request.Control, AsksOfDoubts = !request.NewClasses, Tell = Tell, Stopping = context.Stopping };
        var stated = request.LabelColumn is null ? StatedRows.Of(await Task.Run(() => LabelFile.ReadStanding(request.Labels, how), context.Stopping), hierarchy, known, request.NewClasses) : null;
        foreach (var note in stated?.Sets.Notes() ?? [])
        {
            Tell(note);
        }
        var rows = await plan.ReadAsync(stated is null ? new LabelSource.Column(request.LabelColumn!) : new LabelSource.Given(stated.Labels), context);
        (rows, var partial) = stated is null ? (OfOneSpelling(rows, known, request, Tell), []) : stated.Parted(rows);
        rows = OfKnownClasses(rows, known, plan, Tell);
        var trained = await plan.TrainAsync(rows, Tell, context, partial);
        var (folder, manifest, _) = plan.Publish(trained, context);
        var best = trained.Best;
        return new TrainSummary(
            Model: folder,
            Task: request.Task,
            Round: manifest.Round,
            Classes: trained.Set.Classes.Count,
            Rows: trained.Set.Training.Count,
            HoldoutRows: trained.Set.Holdout.Count,
            HoldoutAccuracy: best.HoldoutAccuracy,
            HoldoutLoss: best.HoldoutLoss,
            Epochs: trained.History.Count,
            BestEpoch: best.Number,
            LossCorrelation: trained.LossCorrelation,
            Sha256: manifest.Sha256,
            Seconds: context.Clock.GetElapsedTime(began).TotalSeconds)
        { Notes = notes, PartialRows = trained.Set.Partial.Count, Unlabelled = trained.Unlabelled, Calibration = trained.Calibration };
    }

    /// <summary>With the column of the labels, where pictures have one and no labels are named.</summary>
    private static TrainRequest WithLabels(TrainRequest request, Action<string> tell)
    {
        if (request.Labels.Count == 0 && request.LabelColumn is null && PicturePatterns.Among(request.Pool).Count == request.Pool.Count)
        {
            request = request with { LabelColumn = PreparedPicture.LabelColumn };
            tell("labels are what the pictures' folders or files say of them");
        }
        if (request.Labels.Count > 0 == request.LabelColumn is not null)
        {
            throw new UsageException($"{(request.LabelColumn is null ? "neither --labels nor --label-column is" : "both --labels and --label-column are")} given, expected one: labels come from files or from a column of the shards, such as --label-column label");
        }
        return request;
    }

    /// <summary>Leaves out labels of classes that are new to the task, unless they are asked for.</summary>
    private static IReadOnlyList<(string Id, float[] Features, string Label)> OfKnownClasses(
        IReadOnlyList<(string Id, float[] Features, string Label)> rows, IReadOnlyList<string> known, TrainPlan plan, Action<string> tell)
    {
        if (known.Count == 0 || rows.Select(r => r.Label).Where(l => !known.Contains(l)).CountBy(l => l).ToList() is not { Count: > 0 } strangers)
        {
            return rows;
        }
        if (plan.Request.NewClasses)
        {
            tell($"classes that are new to the task: {ClassNames.List(strangers)}");
            return rows;
        }
        tell(KnownClasses.LeftOut(strangers, known));
        rows = [.. rows.Where(r => known.Contains(r.Label))];
        return rows.Count > 0 ? rows
            : throw new DataException($"no label is of a class that the task knows ({string.Join(", ", known.Take(8))}), but of {ClassNames.List(strangers)}: give labels of these classes, or admit the others with --new-classes{(plan.Start is null ? "" : ", in a round from scratch without --epochs-per-round")}");
    }

    private static IReadOnlyList<(string Id, float[] Features, string Label)> OfOneSpelling(
        IReadOnlyList<(string Id, float[] Features, string Label)> rows, IReadOnlyList<string> known, TrainRequest request, Action<string> tell)
    {
        var names = ClassNames.Of(known, rows.Select(r => r.Label));
        if (known.Count == 0 && !request.NewClasses && names.Doubts is { } doubts)
        {
            throw new DataException($"--label-column {request.LabelColumn}: {doubts}; {ClassNames.HowToAnswer}");
        }
        foreach (var note in names.Notes())
        {
            tell(note);
        }
        return [.. rows.Select(r => (r.Id, r.Features, Label: names.Of(r.Label))).Where(r => r.Label is not null).Select(r => (r.Id, r.Features, r.Label!))];
    }
}
