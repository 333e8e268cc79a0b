using ParquetPool.Errors;
using ParquetPool.Scorer.Selection;
using ParquetPool.Trainer.SemiSupervised;
using ParquetPool.Trainer.Stopping;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Rehearsal;

/// <summary>One run: query, label, train, measure, over and over. Runs may go on at the same time.</summary>
internal sealed class RoundLoop(SimulateOptions options, RehearsalData data, TimeProvider clock)
{
    /// <summary>Runs all rounds of a strategy and a way of learning.</summary>
    /// <param name="key">For the record.</param>
    /// <param name="threads">For scoring; changes nothing.</param>
    /// <param name="advance">Told of each round.</param>
    /// <exception cref="DataException">A training diverged, or too few rows were left to choose from.</exception>
    public Run Run(string key, Combination combination, int seed, int threads, Action<long> advance, CancellationToken stopping)
    {
        var (strategy, learning) = (combination.Strategy, combination.Learning);
        var training = options.Training with { Seed = (ulong)seed, FreezeBatchNorm = strategy.Frozen, Augment = options.Training.Augment with { Strength = learning.Strength } };
        var start = clock.GetTimestamp();
        var bought = (strategy.First is { } first ? data.First(first, options.Initial, (ulong)seed, threads, stopping) : data.Pool.Drawn((ulong)seed, options.Initial)).ToList();
        var labelled = new bool[data.Pool.Rows.Count];
        var trained = data.Train(bought, training, learning.Method, stopping);
        // What learns from other rows too, or from a given model, starts anew in every round.
        using var continued = options.FromScratch || learning.Method != LearningMethod.Supervised || training.From is not null ? null : new ContinuedTraining(trained, training);
        var points = new List<CurvePoint>();
        int[] predicted = [];
        for (var round = 0; ; round++)
        {
            var seconds = clock.GetElapsedTime(start).TotalSeconds;
            var predictor = new Predictor(data, trained, threads);
            var (score, now) = predictor.Test(stopping);
            points.Add(new CurvePoint(round, bought.Count, score, round == 0 ? null : Agreement.Of(predicted, now), seconds) { Whole = bought.Count });
            predicted = now;
            advance(1);
            if (round == options.Rounds)
            {
                return new Run(key, combination.Name, seed, points, [.. bought.Select(data.Pool.Rows.IdOf)]);
            }
            start = clock.GetTimestamp();
            bought.ForEach(row => labelled[row] = true);
            bought.AddRange(Choose(predictor, strategy, seed, round + 1, labelled, stopping));
            trained = continued is null ? data.Train(bought, training, learning.Method, stopping) : continued.Learn(data.Set(bought), stopping: stopping);
        }
    }

    private IReadOnlyList<int> Choose(Predictor predictor, Strategy strategy, int seed, int round, bool[] labelled, CancellationToken stopping)
    {
        var draw = ((ulong)round << 32) | (uint)seed; // Draws of another round are others.
        var chosen = strategy.KnowsLabels
            ? predictor.ChooseByLoss(strategy.Selection == Strategy.IdealLoss ? 1 : -1, options.Query, draw, labelled, stopping)
            : predictor.Choose(
                strategy.Single ? 0 : options.Passes,
                new SelectOptions([], options.Query, strategy.Selection, "") { By = strategy.By, Seed = draw, NoNearDuplicates = strategy.Unique ? options.NearDuplicates : null }, labelled, stopping);
        return chosen.Count == options.Query
            ? chosen
            : throw new DataException($"{strategy.Name} found {chosen.Count} rows to label in round {round} of seed {seed}, expected {options.Query}: raise --near-duplicates or lower --rounds");
    }
}
