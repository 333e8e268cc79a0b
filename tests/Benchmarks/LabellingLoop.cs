using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Commands;
using ParquetPool.Scorer.Records;
using ParquetPool.Scorer.Scoring;
using ParquetPool.Scorer.Selection;
using ParquetPool.Texts;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Rounds;

namespace ParquetPool.Benchmarks;

/// <summary>Rounds of training, scoring, selecting and labelling, with the programs' own code and files.</summary>
internal sealed class LabellingLoop(RepeatedPool pool, string folder)
{
    public const int FirstLabels = 50;
    public const int Query = 20;
    public const int Queries = 12;
    public const double Validation = 0.1;
    public const int Passes = 50;
    public const string Network = """{ "layers": [ { "type": "dense", "units": 128, "dropout": 0.5 }, { "type": "dense", "units": 128, "dropout": 0.5 } ] }""";

    private static readonly CommandContext Context = new(
        NullLogger.Instance, TimeProvider.System, new ProgressDisplay(ProgressMode.Quiet, TextWriter.Null, TimeProvider.System), CancellationToken.None);

    private readonly (string Path, IReadOnlyDictionary<string, string> Labels) test = pool.WriteTest();

    /// <summary>The accuracy on the test rows, dropout off, with the first labels and after each query.</summary>
    /// <param name="shards">The pool.</param>
    /// <param name="noNearDuplicates">The cosine of the pixels from which on rows are held back; null for none.</param>
    public async Task<double[]> RunAsync(string shards, string strategy, double? noNearDuplicates, ulong seed)
    {
        List<string> labelled = [.. RepeatedPool.FirstIds(seed, FirstLabels)];
        var accuracy = new double[Queries + 1];
        for (var round = 0; round <= Queries; round++)
        {
            var labels = Path.Combine(folder, "labels.csv");
            await File.WriteAllLinesAsync(labels, labelled.Select(id => $"{id},{pool.LabelOf(id)}").Prepend("id,label"));
            var request = new TrainRequest("loop", [shards])
            {
                Labels = [labels],
                Models = Path.Combine(folder, "models"),
                Validation = Validation,
                Options = new() { Network = NetworkSpec.Parse(Network, "mlp"), Seed = seed },
            };
            var model = (await TrainRound.ExecuteAsync(request, Context)).Model;
            accuracy[round] = await AccuracyAsync(model);
            if (round < Queries)
            {
                var scored = Path.Combine(folder, "scored");
                await ScoreRun.ExecuteAsync(new ScoreOptions(model, [shards], scored) { Passes = Passes, Seed = seed, Top = 1 }, Context);
                var options = new SelectOptions([scored], Query, strategy, Path.Combine(folder, "query"))
                {
                    Exclude = [labels],
                    Seed = (seed * 1000) + (ulong)round,
                    NoNearDuplicates = noNearDuplicates,
                    Column = noNearDuplicates is null ? null : "features",
                };
                labelled.AddRange(TextTable.Read((await SelectRun.ExecuteAsync(options, Context)).SelectedFile, "id").Select(r => r[0]!));
            }
            Directory.Delete(model, recursive: true);
        }
        return accuracy;
    }

    private async Task<double> AccuracyAsync(string model)
    {
        var options = new ScoreOptions(model, [test.Path], Path.Combine(folder, "tested")) { Passes = 0, RankBy = "entropy", Top = 1 };
        await ScoreRun.ExecuteAsync(options, Context);
        var rows = TextTable.Read(new ScoreFolder(options.Out).Scores("test"), "id", "predicted").ToList();
        return rows.Count(r => test.Labels[r[0]!] == r[1]) / (double)rows.Count;
    }
}
