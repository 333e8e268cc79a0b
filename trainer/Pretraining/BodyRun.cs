using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Shards;
using ParquetPool.Storage;
using ParquetPool.Trainer.Embedding;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.Torch;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Pretraining;

/// <summary>A network's layers learn from rows without labels, by a pretext.</summary>
internal static class BodyRun
{
    private const int BatchRows = 128;
    private const int Tellings = 10;

    /// <param name="path">Of the file that a killed run leaves.</param>
    public static async Task<PretrainSummary> ExecuteAsync(PretrainRequest request, ShardSet pool, IReadOnlyList<VectorColumn> columns, string path, CommandContext context)
    {
        var data = await context.Progress.RunAsync("reading", pool.CountRows(), "rows", advance =>
            Task.Run(() => PretrainData.Read(pool, columns, request.RowsAtMost, request.Seed, advance, context.Stopping), context.Stopping));
        var plan = BodyPlan.Of(RememberedImport.In(request.Network, pool, columns), columns, data, request.Seed);
        plan.RequireAnew(request.Anew);
        using var pretext = TorchMemory.Guarded(() => PretextOf(request, data, plan), "use a smaller --network");
        var run = new PretextRun(pretext, data.Training.Count, request.StepsAtMost, BatchRows, request.Seed, request.PeakRate, request.HasConstantRate);
        var progress = new ProgressFile(path, Key(request, data, plan));
        var before = progress.Resume(run.Read) ? run.Ended : 0;
        if (before > 0)
        {
            context.Progress.Say($"a run that was killed goes on after pass {before} of {run.Passes}");
        }
        while (!run.IsDone)
        {
            await LearnAsync(run, progress, context);
            context.Progress.Say(Recipe.Text($"pass {run.Ended} of {run.Passes}: loss {run.History[^1].TrainLoss:F3}, {Told(request.Method, run.History[^1], data)}"));
        }
        var last = request.Method == PretrainRequest.LanguageModel ? run.History.MinBy(e => e.HoldoutLoss) : run.History[^1];
        var learnt = plan.Learnt(pretext.Weights, request.Anew);
        var model = new EmbeddingModel(
            learnt.Forward, ColumnScale.Learnt(ColumnOrigin.Named(learnt.Inputs, pool), plan.Columns, data.Training), learnt.EmbeddingWidth,
            new ModelTraining(0, data.Measured.Count, request.Seed, run.Ended, last.Number, last.HoldoutAccuracy, last.HoldoutLoss, RecipeOf(request, plan, run)) { Unlabelled = new ModelUnlabelled(data.Training.Count), Holdout = new ModelHoldout(TrainRequest.DefaultValidation, []) },
            run.History)
        { Dropouts = learnt.Dropouts };
        var (published, manifest) = EmbeddingPublisher.Publish(new ModelRegistry(request.Models), request.Task, model, context.Clock);
        progress.End();
        return new PretrainSummary("pretrain", published, request.Task, manifest.Round, request.Method, data.Training.Count, data.Unusable, learnt.EmbeddingWidth, run.Ended, before, manifest.Sha256, 0)
        {
            Steps = run.Ended * run.StepsOfAPass,
            Explained = request.Method is PretrainRequest.Autoencoder or PretrainRequest.Acai ? last.HoldoutAccuracy : null,
            Remembered = request.Method == PretrainRequest.RandomLabels ? last.HoldoutAccuracy : null,
            Perplexity = request.Method == PretrainRequest.LanguageModel ? Math.Round(Math.Exp(last.HoldoutLoss), 3) : null,
            UnknownTokens = pretext is LanguageModel { Followers: var (unknown, all) } ? Math.Round((double)unknown / all, 4) : null,
            CopiesFound = request.Method == PretrainRequest.Contrastive ? last.HoldoutAccuracy : null,
        };
    }

    /// <summary>What a method has come to, in words.</summary>
    private static string Told(string method, Epoch pass, PretrainData data) => method switch
    {
        PretrainRequest.RandomLabels => Recipe.Text($"{100 * pass.HoldoutAccuracy:F1} % of the random labels of {data.Training.Count:N0} rows are learnt by heart"),
        PretrainRequest.Contrastive => Recipe.Text($"of {data.Measured.Count:N0} altered copies of other rows {100 * pass.HoldoutAccuracy:F1} % have their own row nearest"),
        PretrainRequest.LanguageModel => Recipe.Text($"perplexity {Math.Exp(pass.HoldoutLoss):F2} on {data.Measured.Count:N0} other rows, {100 * pass.HoldoutAccuracy:F1} % of their tokens are told rightly by those before"),
        _ => Recipe.Text($"the reconstruction holds {100 * pass.HoldoutAccuracy:F1} % of how {data.Measured.Count:N0} other rows differ"),
    };

    private static IPretext PretextOf(PretrainRequest request, PretrainData data, BodyPlan plan) => request.Method switch
    {
        PretrainRequest.RandomLabels => new RandomLabels(data, plan, BatchRows, request),
        PretrainRequest.Contrastive => new CopyContrast(data, plan, BatchRows, request),
        PretrainRequest.LanguageModel => new LanguageModel(data, plan, BatchRows, request),
        _ => new Reconstruction(data, plan, request.Method == PretrainRequest.Acai, BatchRows, request),
    };

    /// <summary>A tenth of the passes or so.</summary>
    internal static Task<bool> LearnAsync(PretextRun run, ProgressFile progress, CommandContext context)
    {
        var until = Math.Min(run.Passes, Math.Max(run.Next, run.Ended + ((run.Passes + Tellings - 1) / Tellings)));
        return context.Progress.RunAsync($"learning, passes to {until} of {run.Passes}", (long)(until - run.Ended) * run.StepsOfAPass, "steps", advance => Task.Run(
            () =>
            {
                while (!run.IsDone && run.Ended < until)
                {
                    run.Advance(advance, context.Stopping);
                    progress.Keep(run.Write);
                }
                return true;
            }, context.Stopping));
    }

    /// <summary>Of everything that decides the weights.</summary>
    private static string Key(PretrainRequest request, PretrainData data, BodyPlan plan) => string.Join(
        '\n', "pretrain 3", request.Method, data.Sha256, plan.Spec.ToJson(), string.Join(' ', plan.Columns.Select(c => $"{c.Name}:{c.Width}")), Recipe.Text($"{request.Seed} {request.StepsAtMost} {request.RandomClasses} {request.Device} {request.LanguageOptimiser} {request.Ar} {request.Tar} {request.RandomWindows}"), request.Augment.Text);

    private static Dictionary<string, string> RecipeOf(PretrainRequest request, BodyPlan plan, PretextRun run)
    {
        var recipe = new Dictionary<string, string>
        {
            [Recipe.Pretraining] = request.Method switch
            {
                PretrainRequest.Autoencoder => "autoencoder: the layers and their mirror, mean square of standardised features",
                PretrainRequest.Acai => Recipe.Text($"acai: the layers and their mirror, and a critic of decoded mixtures (lambda {Losses.Interpolation.Weight}, gamma {Losses.Interpolation.RealShare}, shares up to {Losses.Interpolation.MostShare})"),
                PretrainRequest.RandomLabels => Recipe.Text($"random labels of {request.RandomClasses} classes, until {RandomLabels.Enough} are learnt by heart"),
                PretrainRequest.LanguageModel => Recipe.Text($"language model of tied weights: AR {request.Ar}, TAR {request.Tar}, gradients to a norm of {LanguageModel.Clip}{(request.RandomWindows ? ", windows of random length" : "")}; of the weights the best measure's are kept"),
                _ => $"contrastive: NT-Xent of two copies, {request.Augment.Text}",
            },
            ["optimiser"] = request.HasConstantRate ? "NT-ASGD" : "AdamW",
            ["learningRate"] = request.HasConstantRate ? Recipe.Text($"{request.PeakRate}") : Recipe.Text($"{request.PeakRate}, warm-up {PretextRun.WarmupShare:P0} of the steps, cosine to 0"),
            ["batchRows"] = Recipe.Text($"{BatchRows}"),
            ["steps"] = Recipe.Text($"{run.Ended * run.StepsOfAPass} of {run.Passes * run.StepsOfAPass} at most"),
            [TrainedNetwork.NetworkSetting] = plan.Spec.ToJson(),
        };
        if (request.Anew > 0)
        {
            recipe["anew"] = Recipe.Text($"the last {request.Anew} layers with weights have their first ones");
        }
        return recipe;
    }
}
