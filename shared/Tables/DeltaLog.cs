using System.Globalization;
using System.Text.RegularExpressions;
using ParquetPool.Engine;
using ParquetPool.Errors;

namespace ParquetPool.Tables;

/// <summary>The log of a Delta Lake table: numbered commits, and checkpoints that stand for all commits up to theirs.</summary>
/// <remarks>Delta Transaction Log Protocol, readers of version 1, and of 2 and 3 where a table does not use what they add (see <see cref="DeltaReplay"/>).</remarks>
internal static partial class DeltaLog
{
    public const string Folder = "_delta_log";
    private const string Hint = "_last_checkpoint";
    private const string Remedy = "copy the table whole, or write a plain Parquet copy and give that";
    private static readonly string[] Members = ["add.path", "add.partitionValues", "add.deletionVector", "metaData.partitionColumns", "metaData.configuration", "metaData.schemaString", "protocol.minReaderVersion", "protocol.readerFeatures", "sidecar.path"];

    /// <summary>The table as it is now.</summary>
    /// <exception cref="DataException">The log is not whole, or the table uses what is not known here.</exception>
    public static Table Read(string root)
    {
        var folder = $"{root}/{Folder}";
        List<string> files = [.. TableMarks.Files(folder)];
        var commits = files.Select(file => (File: file, Match: Commit().Match(file))).Where(file => file.Match.Success).ToDictionary(file => Number(file.Match), file => file.File);
        var (checkpoint, parts) = Checkpoint(files);
        var last = Math.Max(checkpoint, commits.Keys.DefaultIfEmpty(-1).Max());
        if (Hinted(files) is { } hinted && hinted > last)
        {
            throw new DataException($"{folder} ends at version {last}, but its {Hint} names version {hinted}: {Remedy}");
        }
        var replay = new DeltaReplay(root);
        foreach (var part in parts)
        {
            ReadCheckpoint(part, replay, $"{folder}/_sidecars");
        }
        for (var version = checkpoint + 1; version <= last; version++)
        {
            var isEmpty = true;
            LogLines.Read(commits.TryGetValue(version, out var commit) ? commit : throw new DataException($"{folder} lacks version {version} of {last}: {Remedy}"), said =>
            {
                isEmpty = false;
                replay.Apply(said);
            });
            if (isEmpty)
            {
                throw new DataException($"{commit} is empty, expected what version {version} changed: {Remedy}");
            }
        }
        return new Table(root, TableFormat.Delta, last.ToString(CultureInfo.InvariantCulture), replay.Files());
    }

    /// <summary>The newest checkpoint that is there with all its parts; -1 where there is none.</summary>
    private static (long Version, IReadOnlyList<string> Parts) Checkpoint(IEnumerable<string> files)
    {
        var sets = files.Select(file => (File: file, Match: CheckpointPart().Match(file))).Where(file => file.Match.Success)
            .GroupBy(file => (Version: Number(file.Match), Of: file.Match.Groups["of"].Value, Name: file.Match.Groups["uuid"].Value))
            .Where(set => set.Key.Of.Length == 0 || set.Count() == long.Parse(set.Key.Of, CultureInfo.InvariantCulture))
            .OrderBy(set => set.Key.Version).ThenByDescending(set => set.Key.Of, StringComparer.Ordinal).ThenByDescending(set => set.Key.Name, StringComparer.Ordinal);
        return sets.LastOrDefault() is { } newest ? (newest.Key.Version, [.. newest.Select(file => file.File).Order(StringComparer.Ordinal)]) : (-1, []);
    }

    private static void ReadCheckpoint(string file, DeltaReplay replay, string sidecars)
    {
        if (file.EndsWith(".json", StringComparison.Ordinal))
        {
            LogLines.Read(file, replay.Apply);
        }
        else
        {
            LogLines.Read(file, JsonRows.Read(file, Members), replay.Apply);
        }
        foreach (var sidecar in replay.TakeSidecars())
        {
            ReadCheckpoint($"{sidecars}/{sidecar}", replay, sidecars);
        }
    }

    private static long? Hinted(IEnumerable<string> files)
    {
        long? version = null;
        if (files.FirstOrDefault(file => file.EndsWith($"/{Hint}", StringComparison.Ordinal)) is { } hint)
        {
            LogLines.Read(hint, said => version = LogLines.Member(said, "version") is { ValueKind: System.Text.Json.JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : version);
        }
        return version;
    }

    private static long Number(Match match) => long.Parse(match.Groups["version"].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"/_delta_log/00(?<version>[0-9]{18})\.json$")]
    private static partial Regex Commit();

    [GeneratedRegex(@"/_delta_log/00(?<version>[0-9]{18})\.checkpoint(\.[0-9]{10}\.(?<of>[0-9]{10}))?(\.(?<uuid>[0-9A-Fa-f-]{36}))?\.(parquet|json)$")]
    private static partial Regex CheckpointPart();
}
