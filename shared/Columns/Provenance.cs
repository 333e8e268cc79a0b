using System.Globalization;
using System.Reflection;

namespace ParquetPool.Columns;

/// <summary>Where a Parquet file comes from, as it stands in its footer: <c>parquetpool.version</c>, <c>parquetpool.command</c> and what else is known.</summary>
/// <remarks>Nothing in it depends on the clock or the machine: the same inputs give the same bytes.</remarks>
/// <param name="Command">Such as <c>scorer score</c>.</param>
public sealed record Provenance(string Command)
{
    /// <summary>The name of the entry that tells the command.</summary>
    internal const string CommandKey = "parquetpool.command";

    private readonly IReadOnlyList<KeyValuePair<string, string>> facts = [];

    /// <summary>The names and values, in the order in which they are written.</summary>
    public IEnumerable<KeyValuePair<string, string>> Entries =>
        [new("parquetpool.version", Version), new(CommandKey, Command), .. facts];

    private static string Version { get; } = typeof(Provenance).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    private Provenance(Provenance before, string name, string value)
        : this(before.Command) => facts = [.. before.facts, new($"parquetpool.{name}", value)];

    /// <summary>What a committee's scores depend on, besides the rows.</summary>
    public Provenance Of(string modelSha256, ulong seed, int passes) =>
        With("model_sha256", modelSha256).With("seed", seed.ToString(CultureInfo.InvariantCulture)).With("passes", passes.ToString(CultureInfo.InvariantCulture));

    /// <summary>The same with one thing more.</summary>
    public Provenance With(string name, string value) => new(this, name, value);
}
