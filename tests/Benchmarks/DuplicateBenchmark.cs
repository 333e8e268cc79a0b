namespace ParquetPool.Benchmarks;

/// <summary>What near-duplicates in the pool cost, and whether <c>select --no-near-duplicates</c> saves it: accuracy by number of labels.</summary>
internal static class DuplicateBenchmark
{
    private const int Copies = 4;
    private const double Similarity = 0.95;

    private const string Record = "duplicates.csv";

    private static readonly (string Name, int Copies, double? NoNearDuplicates)[] Pools =
        [("each image once", 1, null), ("each four times", Copies, null), ("four times, --no-near-duplicates", Copies, Similarity)];

    private static readonly string[] Strategies = ["random", "top", "batchbald"];

    /// <summary>Prints the tables; the working folder gets the curves, <c>duplicates.svg</c>, and every accuracy, <c>duplicates.csv</c>. What that holds already is not measured again.</summary>
    /// <param name="data">The folder of Fashion-MNIST's four idx files.</param>
    public static async Task RunAsync(string data, IReadOnlyList<ulong> seeds)
    {
        var folder = Directory.CreateTempSubdirectory("parquetpool-benchmark-").FullName;
        try
        {
            var pool = new RepeatedPool(data, folder);
            var loop = new LabellingLoop(pool, folder);
            var known = File.Exists(Record) ? await File.ReadAllLinesAsync(Record) : [];
            var runs = known.Select(l => l.Split(';')).ToDictionary(f => (f[0], f[1], f[2]), f => f.Skip(3).Select(double.Parse).ToArray());
            foreach (var (seed, (name, copies, noNearDuplicates)) in seeds.SelectMany(seed => Pools.Select(pool => (seed, pool))))
            {
                var shards = pool.Write(seed, copies);
                foreach (var strategy in Strategies.Where(s => !runs.ContainsKey(($"{seed}", s, name))))
                {
                    var accuracy = runs[($"{seed}", strategy, name)] = await loop.RunAsync(shards, strategy, noNearDuplicates, seed);
                    await File.AppendAllLinesAsync(Record, [$"{seed};{strategy};{name};{string.Join(';', accuracy)}"]);
                }
            }
            Print([.. from pools in Pools
                      from strategy in Strategies
                      select new Curve(strategy, pools.Name) { Runs = [.. runs.Where(r => (r.Key.Item2, r.Key.Item3) == (strategy, pools.Name)).Select(r => r.Value)] }]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Print(IReadOnlyList<Curve> curves)
    {
        int[] shown = [.. Enumerable.Range(0, LabellingLoop.Queries + 1).Where(i => i % 2 == 0)];
        Console.WriteLine($"| strategy | pool | {string.Join(" | ", shown.Select(i => $"{Labels(i)}"))} | mean |");
        Console.WriteLine($"| --- | --- |{string.Concat(shown.Select(_ => " --- |"))} --- |");
        foreach (var curve in curves)
        {
            Console.WriteLine($"| {curve.Strategy} | {curve.Pool} | {string.Join(" | ", shown.Select(i => Percent(curve.At(i))))} | {Percent(curve.Overall)} |");
        }
        double[] levels = [0.65, 0.68, 0.70, 0.72];
        Console.WriteLine();
        Console.WriteLine($"| labels until the mean accuracy is | {string.Join(" | ", levels.Select(a => $"{a:P0}"))} |");
        Console.WriteLine($"| --- |{string.Concat(levels.Select(_ => " --- |"))}");
        foreach (var curve in curves)
        {
            Console.WriteLine($"| {curve.Strategy}, {curve.Pool} | {string.Join(" | ", levels.Select(a => curve.Reaches(a) is { } i ? $"{Labels(i)}" : $"above {Labels(LabellingLoop.Queries)}"))} |");
        }
        File.WriteAllText("duplicates.svg", CurveChart.Svg(curves, Labels));
    }

    private static int Labels(int queries) => LabellingLoop.FirstLabels + (queries * LabellingLoop.Query);

    private static string Percent((double Mean, double Error) value) => $"{value.Mean * 100:N1} ± {value.Error * 100:N1}";
}
