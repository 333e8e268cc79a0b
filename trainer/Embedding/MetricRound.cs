using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Labels;
using ParquetPool.Shards;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Embedding;

/// <summary>The flow of <c>trainer embed --loss</c>: rows and what belongs together to a published embedding, trained with several seeds of which the first is published.</summary>
internal static class MetricRound
{
    /// <exception cref="UsageException">The request contradicts itself or the pool.</exception>
    /// <exception cref="DataException">Labels, pairs or shards are not what they must be, or a training diverged.</exception>
    public static async Task<MetricSummary> ExecuteAsync(EmbedRequest request, CommandContext context)
    {
        var start = context.Clock.GetTimestamp();
        ModelRegistry.CheckTask(request.Task);
        request.Check();
        var pool = ShardSet.Resolve(request.Pool);
        var columns = TrainColumns.Of(pool, request.Features);
        var relations = await RelationsAsync(request, pool, columns, context);
        var spec = RememberedImport.In(request.Network, pool, columns);
        context.Progress.Say($"{relations.Learnt.Count:N0} rows to learn from; {relations.Queries.Count:N0} held-out ones to measure by, sought among {relations.Sought.Count:N0}");

        var (scores, featureScore) = (new List<MetricScore>(), default(MetricScore));
        (string Folder, ModelManifest Manifest)? first = null;
        for (var turn = 0; turn < request.Seeds; turn++)
        {
            using var run = await Task.Run(() => new MetricRun(relations, request, spec, unchecked(request.Seed + (ulong)turn)), context.Stopping);
            var score = default(MetricScore);
            await context.Progress.RunAsync($"training, seed {turn + 1} of {request.Seeds}", request.Steps, "steps", advance => Task.Run(
                () =>
                {
                    while (!run.IsDone)
                    {
                        score = run.Advance(advance, context.Stopping);
                    }
                    return true;
                }, context.Stopping));
            context.Progress.Say(FormattableString.Invariant($"seed {turn + 1}: recall@1 {score.Recall1:P1}, MRR {score.Mrr:F3}, triplet accuracy {score.TripletAccuracy:P1}"));
            scores.Add(score);
            if (turn == 0)
            {
                featureScore = run.Score([.. relations.Rows.SelectMany(r => r.Features)]);
                var network = run.Result();
                var model = new EmbeddingModel(
                    network.Forward, ColumnScale.Learnt(ColumnOrigin.Named(network.Inputs, pool), columns, [.. relations.Learnt.Select(at => relations.Rows[at].Features)]), request.Units,
                    new ModelTraining(relations.Learnt.Count, relations.Queries.Count, request.Seed, run.History.Count, run.History.Count, score.Precision1, 1 - score.TripletAccuracy, RecipeOf(request, spec)),
                    run.History)
                { Classes = relations.Classes };
                first = EmbeddingPublisher.Publish(new ModelRegistry(request.Models), request.Task, model, context.Clock);
            }
        }
        var published = first!.Value;
        return new MetricSummary(
            published.Folder, request.Task, published.Manifest.Round, relations.Learnt.Count, relations.Queries.Count, relations.Sought.Count, scores[0], featureScore, Spread.Of(scores), request.Seeds, request.Steps,
            published.Manifest.Sha256, Math.Round(context.Clock.GetElapsedTime(start).TotalSeconds, 2));
    }

    private static async Task<IRelations> RelationsAsync(EmbedRequest request, ShardSet pool, IReadOnlyList<VectorColumn> columns, CommandContext context)
    {
        var pairs = request.Pairs.Count > 0 ? await Task.Run(() => PairFile.Read(request.Pairs), context.Stopping) : [];
        LabelSource source = request.LabelColumn is { } column ? new LabelSource.Column(column)
            : pairs.Count > 0 ? new LabelSource.Given(pairs.SelectMany(p => (string?[])[p.Anchor, p.Positive, p.Negative]).OfType<string>().Distinct().ToDictionary(id => id, _ => ""))
            : new LabelSource.Given(LabelFile.Read(request.Labels, new LabelReading { Pool = pool, Tell = context.Progress.Say, Stopping = context.Stopping }));
        var unusable = new List<(string Id, string Why)>();
        var rows = await context.Progress.RunAsync("reading", pool.CountRows(), "rows", advance =>
            Task.Run(() => LabelledRowReader.Read(pool, columns, source, advance, context.Stopping, pairs.Count > 0 ? unusable : null), context.Stopping));
        if (pairs.Count == 0)
        {
            return new LabelRelations(columns, rows, TrainRequest.DefaultValidation, request.BatchRows);
        }
        var named = new RowExamples();
        foreach (var (id, why) in unusable.OrderBy(u => u.Id, StringComparer.Ordinal))
        {
            named.Add($"'{id}' ({why})");
        }
        named.ThrowIfAny("rows that --pairs names cannot be used", "add the shards that hold them, or take these pairs out");
        return new PairRelations(columns, pairs, rows.Select(r => (r.Id, r.Features)), TrainRequest.DefaultValidation, request.BatchRows / 2);
    }

    private static Dictionary<string, string> RecipeOf(EmbedRequest request, Networks.NetworkSpec spec) => new()
    {
        ["learners"] = Recipe.Text($"{request.Learners}"),
        ["loss"] = request.Loss == EmbedLoss.Contrastive ? Recipe.Text($"contrastive, margin {MetricRun.ContrastiveMargin} of the distance")
            : Recipe.Text($"triplet, margin {MetricRun.TripletMargin} of the squared distance, {(request.Negatives == Negatives.BatchAll ? "all triplets of a batch" : "semi-hard negatives")}"),
        ["relations"] = request.Pairs.Count > 0 ? "pairs" : "labels",
        ["optimiser"] = "AdamW",
        ["batchRows"] = Recipe.Text($"{request.BatchRows}"),
        ["steps"] = Recipe.Text($"{request.Steps}"),
        ["augment"] = request.Augment.Text,
        [TrainedNetwork.NetworkSetting] = spec.ToJson(),
    };
}
