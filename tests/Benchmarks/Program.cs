using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Benchmarks;
using ParquetPool.Commands;
using ParquetPool.Scorer.Benchmarks;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var quiet = new CommandContext(NullLogger.Instance, TimeProvider.System, new ProgressDisplay(ProgressMode.Quiet, TextWriter.Null, TimeProvider.System), CancellationToken.None);
if (args is ["calibration" or "calibration-unencoded", var photographs, .. { Length: > 0 } drawn]) // The first wants a build with -p:Encoders=true.
{
    await PictureBenchmark.CalibrateAsync(photographs, args[0] == "calibration", drawn.Select(ulong.Parse), quiet);
    return;
}
if (args is ["masks", var pool, .. var models])
{
    MaskBenchmark.Run(pool, models);
    return;
}
if (args is ["duplicates", var data, .. var seeds])
{
    await DuplicateBenchmark.RunAsync(data, seeds is [] ? [1, 2, 3] : [.. seeds.Select(ulong.Parse)]);
    return;
}
if (args is ["planted", .. { Length: > 0 } planted])
{
    await PlantedBenchmark.RunAsync(planted);
    return;
}
if (args is ["pictures", var photos, .. var every]) // Wants a build with -p:Encoders=true.
{
    PictureBenchmark.Run(photos, every is [var step, ..] ? int.Parse(step) : 1, every is [_, var start] ? int.Parse(start) : 0);
    return;
}
if (args is ["picture-views", var viewed, var each]) // Wants a build with -p:Encoders=true.
{
    PictureBenchmark.Views(viewed, int.Parse(each));
    return;
}
if (args is ["picture-decoding", var decoded])
{
    PictureRates.Decode(decoded);
    return;
}
if (args is ["picture-encoding", var encoded]) // Wants a build with -p:Encoders=true.
{
    PictureRates.Encode(encoded, turns: 5);
    return;
}
if (args is ["made", var folder, var height, var split, var width, var many, var wide])
{
    new MadeClusters(int.Parse(width), int.Parse(many), double.Parse(wide)).Write(folder, int.Parse(height), int.Parse(split));
    return;
}
if (args is ["votes", var votedRows, .. var firstSeed])
{
    VotesBenchmark.Five();
    VotesBenchmark.Ordinal(int.Parse(votedRows), firstSeed is [var first] ? int.Parse(first) : 0);
    return;
}
if (args is ["preferences", .. var digits])
{
    PreferencesBenchmark.Run(digits is [var numbers] ? numbers : null);
    return;
}
if (args is ["pairs", var manySeeds, .. var pairsOf])
{
    PairsBenchmark.Run(int.Parse(manySeeds), pairsOf is [var firstPairs, ..] ? int.Parse(firstPairs) : 0, pairsOf is [_, var pairsOfDigits] ? pairsOfDigits : null);
    return;
}
if (args is ["wiring-rates", var seen, var seenRows, var seenEpochs, .. var seenKinds])
{
    WiringBenchmark.Rates(seen, int.Parse(seenRows), int.Parse(seenEpochs), seenKinds);
    return;
}
if (args is ["wiring", var pictures, var measuredBy, var fewRows, var epochs, var rateOfChains, var rateOfWired, .. var kinds])
{
    WiringBenchmark.Run(pictures, measuredBy, int.Parse(fewRows), int.Parse(epochs), (float.Parse(rateOfChains), float.Parse(rateOfWired)), kinds);
    return;
}
if (args is ["soak", var minutes])
{
    Environment.ExitCode = await Soak.RunAsync(double.Parse(minutes)) ? 0 : 1;
    return;
}
var benchmarks = new Dictionary<string, Func<IEnumerable<BenchmarkResult>>>
{
    ["committee"] = () =>
    [
        .. BenchTable.Run("mlp 512-512-512-50", ReferenceModels.Mlp(), 20, BenchTable.PoolRows, quiet),
        .. BenchTable.Run("cnn 28x28", ReferenceModels.Cnn(), 20, BenchTable.PoolRows, quiet),
    ],
    ["join"] = JoinBenchmark.Run,
    ["kernel"] = KernelBenchmark.Run,
    ["search"] = SearchBenchmark.Run,
    ["training"] = TrainingBenchmark.Run,
    ["reading"] = ReadingBenchmark.Run,
};
var results = args switch
{
    ["join", var column, var train, var test, .. var thresholds] => JoinBenchmark.Run(column, train, test, thresholds.Select(double.Parse)),
    ["approximate", var rows, var queries, var clusters, var spread] => ApproximateBenchmark.Run(int.Parse(rows), int.Parse(queries), int.Parse(clusters), double.Parse(spread)),
    ["cluster"] => await ClusterBenchmark.RunAsync(), // Needs PostgreSQL, so it is not among all.
    [] => benchmarks.Values.SelectMany(run => run()),
    _ => args.SelectMany(name => benchmarks[name]()),
};
Console.WriteLine("| what | here | baseline in the same run | ratio | note |");
Console.WriteLine("| --- | --- | --- | --- | --- |");
foreach (var result in results)
{
    Console.WriteLine($"| {result.Name} | {result.Ours} | {result.Baseline} | {result.Ratio:N2} | {result.Note} |");
}
