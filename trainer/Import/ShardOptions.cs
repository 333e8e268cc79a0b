using ParquetPool.Errors;

namespace ParquetPool.Trainer.Import;

/// <summary>Where imported rows go.</summary>
/// <param name="Out">The folder of the shards; made where missing.</param>
internal sealed record ShardOptions(string Out)
{
    /// <summary>Rows of a shard; the last has what is left.</summary>
    public int Rows { get; init; } = 10_000;

    /// <summary>The value of the column <c>split</c>, and the start of shard names and ids; null for the source's name.</summary>
    public string? Split { get; init; }

    /// <summary>What stands before a row's index in its id; null takes the name of the shards and a hyphen.</summary>
    public string? IdPrefix { get; init; }

    /// <summary>Replaces shards of the same name that are there already.</summary>
    public bool Force { get; init; }

    /// <exception cref="UsageException">The split cannot start a file's name.</exception>
    public void RequireName()
    {
        UsageException.ThrowUnless(Split is not ['.' or '_', ..], $"--split '{Split}' starts file names, and what begins with '.' or '_' is no shard of a pool: begin it with a letter or a digit");
        UsageException.ThrowUnless(Split is not "" && Split?.IndexOfAny(Path.GetInvalidFileNameChars()) is null or < 0, $"--split '{Split}' starts file names: use letters, digits, '-' and '_'");
    }
}
