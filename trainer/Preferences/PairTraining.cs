using System.Globalization;
using ParquetPool.Errors;
using ParquetPool.Trainer.Losses;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Optimisers;
using ParquetPool.Trainer.Torch;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Preferences;

/// <summary>Learns a score a row from answers about pairs of them.</summary>
/// <remarks>
/// The rate rises and falls over all epochs. Of fifty held-out answers or more, the weights of the epoch with their lowest loss are kept, else the last. The same set and
/// options give the same weights to the last bit.
/// </remarks>
internal static class PairTraining
{
    private const double WarmupShare = 0.05;
    private const int LeastToChooseBy = 50;

    /// <summary>Trains.</summary>
    /// <param name="error">See <see cref="BradleyTerry"/>.</param>
    /// <param name="ended">Called after each epoch.</param>
    /// <param name="checkpoints">Where it is kept how far it has come; null for nowhere.</param>
    /// <exception cref="DataException">A layer does not fit, the training diverged, or there is too little memory.</exception>
    /// <exception cref="UsageException">The network needs an image and the feature columns hold none.</exception>
    public static TrainedRanking Execute(PairSet set, TrainOptions options, double error, Action<Epoch>? ended = null, Checkpoints? checkpoints = null, CancellationToken stopping = default) =>
        TorchMemory.Guarded(() => Train(set, options, new BradleyTerry(error), ended, checkpoints, stopping), options.LessMemory);

    private static TrainedRanking Train(PairSet set, TrainOptions options, BradleyTerry loss, Action<Epoch>? ended, Checkpoints? checkpoints, CancellationToken stopping)
    {
        var network = Build(set, options);
        var (epochs, batches) = (options.EpochsFor(set.Training.Count), options.Steps.Batches);
        var steps = epochs * batches.Count(set.Training.Count);
        var rate = new LearningRate(options.Steps.LearningRate, (int)(steps * WarmupShare), steps);
        using var trainer = new GraphTrainer(network, 2 * batches.MostRows, new() { Seed = options.Seed, Device = options.Device });
        var best = new BestSoFar(trainer.Snapshot(0));
        checkpoints?.Resume(reader => trainer.Resume(best.Read(reader)));
        foreach (var epoch in best.History)
        {
            ended?.Invoke(epoch);
        }
        var chooses = set.Holdout.Count >= LeastToChooseBy;
        for (var number = best.History.Count + 1; number <= epochs; number++)
        {
            var (sum, lastRate) = (0.0, 0f);
            foreach (var batch in batches.Epoch(set.Training.Count, options.Seed, number))
            {
                stopping.ThrowIfCancellationRequested();
                lastRate = rate.At(trainer.Steps);
                var step = Step(trainer, set, batch, loss, lastRate);
                sum += double.IsFinite(step) ? step * batch.Count : throw Diverged(number, $"at step {trainer.Steps + 1}", step);
            }
            var (held, right) = Measure(trainer, set, loss);
            var ending = double.IsFinite(held) ? new Epoch(number, lastRate, sum / set.Training.Count, held, right) : throw Diverged(number, "on the held-out answers", held);
            best.Add(ending, best.Epoch.Number == 0 || !chooses || held < best.Epoch.HoldoutLoss, trainer.Snapshot);
            checkpoints?.Keep(writer => best.Write(writer, trainer.Snapshot(number)));
            ended?.Invoke(ending);
        }
        trainer.Resume(best.State);
        return new TrainedRanking(network with { Forward = TrainRun.With(network.Forward, trainer.Weights) }, set, best.History, best.Epoch, trainer.Predict([.. set.Rows.Select(r => r.Features)], Network.Score), Recipe(options, loss, chooses));

        DataException Diverged(int epoch, string where, double value) =>
            new(string.Create(CultureInfo.InvariantCulture, $"the training diverged in epoch {epoch}, {where} (loss {value}): use a lower --learning-rate than {options.Steps.LearningRate}"));
    }

    /// <summary>The network with its first weights: one number a row in the place of the classes.</summary>
    private static Network Build(PairSet set, TrainOptions options)
    {
        var spec = options.Network with { TowerHeads = false, PredictedLoss = false };
        var image = NetworkBuilder.Image(spec, set.Columns);
        var standardisation = Standardisation.Of([.. set.Rows.Select(r => r.Features)], image is [_, var h, var w] ? h * w : 1);
        return NetworkBuilder.Build(spec, set.Columns, classes: 1, standardisation, options.Seed, Network.Score);
    }

    /// <summary>One step; both rows of each answer run through the network in one batch.</summary>
    private static double Step(GraphTrainer trainer, PairSet set, ArraySegment<int> batch, BradleyTerry loss, float rate)
    {
        ComparedRows[] pairs = [.. batch.Select(place => set.Training[place])];
        float[][] rows = [.. pairs.Select(p => set.Rows[p.First].Features), .. pairs.Select(p => set.Rows[p.Second].Features)];
        return trainer.Step(
            pass =>
            {
                var scores = trainer.Forward(trainer.Inputs(rows), [Network.Score], pass)[0];
                return loss.Of(scores.narrow(0, 0, pairs.Length), scores.narrow(0, pairs.Length, pairs.Length), trainer.Tensor([.. pairs.Select(p => (float)p.Wanted)], pairs.Length)).mean();
            },
            rate);
    }

    /// <summary>The mean loss of the held-out answers, and the share of those that prefer a row which the scores prefer too; of equal scores a half.</summary>
    private static (double Loss, double Right) Measure(GraphTrainer trainer, PairSet set, BradleyTerry loss)
    {
        int[] places = [.. set.Holdout.SelectMany(p => new[] { p.First, p.Second }).Distinct()];
        var scores = places.Zip(trainer.Predict([.. places.Select(place => set.Rows[place].Features)], Network.Score)).ToDictionary(s => s.First, s => (double)s.Second);
        return (set.Holdout.Average(p => loss.Of(scores[p.First] - scores[p.Second], p.Wanted)),
            set.Holdout.Where(p => p.Wanted != 0.5).Select(p => (1 + (Math.Sign(scores[p.First] - scores[p.Second]) * Math.Sign(p.Wanted - 0.5))) / 2.0).DefaultIfEmpty(0.5).Average());
    }

    private static Dictionary<string, string> Recipe(TrainOptions options, BradleyTerry loss, bool chooses) => new()
    {
        ["loss"] = string.Create(CultureInfo.InvariantCulture, $"Bradley and Terry, with a share of {loss.Error} of the answers given by chance"),
        ["optimiser"] = "AdamW",
        ["learningRate"] = string.Create(CultureInfo.InvariantCulture, $"{options.Steps.LearningRate}, warm-up {WarmupShare:P0} of the steps, cosine to 0"),
        ["batchRows"] = options.Steps.BatchRows.ToString(CultureInfo.InvariantCulture),
        ["weights"] = chooses ? "of the epoch with the lowest loss of the held-out answers" : "of the last epoch: the held-out answers are too few to choose by",
        [TrainedNetwork.NetworkSetting] = options.Network.ToJson(),
    };
}
