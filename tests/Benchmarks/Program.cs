using System.Globalization;
using ParquetPool.Benchmarks;
using ParquetPool.Scorer.Benchmarks;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["masks", var pool, .. var models])
{
    MaskBenchmark.Run(pool, models);
    return;
}
if (args is ["planted", .. { Length: > 0 } planted])
{
    await PlantedBenchmark.RunAsync(planted);
    return;
}
var benchmarks = new Dictionary<string, Func<IEnumerable<BenchmarkResult>>>
{
    ["committee"] = () => BenchTable.Run(20),
    ["kernel"] = KernelBenchmark.Run,
    ["search"] = SearchBenchmark.Run,
    ["training"] = TrainingBenchmark.Run,
    ["reading"] = ReadingBenchmark.Run,
};
var chosen = args.Length > 0 ? args : [.. benchmarks.Keys];
Console.WriteLine("| what | here | baseline in the same run | ratio | note |");
Console.WriteLine("| --- | --- | --- | --- | --- |");
foreach (var result in chosen.SelectMany(name => benchmarks[name]()))
{
    Console.WriteLine($"| {result.Name} | {result.Ours} | {result.Baseline} | {result.Ratio:N2} | {result.Note} |");
}
