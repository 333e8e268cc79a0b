using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Models;
using ParquetPool.ShardRows;
using ParquetPool.Shards;
using ParquetPool.Texts;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>The main job on real data: what the product promises, on the commands a user types.</summary>
public sealed class FashionMnistTests(FashionMnist fashion) : IClassFixture<FashionMnist>
{
    private const int Members = 20;
    private const long Gigabyte = 1L << 30;

    [Theory]
    [InlineData("mlp", 0.80)]
    [InlineData("cnn", 0.83)]
    public async Task TwoThousandLabelsPredictTheTestSplit(string network, double atLeast)
    {
        fashion.Require();
        var result = await Tool.Scorer("score", "-q", "--model", fashion.Model(network), "--pool", fashion.Test, "--out", fashion.File($"test-{network}"), "--passes", "0", "--rank-by", "entropy").Succeeds();

        var rows = TextTable.Read(result.Summary.GetProperty("rankedCsv").GetString()!, "id", "predicted").ToList();
        rows.Should().HaveCount(10_000);
        double.Parse(ModelPackage.Open(fashion.Model(network)).Manifest!.Training.Recipe["checkedDifference"], System.Globalization.CultureInfo.InvariantCulture).Should().BeLessThanOrEqualTo(1e-5);
        rows.Average(r => fashion.TestLabels[Index(r[0]!)] == r[1] ? 1.0 : 0.0).Should().BeGreaterThanOrEqualTo(atLeast);
    }

    [Theory]
    [InlineData("mlp")]
    [InlineData("cnn")]
    public async Task TheWholePoolIsRankedToTheSameBytesWithinAGigabyte(string network)
    {
        fashion.Require();
        string[][] ways =
        [
            ["--threads", "1", "--batch-rows", "256", "--pool", fashion.Train],
            ["--threads", "2", "--batch-rows", "4096", "--pool", .. Directory.GetFiles(fashion.Train, "*.parquet").OrderDescending()],
        ];
        var ranked = new List<byte[]>();
        foreach (var (i, way) in ways.Index())
        {
            var folder = fashion.File($"pool-{network}-{i}");
            var result = await Tool.Scorer(["score", "-q", "--model", fashion.Model(network), "--out", folder, .. way]).Succeeds();
            result.PeakBytes.Should().BeLessThan(Gigabyte);
            result.Summary.GetProperty("ranked").GetInt64().Should().Be(60_000);
            ranked.Add([.. await File.ReadAllBytesAsync(Path.Combine(folder, "ranked.parquet"), TestContext.Current.CancellationToken), .. await File.ReadAllBytesAsync(Path.Combine(folder, "ranked.csv"), TestContext.Current.CancellationToken)]);
        }

        ranked[0].AsSpan().SequenceEqual(ranked[1]).Should().BeTrue();
    }

    [Theory]
    [InlineData("mlp")]
    [InlineData("cnn")]
    public async Task LogitsAndScoresAreWhatPlainArithmeticMakesOfThePublishedWeights(string network)
    {
        fashion.Require();
        const int Rows = 200;
        const ulong Seed = 42;
        var package = ModelPackage.Open(fashion.Model(network));
        var shards = ShardSet.Resolve([fashion.Train]);
        using var committee = Committee.Compile(package, FeatureInput.Bind(package, shards, []), Members, Seed);
        using var reader = new ShardReader(shards[0], new RowSchema(committee.Inputs[0].Columns));
        var batch = new RowBatch(new RowSchema(committee.Inputs[0].Columns), Rows);
        reader.Read(batch, TestContext.Current.CancellationToken).Should().BeTrue();
        var plain = new PlainNetwork(package.Model, Seed, Members);
        var expected = new double[Rows][][];
        Parallel.For(0, Rows, row => expected[row] = plain.Logits(batch.Vectors[0].AsSpan(row * 784, 784).ToArray()));

        await Tool.Scorer("score", "-q", "--model", fashion.Model(network), "--pool", shards[0].Path, "--out", fashion.File($"first-{network}"), "--seed", "42").Succeeds();
        var ranked = File.ReadLines(fashion.File($"first-{network}/ranked.csv")).Select(l => l.Split(',')).ToList();
        var written = ranked.Skip(1).ToDictionary(l => l[1], l => ranked[0].Zip(l).ToDictionary(c => c.First, c => c.Second));
        using var run = committee.NewRun();
        for (var first = 0; first < Rows; first += committee.TileRows)
        {
            var rows = Math.Min(committee.TileRows, Rows - first);
            batch.Vectors[0].AsSpan(first * 784, rows * 784).CopyTo(run.Input(0));
            run.Run();
            for (var row = 0; row < rows; row++)
            {
                var logits = Enumerable.Range(0, Members).Select(m => Logits(run, m, row)).ToArray();
                for (var m = 0; m < Members; m++)
                {
                    logits[m].Zip(expected[first + row][m], (a, e) => Math.Abs(a - e)).Max().Should().BeLessThan(1e-4);
                }
                foreach (var (column, value) in Scores(logits))
                {
                    double.Parse(written[batch.Ids[first + row]][column], System.Globalization.CultureInfo.InvariantCulture).Should().BeApproximately(value, 1e-9, column);
                }
            }
        }
    }

    [Fact]
    public async Task AnAuditOfTheSplitsListsEveryTestRowsNearestTrainingRow()
    {
        fashion.Require();
        var result = await Tool.Scorer("audit", "-q", "--train", fashion.Train, "--test", fashion.Test, "--out", fashion.File("audit")).Succeeds();

        result.PeakBytes.Should().BeLessThan(Gigabyte);
        var pairs = TextTable.Read(fashion.File("audit/pairs.parquet"), "kind", "test_id").Where(r => r[0] == "test-train").ToList();
        pairs.Select(r => r[1]).Should().OnlyHaveUniqueItems().And.HaveCount(10_000);
    }

    [Fact]
    public async Task AnAuditBelievesAPublishedModelsEmbedding()
    {
        fashion.Require();
        var result = await Tool.Scorer("audit", "-q", "--train", fashion.Train, "--test", fashion.Test, "--model", fashion.Model("mlp"), "--out", fashion.File("audit-mlp")).Succeeds();

        result.Summary.GetProperty("comparisons")[0].GetProperty("labelsAgree").GetInt64().Should().BeGreaterThan(7_500);
    }

    private static int Index(string id) => int.Parse(id.Split('-')[1], System.Globalization.CultureInfo.InvariantCulture);

    private static double[] Logits(CommitteeRun run, int member, int row)
    {
        var logits = new float[10];
        run.CopyLogits(member, row, logits);
        return Array.ConvertAll(logits, v => (double)v);
    }

    private static Dictionary<string, double> Scores(double[][] logits)
    {
        var p = logits.Select(z => z.Select(v => Math.Exp(v - z.Max())).ToArray()).Select(e => e.Select(v => v / e.Sum()).ToArray()).ToArray();
        var mean = Enumerable.Range(0, p[0].Length).Select(c => p.Average(m => m[c])).ToArray();
        var sorted = mean.OrderDescending().ToArray();
        double Entropy(double[] q) => -q.Sum(v => v > 0 ? v * Math.Log(v) : 0);
        return new()
        {
            [ScoreColumn.LeastConfidence.Name] = 1 - sorted[0],
            [ScoreColumn.Margin.Name] = sorted[0] - sorted[1],
            [ScoreColumn.Entropy.Name] = Entropy(mean),
            [ScoreColumn.ExpectedEntropy.Name] = p.Average(Entropy),
            [ScoreColumn.Bald.Name] = Math.Max(0, Entropy(mean) - p.Average(Entropy)),
            [ScoreColumn.VariationRatio.Name] = 1 - p.Select(m => Array.IndexOf(m, m.Max())).CountBy(c => c).Max(v => v.Value) / (double)Members,
            [ScoreColumn.MeanStd.Name] = Enumerable.Range(0, mean.Length).Average(c => Math.Sqrt(p.Average(m => Math.Pow(m[c] - mean[c], 2)))),
        };
    }
}
