using ParquetPool.Commands;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Selection;
using ParquetPool.Shards;
using ParquetPool.Trainer.Networks;

namespace ParquetPool.Trainer.Rehearsal;

/// <summary>One run: query, label, train, measure, over and over. May run several times at once.</summary>
internal sealed class RoundLoop
{
    /// <summary>Rows that tell the features' means and deviations. They need no labels, so they are drawn from the whole pool.</summary>
    private const int StandardisingRows = 10_000;

    private readonly SimulateOptions options;
    private readonly IReadOnlyList<VectorColumn> columns;
    private readonly Oracle pool;
    private readonly Oracle test;
    private readonly Standardisation standardisation;
    private readonly TimeProvider clock;

    public RoundLoop(SimulateOptions options, IReadOnlyList<VectorColumn> columns, Oracle pool, Oracle test, TimeProvider clock)
    {
        (this.options, this.columns, this.pool, this.test, this.clock) = (options, columns, pool, test, clock);
        var image = NetworkBuilder.Image(options.Training.Network, columns);
        standardisation = Standardisation.Of([.. Drawn(0, StandardisingRows).Select(pool.Rows.FeaturesOf)], image is [_, var h, var w] ? h * w : 1);
    }

    /// <summary>Runs all rounds of a strategy.</summary>
    /// <param name="key">For the record.</param>
    /// <param name="threads">For scoring; changes nothing.</param>
    /// <param name="advance">Told of each round.</param>
    /// <exception cref="DataException">A training diverged, or too few rows were left to choose from.</exception>
    public Run Run(string key, Strategy strategy, int seed, int threads, Action<long> advance, CancellationToken stopping)
    {
        var training = options.Training with { Seed = (ulong)seed };
        using var learner = new Learner(columns, pool.Classes.Count, standardisation, training);
        var query = new QueryMaker(this, strategy, seed, learner, threads);
        var bought = new List<int>();
        var points = new List<CurvePoint>();
        for (var round = 0; round <= options.Rounds; round++)
        {
            var start = clock.GetTimestamp();
            bought.AddRange(round == 0 ? Drawn((ulong)seed, options.Initial) : query.Choose(round, bought, stopping));
            var rows = bought.ConvertAll(pool.Ask);
            learner.Learn(rows, round == 0 ? training.EpochsFor(rows.Count) : options.EpochsPerRound, stopping);
            var seconds = clock.GetElapsedTime(start).TotalSeconds;
            points.Add(new CurvePoint(round, bought.Count, TestScore.Of(query.Probabilities(test, stopping), test.ClassOf, pool.Classes.Count), seconds));
            advance(1);
        }
        return new Run(key, strategy.Name, seed, points, [.. bought.Select(pool.Rows.IdOf)]);
    }

    /// <summary>Usable rows drawn from the pool, each by its id and the seed alone.</summary>
    private IReadOnlyList<int> Drawn(ulong seed, int count) =>
        [.. Enumerable.Range(0, pool.Rows.Count).Where(row => pool.ClassOf[row] >= 0).Select(row => (Row: row, Id: pool.Rows.IdOf(row)))
            .OrderByDescending(r => RandomScore.Of(seed, r.Id)).ThenBy(r => r.Id, StringComparer.Ordinal).Take(count).Select(r => r.Row)];

    /// <summary>Chooses a run's queries.</summary>
    private sealed class QueryMaker(RoundLoop loop, Strategy strategy, int seed, Learner learner, int threads)
    {
        private readonly FeatureInput[] inputs = [.. learner.Inputs.Select(i => new FeatureInput(i.Name, [.. i.Columns.Select(name => loop.columns.Single(c => c.Name == name))], i.Dims))];
        private readonly bool[] labelled = new bool[loop.pool.Rows.Count];

        public IReadOnlyList<int> Choose(int round, IReadOnlyList<int> bought, CancellationToken stopping)
        {
            foreach (var row in bought)
            {
                labelled[row] = true;
            }
            var options = loop.options;
            var query = new ResidentQuery(loop.pool.Rows, [.. loop.pool.ClassOf.Select(c => c >= 0)], inputs, threads);
            var draw = ((ulong)round << 32) | (uint)seed; // Draws of another round are others.
            var chosen = strategy.KnowsLabels
                ? query.Highest(Losses(strategy.Selection == Strategy.IdealLoss ? 1 : -1, stopping), options.Query, draw, labelled, stopping)
                : query.Choose(
                    learner.Package(), strategy.Single ? 0 : options.Passes,
                    new SelectOptions([], options.Query, strategy.Selection, "") { By = strategy.By, Seed = draw, NoNearDuplicates = strategy.Unique ? options.NearDuplicates : null }, labelled, stopping);
            return chosen.Count == options.Query
                ? chosen
                : throw new DataException($"{strategy.Name} found {chosen.Count} rows to label in round {round} of seed {seed}, expected {options.Query}: raise --near-duplicates or lower --rounds");
        }

        /// <summary>[row, class], dropout off.</summary>
        public float[] Probabilities(Oracle rows, CancellationToken stopping)
        {
            using var single = Committee.Compile(learner.Package(), inputs, passes: 0, seed: 0);
            return rows.Rows.Probabilities(single, threads, stopping);
        }

        /// <summary>[row]: the true loss in nats times a sign; NaN where it is unknown.</summary>
        private double[] Losses(int sign, CancellationToken stopping)
        {
            var probabilities = Probabilities(loop.pool, stopping);
            return [.. loop.pool.ClassOf.Select((c, row) => c < 0 ? double.NaN : -sign * Math.Log(Math.Max(float.Epsilon, probabilities[(row * loop.pool.Classes.Count) + c])))];
        }
    }
}
