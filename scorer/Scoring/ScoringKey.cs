using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Records;

namespace ParquetPool.Scorer.Scoring;

/// <summary>One hash of everything that decides a shard's score file besides the shard: where it is the same, scores may lie side by side.</summary>
internal static class ScoringKey
{
    /// <param name="classes">Class names in the order of the logits; a manifest may change them while the model stays.</param>
    /// <param name="temperature">Of the probabilities; 1 for none.</param>
    public static string Of(ModelPackage package, Committee committee, IReadOnlyList<string> classes, ScoreOptions options, double temperature)
    {
        var decides = new
        {
            Model = package.Sha256,
            Inputs = committee.Inputs.Select(i => new { i.Name, i.Columns }),
            Classes = classes,
            options.Passes,
            options.Seed,
            Masks = options.Masks.ToString(),
            Device = options.Device.ToString(),
            Output = new { committee.Output.Name, committee.Output.Kind, package.Output },
            committee.TileRows,
            Rows = RowColumns.Said,
            Versions = RunVersions.Current(),
        };
        return Convert.ToHexStringLower(SHA256.HashData([.. JsonSerializer.SerializeToUtf8Bytes(decides), .. temperature == 1 ? Array.Empty<byte>() : BitConverter.GetBytes(temperature), .. Encoding.UTF8.GetBytes(string.Join('\n', package.Manifest?.Scores?.Networks ?? []) + package.Around)]));
    }
}
