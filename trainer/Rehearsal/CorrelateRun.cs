using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Randomness;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Shards;
using ParquetPool.Statistics;
using ParquetPool.Storage;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Rehearsal;

/// <summary>The flow of <c>trainer correlate</c>: does a score tell which rows are worth a label?</summary>
/// <remarks>
/// Rows sorted by a score are cut into groups; the same trained model goes on learning on each group alone, and the accuracy it reaches is
/// set beside the group's mean score. Memory: pool and test rows, and a model.
/// </remarks>
internal static class CorrelateRun
{
    private static readonly ShardColumn[] Columns =
        [new("score", ShardType.Text), new("group", ShardType.Int32), new("rows", ShardType.Int32), new("mean_score", ShardType.Double), new("accuracy", ShardType.Double)];

    /// <exception cref="UsageException">The options contradict each other or the pool.</exception>
    /// <exception cref="DataException">Shards or labels are not what they must be, or a training diverged.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public static async Task<CorrelateSummary> ExecuteAsync(CorrelateOptions options, CommandContext context)
    {
        var start = context.Clock.GetTimestamp();
        options.Check();
        var columns = options.By.Select(name => (Name: name, Score: name == Strategy.IdealLoss ? null : ScoreColumn.Named(name, options.Passes))).ToList();
        var pool = ShardSet.Resolve(options.Pool);
        options = options with { Training = RehearsalData.Remembering(options.Training, pool, options.Features) };
        var data = await RehearsalData.ReadAsync(pool, ShardSet.Resolve(options.Test), options.LabelColumn, options.NewClasses, options.Features, options.Training, context);
        if (options.Initial + options.Rows > data.Pool.Usable)
        {
            throw new UsageException($"--initial {options.Initial} and --rows {options.Rows} make {options.Initial + options.Rows} rows, the pool has {data.Pool.Usable}: lower one of them");
        }
        var written = WrittenFiles.Claim(options.Out, ["groups.parquet", "groups.csv"]);
        var drawn = data.Pool.Drawn(options.Training.Seed, options.Initial + options.Rows);
        int[] candidates = [.. drawn.Skip(options.Initial)];
        var trained = await context.Progress.RunAsync("training", options.Initial, "rows", _ => Task.Run(() => data.Train([.. drawn.Take(options.Initial)], options.Training, context.Stopping)));
        var predictor = new Predictor(data, trained, options.Threads);
        var before = predictor.Test(context.Stopping).Score.Accuracy;

        var groups = candidates.Length / options.Group;
        var found = await context.Progress.RunAsync("learning from groups", (long)columns.Count * groups, "groups", advance => Task.Run(() =>
            columns.ConvertAll(column => Correlate(column.Name, Values(column.Score), advance))));

        RowFiles.Write(Path.Combine(options.Out, "groups.parquet"), Columns, found.SelectMany(f => f.Groups.Select(g => (f.Score, g))), chunk =>
        [
            Array.ConvertAll(chunk, r => r.Score), Array.ConvertAll(chunk, r => r.g.Number), Array.ConvertAll(chunk, _ => options.Group),
            Array.ConvertAll(chunk, r => r.g.MeanScore), Array.ConvertAll(chunk, r => r.g.Accuracy),
        ]);
        written.Complete();
        return new CorrelateSummary(
            "correlate", options.Initial, candidates.Length, groups, before, found, Math.Round(context.Clock.GetElapsedTime(start).TotalSeconds, 1), Path.GetFullPath(Path.Combine(options.Out, "groups.parquet")));

        double[] Values(ScoreColumn? score) =>
            score is null ? predictor.Losses(context.Stopping)
            : score == ScoreColumn.Random ? [.. Enumerable.Range(0, data.Pool.Rows.Count).Select(row => RandomScore.Of(options.Training.Seed, data.Pool.Rows.IdOf(row), Purpose.BaselineRows))]
            : predictor.Scores(options.Passes, score, options.Training.Seed, context.Stopping);

        ScoreCorrelation Correlate(string name, double[] values, Action<long> advance)
        {
            var sorted = candidates.OrderBy(row => values[row]).ThenBy(data.Pool.Rows.IdOf, StringComparer.Ordinal).ToArray();
            var results = Enumerable.Range(0, groups).Select(group =>
            {
                var rows = sorted[(group * options.Group)..((group + 1) * options.Group)];
                using var continued = new ContinuedTraining(trained, options.Training);
                var accuracy = new Predictor(data, continued.Learn(data.Set(rows), stopping: context.Stopping), options.Threads).Test(context.Stopping).Score.Accuracy;
                advance(1);
                return new ScoreGroup(group + 1, rows.Average(row => values[row]), accuracy);
            }).ToList();
            var spearman = Spearman.Of([.. results.Select(r => r.MeanScore)], [.. results.Select(r => r.Accuracy)], options.Training.Seed);
            return new ScoreCorrelation(name, Known(spearman.Correlation), Known(spearman.PValue), Known(spearman.PermutationPValue), results);
        }

        double? Known(double value) => double.IsNaN(value) ? null : value;
    }
}
