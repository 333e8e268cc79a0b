using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Models;
using ParquetPool.ShardRows;
using ParquetPool.Shards;

namespace ParquetPool.Benchmarks;

/// <summary>How far the 200 rows with the highest BALD are those of a committee of 4,000, for balanced and independent masks.</summary>
internal static class MaskBenchmark
{
    private const int Rows = 10_000;
    private const int Top = 200;
    private const int Seeds = 20;
    private const int ReferencePasses = 100;
    private const int References = 40;

    /// <summary>Prints a table for each model's rounds, on the first rows of the pool.</summary>
    public static void Run(string pool, IEnumerable<string> models)
    {
        Console.WriteLine("| model | T | balanced | independent | difference ± standard error |");
        Console.WriteLine("| --- | --- | --- | --- | --- |");
        foreach (var model in models)
        {
            var package = ModelPackage.Open(model);
            var shards = ShardSet.Resolve([pool]);
            var inputs = FeatureInput.Bind(package, shards, []);
            var batch = new RowBatch(new RowSchema(inputs[0].Columns), Rows);
            using var reader = new ShardReader(shards[0], batch.Schema);
            reader.Read(batch, CancellationToken.None);

            var reference = new MeanPrediction(Rows);
            for (var i = 0; i < References; i++)
            {
                reference.Add(package, inputs, batch, ReferencePasses, 1_000_000 + (ulong)i, MaskKind.Independent);
            }
            var best = BestRows(reference);
            foreach (var passes in new[] { 10, 20, 50, 100 })
            {
                double Overlap(int seed, MaskKind kind)
                {
                    var committee = new MeanPrediction(Rows);
                    committee.Add(package, inputs, batch, passes, (ulong)seed, kind);
                    return BestRows(committee).Intersect(best).Count() / (double)Top;
                }
                var balanced = Enumerable.Range(0, Seeds).Select(s => Overlap(s, MaskKind.Balanced)).ToArray();
                var independent = Enumerable.Range(0, Seeds).Select(s => Overlap(s, MaskKind.Independent)).ToArray();
                var difference = balanced.Average() - independent.Average();
                var error = Math.Sqrt((Variance(balanced) + Variance(independent)) / Seeds);
                Console.WriteLine($"| {package.Manifest?.Task ?? model} | {passes} | {balanced.Average():N3} | {independent.Average():N3} | {difference:+0.000;-0.000} ± {error:N3} |");
            }
        }
    }

    private static double Variance(double[] values) => values.Sum(v => Math.Pow(v - values.Average(), 2)) / (values.Length - 1);

    private static HashSet<int> BestRows(MeanPrediction prediction) => [.. Enumerable.Range(0, Rows).OrderByDescending(prediction.Bald).ThenBy(r => r).Take(Top)];

    /// <summary>The mean probabilities and the mean entropy over the members of any number of committees.</summary>
    private sealed class MeanPrediction(int rows)
    {
        private readonly double[] expectedEntropy = new double[rows];
        private double[] mean = [];
        private int committees;

        public double Bald(int row)
        {
            var classes = mean.Length / expectedEntropy.Length;
            return mean.AsSpan(row * classes, classes).ToArray().Select(p => p / committees).Sum(p => p > 0 ? -p * Math.Log(p) : 0) - expectedEntropy[row] / committees;
        }

        public void Add(ModelPackage package, IReadOnlyList<FeatureInput> inputs, RowBatch batch, int passes, ulong seed, MaskKind masks)
        {
            using var committee = Committee.Compile(package, inputs, passes, seed, masks);
            mean = mean.Length > 0 ? mean : new double[Rows * committee.Classes];
            committees++;
            Parallel.For(0, (Rows + committee.TileRows - 1) / committee.TileRows, committee.NewRun, (tile, _, run) =>
            {
                var first = tile * committee.TileRows;
                var count = Math.Min(committee.TileRows, Rows - first);
                batch.Vectors[0].AsSpan(first * inputs[0].Width, count * inputs[0].Width).CopyTo(run.Input(0));
                run.Run();
                for (var row = 0; row < count; row++)
                {
                    for (var member = 0; member < passes; member++)
                    {
                        var logits = new float[committee.Classes];
                        run.CopyLogits(member, row, logits);
                        AddMember(logits, first + row, passes);
                    }
                }
                return run;
            }, run => run.Dispose());
        }

        private void AddMember(ReadOnlySpan<float> logits, int row, int passes)
        {
            Span<double> p = stackalloc double[logits.Length];
            var (most, sum) = (System.Numerics.Tensors.TensorPrimitives.Max(logits), 0.0);
            for (var c = 0; c < p.Length; c++)
            {
                sum += p[c] = Math.Exp(logits[c] - most);
            }
            for (var c = 0; c < p.Length; c++)
            {
                p[c] /= sum;
                mean[row * p.Length + c] += p[c] / passes;
                expectedEntropy[row] -= p[c] > 0 ? p[c] * Math.Log(p[c]) / passes : 0;
            }
        }
    }
}
