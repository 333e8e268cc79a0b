using System.Text.RegularExpressions;
using ParquetPool.Columns;

namespace ParquetPool.Shards;

/// <summary>Parquet files that the programs write about a pool: found in its folder they are no shards of it.</summary>
/// <remarks>Told by their names, and by the footer that nothing but the programs writes, so a shard that somebody calls <c>labels.parquet</c> is one.</remarks>
internal static partial class OwnOutputs
{
    private static readonly string[] MakePools = ["trainer import", "trainer synthesize", "scorer pack", "scorer purge"];

    /// <summary>Whether the file is one.</summary>
    public static bool Has(string path) => Name().IsMatch(path) && IsOurs(FileFacts.Read(path), isByFolder: !FileName().IsMatch(path));

    /// <param name="isByFolder">Whether the folder alone gives it the name: such a file says what made it.</param>
    private static bool IsOurs(IReadOnlyDictionary<string, string> facts, bool isByFolder) =>
        facts.ContainsKey(FileSeal.Key) && (facts.GetValueOrDefault(Provenance.CommandKey) is { } command ? !MakePools.Contains(command) : !isByFolder);

    [GeneratedRegex(@"(^|/)((scores|rejects)/[^/]+|(ranked|rejects|selected|held-back|pairs|conflicts|judgements|labels|disagreements|remarks|history|learnt|curves|bought|groups|novel|clusters|coverage|rarest|annotators|relabel)(-[a-z0-9_]+)?)\.parquet$")]
    private static partial Regex Name();

    [GeneratedRegex(@"(^|/)(ranked|rejects|selected|held-back|pairs|conflicts|judgements|labels|disagreements|remarks|history|learnt|curves|bought|groups|novel|clusters|coverage|rarest|annotators|relabel)(-[a-z0-9_]+)?\.parquet$")]
    private static partial Regex FileName();
}
