using System.Globalization;
using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Preferences;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Comparisons;
using ParquetPool.Scorer.Models;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Preferences;
using ParquetPool.Trainer.Training;
using CompareOptions = ParquetPool.Scorer.Comparisons.CompareOptions;

namespace ParquetPool.Benchmarks;

/// <summary>Rows of which the truth is known: the first are asked about, the others measured by.</summary>
internal sealed record PreferredRows(float[][] Rows, double[] Truth)
{
    /// <summary>So many rows may be asked about; the others are as many where they are made.</summary>
    public const int Learnt = 1000;

    private static readonly NetworkSpec Layers = NetworkSpec.Parse("""{ "layers": [ { "type": "dense", "units": 64, "dropout": 0.2 }, { "type": "dense", "units": 64, "dropout": 0.2 } ] }""", "network.json");

    public static PreferredRows Made(int seed)
    {
        var made = new MadeVoters(seed, voters: 50);
        float[][] rows = [.. Enumerable.Range(0, 2 * Learnt).Select(_ => made.Row())];
        return new PreferredRows(rows, [.. rows.Select(made.Mean)]);
    }

    /// <param name="path">mfeat-pix.csv: which of two digits is the greater?</param>
    public static PreferredRows Digits(string path, int seed)
    {
        var random = new Random(seed);
        float[][] lines = [.. File.ReadLines(path).Skip(1).Select(line => line.Split(',').Select(cell => float.Parse(cell, CultureInfo.InvariantCulture)).ToArray())];
        random.Shuffle(lines);
        return new PreferredRows([.. lines.Select(line => line[..^1])], [.. lines.Select(line => (double)line[^1])]);
    }

    public TrainedRanking Train(IReadOnlyList<Preference> answers, double error, int seed)
    {
        var named = answers.SelectMany(a => new[] { a.Left, a.Right }).Distinct();
        var set = PairSet.Of([new VectorColumn("features", Rows[0].Length)], named.Select(id => (id, Rows[int.Parse(id, CultureInfo.InvariantCulture)])), answers, 0.1);
        return PairTraining.Execute(set, new TrainOptions { Network = Layers, Seed = (ulong)seed }, error);
    }

    /// <summary>[row, member]</summary>
    public double[][] Members(TrainedRanking trained, int seed)
    {
        var package = new ModelPackage("ranking", trained.Network.Forward, "", null) { Output = new OutputChoice(Network.Score, OutputKind.Logits) };
        using var committee = Committee.Compile(package, FeatureInput.Declared(package), CompareOptions.DefaultPasses, (ulong)seed);
        using var run = committee.NewRun();
        var found = new List<double[]>();
        Span<float> logits = stackalloc float[2];
        for (var start = 0; start < Learnt; start += committee.TileRows)
        {
            var count = Math.Min(committee.TileRows, Learnt - start);
            for (var row = 0; row < count; row++)
            {
                Rows[start + row].CopyTo(run.Input(0)[(row * Rows[0].Length)..]);
            }
            run.Run(count);
            for (var row = 0; row < count; row++)
            {
                var scores = new double[committee.Members];
                for (var member = 0; member < scores.Length; member++)
                {
                    run.CopyLogits(member, row, logits);
                    scores[member] = logits[1] - logits[0];
                }
                found.Add(scores);
            }
        }
        return [.. found];
    }

    /// <summary>What somebody says who prefers the greater, and errs; null where it is one row twice.</summary>
    public Preference? Answer(int left, int right, double wrong, Random random)
    {
        var (says, errs) = (Truly(left, right), random.NextDouble() < wrong);
        return left == right ? null : new Preference($"{left}", $"{right}", !errs ? says : says == PreferenceAnswer.Left ? PreferenceAnswer.Right : PreferenceAnswer.Left, "");
    }

    public PreferenceAnswer Truly(int left, int right) =>
        Truth[left] == Truth[right] ? PreferenceAnswer.Equal : Truth[left] > Truth[right] ? PreferenceAnswer.Left : PreferenceAnswer.Right;

    public static ComparedRow[] Candidates(double[][] members) =>
        [.. Enumerable.Range(0, Learnt).Select(row => new ComparedRow($"{row}", "", row, members.Length > 0 ? members[row] : [])).OrderBy(row => row.Id, StringComparer.Ordinal)];

    /// <summary>Kendall's τ-b with the truth.</summary>
    public double Tau(TrainedRanking trained)
    {
        var (agree, differ, tiedTruth, all) = Count(trained);
        return (agree - differ) / Math.Sqrt((all - tiedTruth) * (double)all);
    }

    /// <summary>The share of the pairs that differ in truth which the scores put in the right order.</summary>
    public double Right(TrainedRanking trained) => Count(trained) is var (agree, differ, _, _) ? agree / (double)(agree + differ) : 0;

    private (long Agree, long Differ, long TiedTruth, long All) Count(TrainedRanking trained)
    {
        var (scores, found) = (Scores(trained), (Agree: 0L, Differ: 0L, TiedTruth: 0L, All: 0L));
        for (var first = Learnt; first < Rows.Length; first++)
        {
            for (var second = first + 1; second < Rows.Length; second++)
            {
                var sign = Math.Sign(Truth[first] - Truth[second]) * Math.Sign(scores[first - Learnt] - scores[second - Learnt]);
                found = (found.Agree + (sign > 0 ? 1 : 0), found.Differ + (sign < 0 ? 1 : 0), found.TiedTruth + (Truth[first] == Truth[second] ? 1 : 0), found.All + 1);
            }
        }
        return found;
    }

    private float[] Scores(TrainedRanking trained) => ScoresOfRows.Of(trained, Rows[Learnt..]);
}
