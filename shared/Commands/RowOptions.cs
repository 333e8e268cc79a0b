using System.CommandLine;
using ParquetPool.Engine;

namespace ParquetPool.Commands;

/// <summary>The options of every command that reads rows of a pool.</summary>
public static class RowOptions
{
    private static readonly Option<string?> Id = new("--id") { Description = "The column that names a row, instead of id; dots reach into structs.", HelpName = "COLUMN" };

    private static readonly Option<BlobType?> Blobs = new("--blob-type")
    {
        Description = "What vectors in binary columns are made of; by default float32, and bytes that look like something else are refused.",
        HelpName = "float32|float64|float16|uint8",
    };

    /// <summary>Gives the command the options.</summary>
    /// <returns>The same command.</returns>
    public static Command ReadsRows(this Command command)
    {
        foreach (var option in All)
        {
            command.Options.Add(option);
        }
        PicturePoolOptions.AddTo(command);
        return command;
    }

    /// <summary>The options as they were given, for the next command that reads the same rows.</summary>
    public static IEnumerable<string> Given => [.. GivenOfPictures, .. PicturePoolOptions.GivenEncoder];

    /// <summary>Those of <see cref="Given"/> for a model that takes the pictures themselves.</summary>
    public static IEnumerable<string> GivenOfPictures =>
    [
        .. RowColumns.Said?.Id is { } id ? [Id.Name, id] : Array.Empty<string>(),
        .. RowColumns.Said?.Blobs is { } blobs ? [Blobs.Name, blobs.ToString().ToLowerInvariant()] : Array.Empty<string>(),
        .. PicturePoolOptions.GivenSize,
    ];

    private static IReadOnlyList<Option> All => [Id, Blobs];

    /// <summary>Makes what the command line says hold for the shards that its run resolves.</summary>
    internal static void Apply(ParseResult parse)
    {
        PicturePoolOptions.Say(parse);
        if (parse.CommandResult.Command.Options.Contains(Id))
        {
            RowColumns.Say(parse.GetValue(Id) is null && parse.GetValue(Blobs) is null ? null : new(parse.GetValue(Id), parse.GetValue(Blobs)));
        }
    }
}
