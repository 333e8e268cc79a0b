using System.CommandLine;
using ParquetPool.Collections;
using ParquetPool.Contract;
using ParquetPool.Decoding;
using ParquetPool.Encoders;
using ParquetPool.Errors;
using ParquetPool.Outputs;
using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.Commands;

/// <summary>Pictures as people have them in the place of shards: for the commands that read rows, they are derived before the command begins.</summary>
internal static class PicturePoolOptions
{
    private const string EncoderName = "--encoder";
    private const string NoEncoder = "none";
    private static readonly string[] Pools = ["--pool", "--train", "--test", "--within", "--unlabelled", "--replace-from"];
    private static readonly string[] Models = ["--model", "--from"];
    private static readonly string[] Scoring = ["score", "evaluate"];
    private static readonly AsyncLocal<(IReadOnlyList<string> Size, IReadOnlyList<string> Encoder)?> OfRun = new();

    private static readonly Option<int?> ImageSize = new("--image-size") { Description = "Of a pool of pictures (a folder, a tar, a zip, or Parquet as Hugging Face has it): a row is N x N pixels, 32 by default.", HelpName = "N" };

    private static readonly Option<string?> Encoder = new(EncoderName)
    {
        Description = "Of a pool of pictures: what makes the column 'embedding', an ONNX file that has an encoder.json beside it, or none. Default: resnet18 in builds with -p:Encoders=true, else none; none too where a model takes the pictures themselves.",
        HelpName = "resnet18|FILE.onnx|none",
    };

    /// <summary>The side as it was given, for the next command that reads the same pictures.</summary>
    public static IReadOnlyList<string> GivenSize => OfRun.Value?.Size ?? [];

    /// <summary>The encoder as it was given.</summary>
    public static IReadOnlyList<string> GivenEncoder => OfRun.Value?.Encoder ?? [];

    public static void AddTo(Command command)
    {
        command.Options.Add(ImageSize);
        if (command.Options.All(option => option.Name != EncoderName))
        {
            command.Options.Add(Encoder);
        }
    }

    /// <summary>Derives shards of all pictures that the command was given in the place of shards.</summary>
    /// <exception cref="UsageException">There are options for pictures and no pictures, or the cache lies among the pictures.</exception>
    /// <exception cref="DataException">No picture of a place can be used, or the model that is to take them is not there.</exception>
    public static async Task<IReadOnlyList<DerivedPlace>> DeriveAsync(ParseResult parse, CommandContext context)
    {
        var derived = new List<DerivedPlace>();
        var options = parse.CommandResult.Command.Options;
        if (!options.Contains(ImageSize))
        {
            return derived;
        }
        var (side, encoder) = (parse.GetValue(ImageSize), parse.GetValue((Option<string?>)options.First(option => option.Name == EncoderName)));
        OptionRange.Between(1, PictureOptions.LargestSide).Require(ImageSize.Name, side);
        var given = options.OfType<Option<string[]>>().Where(option => Pools.Contains(option.Name)).Select(option => (option.Name, Patterns: parse.GetValue(option) ?? [])).ToList();
        var places = given.Select(option => (option.Name, Patterns: PicturePatterns.Among(option.Patterns))).Where(place => place.Patterns.Count > 0).ToList();
        var pixels = places.Count > 0 ? TakenByModel(parse) : null;
        foreach (var (name, patterns) in places)
        {
            derived.Add(new(patterns, await DeriveAsync(name, patterns, side, pixels, encoder, context)));
        }
        // Of a name that leads nowhere the command says so itself.
        if (derived.Count == 0 && (side is not null || (encoder is not null && options.Contains(Encoder))) && given.SelectMany(option => option.Patterns).All(pattern => StorageAddress.IsRemote(pattern) || Path.Exists(pattern) || ShardPatterns.RootOf(pattern) is not null))
        {
            throw new UsageException($"{(side is null ? EncoderName : ImageSize.Name)} goes with a pool of pictures, and none was given: leave it out");
        }
        return derived;
    }

    /// <summary>Keeps what was given, for the next command.</summary>
    public static void Say(ParseResult parse)
    {
        var options = parse.CommandResult.Command.Options;
        OfRun.Value = (
            options.Contains(ImageSize) && parse.GetValue(ImageSize) is { } side ? [ImageSize.Name, FormattableString.Invariant($"{side}")] : [],
            options.Contains(Encoder) && parse.GetValue(Encoder) is { } encoder ? [EncoderName, encoder] : []);
    }

    /// <summary>What the command's model takes of each picture; null where it takes columns. Pictures may take minutes, a model that is not there is known at once.</summary>
    private static PixelSpec? TakenByModel(ParseResult parse)
    {
        string?[] models = [.. parse.CommandResult.Command.Options.OfType<Option<string?>>().Where(option => Models.Contains(option.Name)).Select(parse.GetValue)];
        var scores = Scoring.Contains(parse.CommandResult.Command.Name);
        return models.OfType<string>().Select(PathOptions.WithoutWeight)
            .Select(model => ModelPackage.ManifestOf(model) is { } manifest ? manifest.Inputs.Select(input => input.Pixels).FirstOrDefault(pixels => pixels is not null) : scores ? PictureClassifier.PixelsOf(model) : null)
            .FirstOrDefault(pixels => pixels is not null);
    }

    private static async Task<IReadOnlyList<string>> DeriveAsync(string option, IReadOnlyList<string> patterns, int? side, PixelSpec? pixels, string? encoder, CommandContext context)
    {
        var folder = CacheRoom.Folder;
        OutputRule.Require([new("--cache", folder)], [.. patterns.Select(pattern => new Place(option, pattern))]);
        var settings = new PictureOptions([.. patterns.SelectMany(PicturePatterns.Paths)]) { Side = side ?? PictureOptions.DefaultSide, Pixels = pixels };
        var name = encoder == NoEncoder ? null : encoder ?? (PictureEncoder.HasBuiltIn && pixels is null ? PictureEncoder.BuiltIn : null);
        if (encoder is null && name is null && pixels is null)
        {
            context.Progress.Say("rows of pictures get no column embedding: this build holds no encoder, build with -p:Encoders=true, or name one with --encoder FILE.onnx");
        }
        var pool = await Task.Run(() => new PicturePool(settings, name, folder, context.Stopping));
        if (pool.LabelNote is { } note)
        {
            context.Progress.Say(note);
        }
        using var key = pool.NewKey();
        var looked = 0L;
        var derived = await context.Progress.RunAsync("looking at pictures", 0, "pictures", advance => Task.Run(() => pool.Find(key, context.Clock, Count(advance))))
            ?? await context.Progress.RunAsync("making rows of pictures", looked, "pictures", advance => Task.Run(() => pool.Make(key, context.Clock, StoredFiles.Cache.Limit, advance)));
        if (derived.Rejected > 0)
        {
            context.Log.UnusedPictures(derived.Rejected, derived.Rejects);
        }
        return derived.Shards;

        Action<long> Count(Action<long> advance) => count =>
        {
            looked += count;
            advance(count);
        };
    }
}
