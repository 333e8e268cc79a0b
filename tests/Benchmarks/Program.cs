using System.Globalization;
using ParquetPool.Benchmarks;
using ParquetPool.Scorer.Benchmarks;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["masks", var pool, .. var models])
{
    MaskBenchmark.Run(pool, models);
    return;
}
var benchmarks = new Dictionary<string, Func<IEnumerable<BenchmarkResult>>>
{
    ["committee"] = () => BenchTable.Run(20),
    ["join"] = JoinBenchmark.Run,
    ["kernel"] = KernelBenchmark.Run,
    ["search"] = SearchBenchmark.Run,
    ["training"] = TrainingBenchmark.Run,
    ["reading"] = ReadingBenchmark.Run,
};
var results = args switch
{
    ["join", var column, var train, var test, .. var thresholds] => JoinBenchmark.Run(column, train, test, thresholds.Select(double.Parse)),
    [] => benchmarks.Values.SelectMany(run => run()),
    _ => args.SelectMany(name => benchmarks[name]()),
};
Console.WriteLine("| what | here | baseline in the same run | ratio | note |");
Console.WriteLine("| --- | --- | --- | --- | --- |");
foreach (var result in results)
{
    Console.WriteLine($"| {result.Name} | {result.Ours} | {result.Baseline} | {result.Ratio:N2} | {result.Note} |");
}
