using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Training;

/// <summary>SHA-256 of all that decides a training.</summary>
internal static class TrainingKey
{
    /// <param name="command">Its name, and a number that changes with what it does.</param>
    /// <param name="options">Of the training.</param>
    /// <param name="more">What else decides it, of records that JSON has whole.</param>
    /// <param name="rows">In the order in which they are learnt from and measured.</param>
    public static string Of<T>(string command, TrainOptions options, T more, params IEnumerable<IReadOnlyList<LabelledRow>> rows)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(command);
        Append(JsonSerializer.Serialize(options));
        Append(options.FirstWeights?.Sha256 ?? "");
        Append(JsonSerializer.Serialize(more));
        foreach (var list in rows)
        {
            Append($"{list.Count}");
            foreach (var row in list)
            {
                Append($"{row.Id.Length} {row.Id} {row.Class} {string.Join(' ', row.Possible ?? [])} {row.Features.Length}");
                hash.AppendData(MemoryMarshal.AsBytes<float>(row.Features));
            }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Append(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + '\n'));
    }
}
