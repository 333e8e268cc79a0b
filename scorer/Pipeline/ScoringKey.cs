using System.Security.Cryptography;
using System.Text.Json;
using ParquetPool.Contract;
using ParquetPool.Scorer.Committees;
using ParquetPool.Sessions;

namespace ParquetPool.Scorer.Pipeline;

/// <summary>One hash of everything that decides a shard's score file besides the shard: where it is the same, scores may lie side by side.</summary>
internal static class ScoringKey
{
    /// <param name="classes">Class names in the order of the logits; a manifest may change them while the model stays.</param>
    /// <param name="withRandom">Whether the score files have the random column.</param>
    public static string Of(ModelPackage package, Committee committee, IReadOnlyList<string> classes, int passes, ulong seed, Device device, bool withRandom)
    {
        var decides = new
        {
            Model = package.Sha256,
            Inputs = committee.Inputs.Select(i => new { i.Name, i.Columns }),
            Classes = classes,
            Passes = passes,
            Seed = seed,
            Device = device.ToString(),
            WithRandom = withRandom,
            committee.TileRows,
            Versions = RunVersions.Current(),
        };
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(decides)));
    }
}
