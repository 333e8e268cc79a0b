using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Torch;
using ParquetPool.Trainer.Voting;
using TorchSharp;
using static TorchSharp.torch.nn;

namespace ParquetPool.Benchmarks;

/// <summary>What voters are compared with: a network of the same size that learns each vote as a number.</summary>
internal static class DirectRegression
{
    private const int Steps = 3000;
    private const int Batch = 64;

    /// <summary>[row of the test]: the vote expected.</summary>
    public static double[] Predict(VoteTable table, float[][] rows, float[][] tested, ulong seed)
    {
        TorchLibrary.Use(default);
        torch.manual_seed((long)seed);
        var standard = Standardisation.Of(rows, 1);
        using var scope = torch.NewDisposeScope();
        using var model = Sequential(Linear(MadeVoters.Width, 64), ReLU(), Dropout(0.2), Linear(64, 64), ReLU(), Dropout(0.2), Linear(64, 1));
        using var optimiser = torch.optim.AdamW(model.parameters(), 2e-3);
        var random = new Random((int)seed);
        Vote[] held = [.. table.Votes.Where(v => v.Row % 10 == 0)], learnt = [.. table.Votes.Where(v => v.Row % 10 != 0)];
        var (best, predicted) = (double.PositiveInfinity, Array.Empty<double>());
        for (var step = 1; step <= Steps; step++)
        {
            using var inner = torch.NewDisposeScope();
            foreach (var group in optimiser.ParamGroups)
            {
                group.LearningRate = 1e-3 * (1 + Math.Cos(Math.PI * step / Steps));
            }
            Vote[] votes = [.. Enumerable.Range(0, Batch).Select(_ => learnt[random.Next(learnt.Length)])];
            model.train();
            optimiser.zero_grad();
            var loss = functional.mse_loss(model.forward(Input([.. votes.Select(v => rows[v.Row])])).squeeze(1), Grades(votes));
            loss.backward();
            optimiser.step();
            if (step % 100 == 0)
            {
                using var off = torch.no_grad();
                model.eval();
                var now = functional.mse_loss(model.forward(Input([.. held.Select(v => rows[v.Row])])).squeeze(1), Grades(held)).item<float>();
                if (now < best)
                {
                    (best, predicted) = (now, [.. model.forward(Input(tested)).squeeze(1).data<float>().Select(v => (double)v)]);
                }
            }
        }
        return predicted;

        torch.Tensor Input(float[][] of) => torch.tensor([.. of.SelectMany(r => r.Select((x, i) => (x - standard.Mean[i]) * standard.Scale[i]))], of.Length, MadeVoters.Width);

        torch.Tensor Grades(Vote[] votes) => torch.tensor([.. votes.Select(v => (float)v.Class)]);
    }
}
