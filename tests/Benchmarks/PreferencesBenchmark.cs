using ParquetPool.Preferences;
using ParquetPool.Trainer.Losses;

namespace ParquetPool.Benchmarks;

/// <summary>How far ranks that were learnt from preferences agree with the truth, on rows that no answer is about.</summary>
internal static class PreferencesBenchmark
{
    private const int Seeds = 8;
    private const int Answers = 500;

    /// <param name="digits">mfeat-pix.csv: which of two digits is the greater? Null for made rows alone.</param>
    public static void Run(string? digits)
    {
        Loss("made rows", PreferredRows.Made);
        PairsBenchmark.Run(Seeds, 0, null);
        if (digits is not null)
        {
            Loss("digits", seed => PreferredRows.Digits(digits, seed));
            PairsBenchmark.Run(Seeds, 0, digits);
        }
    }

    /// <summary>The loss that expects errors against the one that believes every answer.</summary>
    private static void Loss(string name, Func<int, PreferredRows> poolOf)
    {
        Console.WriteLine($"\n{name}, {Answers} answers\n\n| wrong answers | naive | error of 10 % | difference | error as it is | difference |\n| --- | --- | --- | --- | --- | --- |");
        foreach (var wrong in new[] { 0, 0.1, 0.2, 0.3 })
        {
            var (naive, aware, told) = (new double[Seeds], new double[Seeds], new double[Seeds]);
            for (var seed = 0; seed < Seeds; seed++)
            {
                var (pool, random) = (poolOf(seed), new Random(1000 + seed));
                Preference[] answers = [.. Enumerable.Range(0, Answers).Select(_ => pool.Answer(random.Next(PreferredRows.Learnt), random.Next(PreferredRows.Learnt), wrong, random)).OfType<Preference>()];
                naive[seed] = pool.Tau(pool.Train(answers, 0, seed));
                aware[seed] = pool.Tau(pool.Train(answers, BradleyTerry.DefaultError, seed));
                told[seed] = wrong is 0 ? naive[seed] : wrong == 0.05 ? aware[seed] : pool.Tau(pool.Train(answers, 2 * wrong, seed));
            }
            Console.WriteLine($"| {wrong:P0} | {Paired.Text(naive)} | {Paired.Text(aware)} | {Paired.Difference(aware, naive)} | {Paired.Text(told)} | {Paired.Difference(told, naive)} |");
        }
    }
}
