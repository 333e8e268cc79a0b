using ParquetPool.Errors;
using ParquetPool.Trainer.Networks;

namespace ParquetPool.Trainer.TrainingSets;

/// <summary>Whether the rows of a training set hold token ids, where the network reads such.</summary>
internal static class TokenIds
{
    /// <summary>Refuses a set with a number that is no id.</summary>
    /// <exception cref="DataException">Names the row and the number.</exception>
    public static void Require(Network network, TrainingSet set)
    {
        foreach (var row in network.Tokens > 0 ? set.Learnt.Concat(set.Holdout) : [])
        {
            foreach (var number in row.Features)
            {
                if (!(number >= 0 && number < network.Tokens && number == MathF.Floor(number)))
                {
                    throw new DataException($"row '{row.Id}' holds {number} as a token id, expected whole numbers from 0 to {network.Tokens - 1}: raise the embedding's \"tokens\" in network.json or correct the row");
                }
            }
        }
    }
}
