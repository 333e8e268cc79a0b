using ParquetPool.Contract;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Training;

/// <summary>Measures the heads of a network that has several.</summary>
internal static class HeadScores
{
    /// <summary>Each head's σ and its accuracy on the rows that have its column; none for a network with one head.</summary>
    /// <param name="scores">[head][row].</param>
    /// <param name="sigmas">[head].</param>
    public static IReadOnlyList<ModelHead> Of(Network network, RowScore[][] scores, double[] sigmas, IReadOnlyList<LabelledRow> rows)
    {
        var heads = new List<ModelHead>();
        for (var head = 0; head < sigmas.Length; head++)
        {
            // The joint head goes by all columns; behind it stand the towers' in the order of the inputs.
            var start = head == 0 ? -1 : network.Inputs.Take(head - 1).Sum(i => (int)i.Dims[1]);
            int[] there = [.. Enumerable.Range(0, rows.Count).Where(r => start < 0 || !float.IsNaN(rows[r].Features[start]))];
            double? accuracy = there.Length == 0 ? null : HoldoutScore.Of([.. there.Select(r => scores[head][r])]).Accuracy;
            heads.Add(new ModelHead(network.Heads[head].Logits, sigmas[head], there.Length, accuracy));
        }
        return heads;
    }
}
