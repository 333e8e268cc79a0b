using System.Numerics;
using ParquetPool.Errors;
using ParquetPool.Labels;
using ParquetPool.Scorer.Selection;
using ParquetPool.Scorer.Strategies;
using ParquetPool.Trainer.SemiSupervised;
using ParquetPool.Trainer.Stopping;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Rehearsal;

/// <summary>One run in which answers to yes/no questions are counted, by a strategy that asks them or by one that asks for classes. Runs may go on at the same time.</summary>
/// <remarks>
/// A query is <see cref="SimulateOptions.Query"/> answers. Who asks questions asks one about a row, those that are worth most for their cost. Who asks for classes takes rows in the strategy's order and narrows
/// each down by the same questions, always the one that by the model's prediction tells most for its cost; a row that the budget ends in is gone on with in the next round, and is not learnt from before its
/// class is known. To name a class is a question too and counts as many answers as <see cref="QuestionValues"/> has it cost, where they are left. The first labels, before there is a model, count ⌈log₂ classes⌉ answers each, as a binary search takes.
/// </remarks>
internal sealed class AnswerLoop(SimulateOptions options, RehearsalData data, Hierarchy hierarchy, TimeProvider clock)
{
    private readonly IReadOnlyList<ClassQuestion> questions = ClassQuestion.Of(hierarchy, data.Pool.Classes);

    /// <summary>Answers that a first label counts.</summary>
    private int FirstAnswers => BitOperations.Log2((uint)data.Pool.Classes.Count - 1) + 1;

    /// <summary>Runs all rounds; see <see cref="RoundLoop.Run"/>.</summary>
    /// <exception cref="DataException">A training diverged, or too few questions were left.</exception>
    public Run Run(string key, Combination combination, int seed, int threads, Action<long> advance, CancellationToken stopping)
    {
        var strategy = combination.Strategy;
        var training = options.Training with { Seed = (ulong)seed, FreezeBatchNorm = strategy.Frozen, Augment = options.Training.Augment with { Strength = combination.Learning.Strength } };
        var start = clock.GetTimestamp();
        var first = strategy.First is { } covering ? data.First(covering, options.Initial, (ulong)seed, threads, stopping) : data.Pool.Drawn((ulong)seed, options.Initial);
        var asked = new AnsweredRows(data.Pool, questions, first);
        var trained = data.Train(asked.Whole, training, LearningMethod.Supervised, stopping);
        using var continued = options.FromScratch || training.From is not null ? null : new ContinuedTraining(trained, training);
        var points = new List<CurvePoint>();
        int[] predicted = [];
        for (var round = 0; ; round++)
        {
            var seconds = clock.GetElapsedTime(start).TotalSeconds;
            var predictor = new Predictor(data, trained, threads);
            var (score, now) = predictor.Test(stopping);
            points.Add(new CurvePoint(round, (options.Initial * FirstAnswers) + (round * options.Query), score, round == 0 ? null : Agreement.Of(predicted, now), seconds)
            {
                Whole = asked.Whole.Count,
                Partial = strategy.AsksQuestions ? asked.Partial.Count() : 0,
            });
            predicted = now;
            advance(1);
            if (round == options.Rounds)
            {
                return new Run(key, combination.Name, seed, points, [.. asked.Order.Select(data.Pool.Rows.IdOf)]);
            }
            start = clock.GetTimestamp();
            var draw = ((ulong)round + 1 << 32) | (uint)seed; // As RoundLoop draws.
            if (strategy.AsksQuestions)
            {
                Ask(predictor, strategy, draw, asked, stopping);
            }
            else
            {
                Narrow(predictor, strategy, draw, asked, stopping);
            }
            trained = continued is null
                ? TrainRun.Execute(data.Split(asked.Whole) with { Partial = Partial() }, training, standardisation: data.Standardisation, stopping: stopping)
                : continued.Learn(data.Set(asked.Whole) with { Partial = Partial() }, stopping: stopping);
        }

        IReadOnlyList<LabelledRow> Partial() => strategy.AsksQuestions ? [.. asked.Partial.OrderBy(r => r.Id, StringComparer.Ordinal)] : [];
    }

    private void Ask(Predictor predictor, Strategy strategy, ulong draw, AnsweredRows asked, CancellationToken stopping)
    {
        var unseen = Enumerable.Range(0, data.Pool.Classes.Count).Except(asked.Whole.Select(row => data.Pool.ClassOf[row])).ToHashSet();
        var best = predictor.Questions(new QuestionValues(questions, data.Pool.Classes.Count, strategy.Measure, unseen: unseen), strategy.Single ? 0 : options.Passes, draw, asked.Open, stopping);
        var answers = 0;
        foreach (var row in RowQuestion.Order(best, row => asked.Open[row]?.Length).ThenBy(data.Pool.Rows.IdOf, StringComparer.Ordinal).Where(row => data.Pool.ClassOf[row] >= 0).ToList())
        {
            if (answers + (int)best[row]!.Value.Cost is var next && next <= options.Query)
            {
                asked.Answer(row, best[row]!.Value.Question);
                answers = next;
            }
        }
        Require(answers, strategy);
    }

    private void Narrow(Predictor predictor, Strategy strategy, ulong draw, AnsweredRows asked, CancellationToken stopping)
    {
        var (probabilities, classes) = (predictor.Probabilities(stopping), data.Pool.Classes.Count);
        var walk = new QuestionValues(questions, classes, QuestionMeasure.Entropy);
        bool[] begun = [.. asked.Open.Select(open => open is not null)];
        var rows = asked.Unfinished.Concat(strategy.KnowsLabels
            ? predictor.ChooseByLoss(strategy.Selection == Strategy.IdealLoss ? 1 : -1, options.Query, draw, begun, stopping)
            : predictor.Choose(
                strategy.Single ? 0 : options.Passes,
                new SelectOptions([], options.Query, strategy.Selection, "") { By = strategy.By, Seed = draw, NoNearDuplicates = strategy.Unique ? options.NearDuplicates : null }, begun, stopping)).ToList();
        var answers = 0;
        foreach (var row in rows)
        {
            while (answers < options.Query && walk.Best(probabilities.AsSpan(row * classes, classes), asked.Open[row], most: options.Query - answers) is { } next)
            {
                asked.Answer(row, next.Question);
                answers += (int)next.Cost;
            }
        }
        Require(answers, strategy);
    }

    private void Require(int found, Strategy strategy)
    {
        if (found < options.Query)
        {
            throw new DataException($"{strategy.Name} found {found} questions to ask, expected {options.Query}: lower --rounds or --query");
        }
    }

    /// <summary>What is known of the pool's rows.</summary>
    private sealed class AnsweredRows
    {
        private readonly Oracle pool;
        private readonly IReadOnlyList<ClassQuestion> questions;

        /// <param name="first">Rows whose class is known from the start.</param>
        public AnsweredRows(Oracle pool, IReadOnlyList<ClassQuestion> questions, IEnumerable<int> first)
        {
            (this.pool, this.questions, Open) = (pool, questions, new int[]?[pool.Rows.Count]);
            foreach (var row in first)
            {
                Order.Add(row);
                Whole.Add(row);
                Open[row] = [pool.ClassOf[row]];
            }
        }

        /// <summary>[row]: the classes left open; null where nothing was asked.</summary>
        public int[]?[] Open { get; }

        /// <summary>Rows asked about, in the order of the first question.</summary>
        public List<int> Order { get; } = [];

        /// <summary>Rows whose class is known.</summary>
        public List<int> Whole { get; } = [];

        /// <summary>Rows asked about whose class is not.</summary>
        public IEnumerable<int> Unfinished => Order.Where(row => Open[row]!.Length > 1);

        /// <summary>The same as they are learnt from.</summary>
        public IEnumerable<LabelledRow> Partial => Unfinished.Select(row => pool.Ask(row) with { Class = -1, Possible = Open[row] });

        public void Answer(int row, int question)
        {
            var of = question == RowQuestion.Class ? [pool.ClassOf[row]] : questions[question].Classes;
            var isYes = of.Contains(pool.ClassOf[row]);
            if (Open[row] is null)
            {
                Order.Add(row);
            }
            Open[row] = [.. (Open[row] ?? Enumerable.Range(0, pool.Classes.Count)).Where(c => of.Contains(c) == isYes)];
            if (Open[row]!.Length == 1)
            {
                Whole.Add(row);
            }
        }
    }
}
