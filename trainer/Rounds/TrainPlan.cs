using System.Security.Cryptography;
using System.Text;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Labels;
using ParquetPool.Scorer.Models;
using ParquetPool.ShardRows;
using ParquetPool.Shards;
using ParquetPool.Storage;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Pruning;
using ParquetPool.Trainer.Publishing;
using ParquetPool.Trainer.SemiSupervised;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;
using ParquetPool.Trainer.Transfer;

namespace ParquetPool.Trainer.Rounds;

/// <summary>A round that is about to be trained.</summary>
/// <param name="Start">The newest round, where the new one goes on from it; else null.</param>
/// <param name="Columns">The feature columns.</param>
internal sealed record TrainPlan(TrainRequest Request, ShardSet Pool, ModelRegistry Registry, TrainedNetwork? Start, IReadOnlyList<VectorColumn> Columns)
{
    /// <summary>The manifest's setting that holds <see cref="HashOf"/> the labels learnt and measured by.</summary>
    public const string LabelsSetting = "labelsSha256";

    /// <summary>What a reader should know of what the round before hands on.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The encoder that is published with what is trained; null for none.</summary>
    public EncodedHead? Encoder { get; init; }

    /// <summary>Looks at pool and registry.</summary>
    /// <exception cref="UsageException">The request contradicts itself or the pool.</exception>
    /// <exception cref="DataException">Shards, or the round to go on from, are not what they must be.</exception>
    public static TrainPlan Of(TrainRequest request)
    {
        request.Check();
        var pool = ShardSet.Resolve(request.Pool);
        var registry = new ModelRegistry(request.Models);
        RequireClasses(request, registry);
        request = KeptNetwork.In(request, pool, registry, out var kept);
        List<string> notes = [.. kept];
        request = Fed(request, pool, notes);
        var start = StartOf(request, registry);
        request = start is null ? Encoded(request, pool, notes) : request;
        var columns = start is not null ? TrainColumns.OfRoundBefore(pool, request.Features, start.Set.Columns)
            : request.Options.From is { } from ? TrainColumns.Of(from, pool, request.Features)
            : TrainColumns.Of(pool, request.Features, optional: request.Options.Network.Tower is not null);
        request = start is null && request.Options.From is null ? request with { Options = request.Options with { Network = RememberedImport.In(request.Options.Network, pool, columns) } } : request;
        RequireAlike(request, pool, start, columns);
        if (start?.State.Averages.Count > 0 && request.Options.Steps.Ema is null)
        {
            notes.Add("the round before published a running mean of its weights; this one goes on from the weights themselves and publishes these: give --ema 0.999 to keep a mean");
        }
        var encoder = request.Export == ExportKind.Full ? EncodedHead.Of(pool, columns) : null;
        notes.AddRange(encoder is null ? [] : [$"the model is published with its encoder, {encoder.Encoded.Encoder}: it takes {(encoder.IsOfTexts ? "the texts' token ids, of 'trainer import --texts FILE --tokens MODEL'" : "the pictures themselves, a folder of them as --pool")}"]);
        return new TrainPlan(request, pool, registry, start, columns) { Notes = notes, Encoder = encoder };
    }

    private static void RequireClasses(TrainRequest request, ModelRegistry registry)
    {
        if (registry.Rounds(request.Task) is [.., var before] && ModelManifest.Read(StorageAddress.Join(before.Folder, ModelManifest.FileName)).IsRanking)
        {
            throw new UsageException($"--task {request.Task} has round {before.Round}, which ranks rows by preferences, expected a task of its own for classes: choose another name");
        }
    }

    /// <summary>With the inputs that are made for a given model.</summary>
    private static TrainRequest Fed(TrainRequest request, ShardSet pool, List<string> notes)
    {
        if (request.Options.From is not { } given)
        {
            return request;
        }
        var (fed, features) = TokenMasks.Fed(given.Package, pool, request.Features, notes.Add);
        return request with { Features = features, Options = request.Options with { From = given with { Package = fed } } };
    }

    /// <summary>The newest round, where the new one is to go on from it; else null.</summary>
    private static TrainedNetwork? StartOf(TrainRequest request, ModelRegistry registry)
    {
        var start = request.Continues && registry.Rounds(request.Task) is [.., var newest] ? PublishedRound.Open(newest.Folder) : null;
        if (start?.Recipe.ContainsKey(Recipe.Pruning) == true)
        {
            throw new UsageException($"the newest round of {request.Task} was pruned, expected one that a training can go on from: its weights that were taken away would grow again; train from scratch, without --epochs-per-round");
        }
        return start?.Unlabelled?.Hidden is not { } hidden ? start
            : throw new UsageException($"the newest round of {request.Task} has classes that no label names ({string.Join(", ", hidden.Classes.Take(3))}), expected one whose classes all have labels: train from scratch, without --epochs-per-round");
    }

    /// <summary>With what an encoder made of the rows as its columns, where no others are asked for.</summary>
    private static TrainRequest Encoded(TrainRequest request, ShardSet pool, List<string> notes)
    {
        if (request.Options.From is not null || request.Features.Count > 0 || TrainColumns.Encoded(pool, [], request.Options.Network) is not { Count: > 0 } encoded)
        {
            return request;
        }
        notes.AddRange(encoded is not [EncodedColumn.OfPictures] ? [] : [$"learns from the column {EncodedColumn.OfPictures}, what {EncodedColumn.Of(PoolFacts.Of(pool), EncodedColumn.OfPictures)?.Encoder ?? "an encoder"} made of the pictures: --features {TrainColumns.Usual} would take their pixels"]);
        return request with { Features = encoded };
    }

    /// <summary>Refuses columns of another making than what is gone on from learnt from, and tells of columns on another scale.</summary>
    private static void RequireAlike(TrainRequest request, ShardSet pool, TrainedNetwork? start, IReadOnlyList<VectorColumn> columns)
    {
        var learnt = start?.Network.Inputs ?? request.Options.Begun?.Manifest?.Inputs ?? [];
        ColumnOrigin.Require(learnt, request.Options.Begun?.Path ?? StorageAddress.Join(request.Models, request.Task), pool, columns);
        foreach (var (input, column) in learnt.Zip(columns))
        {
            if (PoolScale.Difference(input, [column], pool) is { } difference)
            {
                Assumptions.Tell(difference);
            }
        }
    }

    /// <summary>The rows that a training set is made of. What the model that is trained further knows of the task is not held out.</summary>
    private TrainingSet SetOf(IReadOnlyList<(string Id, float[] Features, string Label)> rows, IReadOnlyList<PartialRow> partial, Action<string> tell)
    {
        var (from, package) = (Request.Options.From, Request.Options.Begun);
        var given = package?.Manifest is { } manifest && (from?.KeepsHead == true || manifest.Task == Request.Task) && manifest.Outputs.Any(o => o.Name == Network.Logits) ? manifest : null;
        var before = Start is not null ? Start.Set.Rule : given?.Training.Holdout;
        if (before?.Share < Request.Validation)
        {
            tell(FormattableString.Invariant($"a share of {before.Share} is held out, not {Request.Validation}: the model that is trained further held out no more, and knows the others"));
        }
        var classes = Start?.Set.Classes ?? from?.Classes ?? (partial.Count == 0 ? null : TrainingSet.Sort(rows.Select(r => r.Label).Concat(partial.SelectMany(r => r.Classes)).Distinct()));
        var set = TrainingSet.Of(Columns, rows, Request.Validation, classes, before).WithPartial(partial.Select(r => (r.Id, r.Features, r.Classes)));
        return before is null && (Start is not null || given is not null) ? set with { Rule = null } : set;
    }

    /// <summary>Reads the labelled rows; see <see cref="LabelledRowReader.Read"/>.</summary>
    public Task<IReadOnlyList<(string Id, float[] Features, string Label)>> ReadAsync(
        LabelSource labels, CommandContext context, ICollection<(string Id, string Why)>? unusable = null, Action<RowBatch>? visit = null) =>
        context.Progress.RunAsync("reading", Pool.CountRows(), "rows", advance =>
            Task.Run(() => LabelledRowReader.Read(Pool, Columns, labels, advance, context.Stopping, unusable, visit), context.Stopping));

    /// <summary>Trains on the rows, from first weights or from where the newest round stands.</summary>
    /// <param name="tell">Told what a reader should know.</param>
    /// <param name="partial">Rows to learn from of which is known that they are of one of several classes.</param>
    /// <exception cref="DataException">The rows make no training set, or the training diverged.</exception>
    public async Task<TrainedNetwork> TrainAsync(IReadOnlyList<(string Id, float[] Features, string Label)> rows, Action<string> tell, CommandContext context, IReadOnlyList<PartialRow>? partial = null)
    {
        partial ??= [];
        var set = SetOf(rows, partial, tell);
        context.Progress.Say($"{set.Training.Count:N0} rows of {set.Classes.Count} classes to learn from, {set.Holdout.Count:N0} held out" + (partial.Count > 0 ? $"; {partial.Count:N0} rows of one of several classes to learn from besides" : ""));
        var unlabelled = Request.Learning.IsUsed ? await ReadUnlabelledAsync(set, tell, context) : null;
        foreach (var note in unlabelled?.Notes() ?? [])
        {
            tell(note);
        }
        var epochs = Start is not null ? Request.Options.EpochsPerRound
            : Request.Pruning is { } pruning ? pruning.Epochs(Request.Options, set.Training.Count)
            : unlabelled is not null ? SemiSupervisedRun.Epochs(Request.Learning, Request.Options, set.Training.Count)
            : Request.Options.EpochsFor(set.Learnt.Count);
        var trained = await context.Progress.RunAsync("training", epochs, "epochs", advance =>
            Task.Run(() => Train(set, unlabelled, tell, _ => advance(1), context), context.Stopping));
        var best = trained.Best;
        context.Progress.Say(FormattableString.Invariant(
            $"epoch {best.Number} of {trained.History[^1].Number}: hold-out accuracy {best.HoldoutAccuracy:P1}, loss {best.HoldoutLoss:F3} nats"));
        if (Request.Options.From is { Unfreeze.Count: > 0 })
        {
            tell($"beside the head, {trained.Network.Given.Count} of the model's weights learnt: {string.Join(", ", trained.Network.Given)}");
        }
        if (trained.Recipe.TryGetValue(Recipe.Stopped, out var why))
        {
            context.Progress.Say($"{why}; the weights of epoch {best.Number} are kept");
        }
        return trained with { Recipe = new Dictionary<string, string>(trained.Recipe) { [LabelsSetting] = HashOf(rows.Select(r => (r.Id, r.Label)).Concat(partial.Select(r => (r.Id, StatedRows.Text(r.Classes))))) } };
    }

    /// <summary>Publishes the next round; see <see cref="ModelPublisher.Publish"/>.</summary>
    public (string Folder, ModelManifest Manifest, ModelCheck Check) Publish(TrainedNetwork trained, CommandContext context)
    {
        var inputs = ColumnScale.Learnt(ColumnOrigin.Named(trained.Network.Inputs, Pool), Columns, [.. trained.Set.Training.Select(row => row.Features)]);
        var published = ModelPublisher.Publish(Registry, Request.Task, trained with { Network = trained.Network with { Inputs = inputs } }, Request.Options.Seed, context.Clock, Encoder);
        if (Request.Pruning is not null)
        {
            Progress("").End();
        }
        return published;
    }

    /// <summary>SHA-256 of labels, whatever their order.</summary>
    public static string HashOf(IEnumerable<(string Id, string Label)> labels)
    {
        var lines = labels.OrderBy(l => l.Id, StringComparer.Ordinal).Select(l => $"{l.Id}\0{l.Label}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
    }

    private async Task<UnlabelledRows> ReadUnlabelledAsync(TrainingSet set, Action<string> tell, CommandContext context)
    {
        var pool = ShardSet.Resolve(Request.Learning.Pool);
        ColumnOrigin.RequireAlike(Pool, pool, Columns);
        PoolScale.TellOfDifferences((Pool, pool), ("the labelled rows", "those without labels"), Columns, byCosine: false);
        var labels = Request.Learning.HiddenLabels.Count == 0 ? new Dictionary<string, string>()
            : await Task.Run(() => LabelFile.Read(Request.Learning.HiddenLabels, new LabelReading { Control = Request.Control, Tell = tell, Stopping = context.Stopping }), context.Stopping);
        var reading = new UnlabelledReading(Request.Learning.MostRows, Request.Validation, Request.Options.Seed, Request.Options.Steps.BatchRows);
        var rows = await context.Progress.WorkAsync("reading the unlabelled pool", pool.CountRows(), "rows", advance => UnlabelledRows.Read(pool, set, reading, advance, context.Stopping));
        return rows with { Labels = labels };
    }

    private TrainedNetwork Train(TrainingSet set, UnlabelledRows? unlabelled, Action<string> tell, Action<Epoch> ended, CommandContext context)
    {
        var stopping = context.Stopping;
        if (unlabelled is not null)
        {
            return SemiSupervisedRun.Execute(set, unlabelled, Request.Options, Request.Learning, ended, stopping: stopping);
        }
        if (Request.Pruning is { } pruning)
        {
            var key = TrainingKey.Of("prune 1", Request.Options, new { pruning, Columns = Columns.Select(c => $"{c.Name} {c.Kind}"), set.Classes }, set.Learnt, set.Training, set.Holdout);
            return PruneRun.Execute(set, Request.Options, pruning, tell, ended, Checkpoints.Of(Progress(key), context), stopping);
        }
        if (Start is null)
        {
            return TrainRun.Execute(set, Request.Options, ended, stopping: stopping);
        }
        using var training = new ContinuedTraining(Start, Request.Options);
        return training.Learn(set, ended, stopping);
    }

    private ProgressFile Progress(string key) => new(ProgressFile.PathOf("prune", Request.Models, Request.Task), key);
}
