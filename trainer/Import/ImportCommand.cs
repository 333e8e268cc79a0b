using System.CommandLine;
using ParquetPool.Commands;
using ParquetPool.Grams;
using ParquetPool.Trainer.Sources;

namespace ParquetPool.Trainer.Import;

/// <summary>The command <c>trainer import</c>.</summary>
internal static class ImportCommand
{
    // With one word a text is like those of the same word and like no other.
    private const double FewFeatures = 2;

    private static readonly Option<string?> Idx = new("--idx")
    {
        Description = "Images in the idx format of MNIST; bytes become 0 to 1.",
        HelpName = "IMAGES[.gz]",
    };

    private static readonly Option<string?> IdxLabels = new("--idx-labels")
    {
        Description = "The images' labels in the idx format.",
        HelpName = "LABELS[.gz]",
    };

    private static readonly Option<string[]> Csv = new("--csv")
    {
        Description = "CSV files with one header row each, all the same; their rows follow one another. Column 'id' is the id; every column that is neither id, label nor skipped is a feature.",
        HelpName = "FILE...",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string?> LabelColumn = new("--label-column")
    {
        Description = "The column with the labels of --csv or --texts, as text; empty cells are rows without a label. Default: the column 'label' where there is one.",
        HelpName = "NAME",
    };

    private static readonly Option<string?> TextColumn = new("--text-column")
    {
        Description = "The column of texts (with --texts 'text' unless said otherwise): the features are its words and pairs of neighbouring words, hashed (signed, scaled to length 1; see --text-grams), and the text is kept as the column 'text'. Columns that are neither id, label nor text are then left out.",
        HelpName = "NAME",
    };

    private static readonly Option<int> TextWidth = new("--text-width")
    {
        Description = "With --text-column and --texts: values of a vector.",
        HelpName = "N",
        DefaultValueFactory = _ => TextFeatureOptions.DefaultWidth,
    };

    private static readonly Option<TextGramKind?> TextGrams = new("--text-grams")
    {
        Description = "With --text-column (default: words) and --texts (default: characters): words, or characters: runs of two to four of them, symbols too, so that typos stay near and C++ is not C#. With words, scripts without spaces are cut into runs of one to three characters.",
        HelpName = "words|characters",
    };

    private static readonly Option<string[]> SkipColumn = new("--skip-column")
    {
        Description = "A CSV column to leave out; may be repeated.",
        HelpName = "NAME",
    };

    private static readonly Option<string?> Npy = new("--npy")
    {
        Description = "A NumPy array of float16, float32, float64 or bytes, [rows, ...]; bytes become 0 to 1, other numbers stay as they are.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Ids = new("--ids")
    {
        Description = "Row ids for --npy, --npz, --safetensors or --idx: one per line, or a CSV or Parquet file with a column 'id'.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> ClassNames = new("--class-names")
    {
        Description = "The names of the classes, one a line, that of class 0 first: labels that are numbers get them, and the shards remember them all for 'scorer tasks' and 'trainer round'.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Image = new("--image")
    {
        Description = "How a row's numbers are a picture: 28x28, 3x32x32 or 32x32x3. The shards remember it, so that no other command needs --image. By default what an idx file, or a NumPy array of bytes, says itself.",
        HelpName = "DIMS",
    };

    private static readonly Option<string> Out = new("--out")
    {
        Description = "The folder for the shards; made where missing.",
        HelpName = "DIR",
        Required = true,
    };

    private static readonly Option<int> ShardRows = new("--shard-rows")
    {
        Description = "Rows of a shard.",
        HelpName = "N",
        DefaultValueFactory = _ => 10_000,
    };

    private static readonly Option<string?> Split = new("--split")
    {
        Description = "The value of the column 'split', and the start of shard names and ids. Default: the source's name.",
        HelpName = "NAME",
    };

    private static readonly Option<string?> IdPrefix = new("--id-prefix")
    {
        Description = "What stands before a row's index in its id, where the source brings no ids. Default: the start of the shards' names and '-', as in train-0.",
        HelpName = "P",
    };

    private static readonly Option<string?> LabelsOut = new("--labels-out")
    {
        Description = "With --first or --sample: also writes a label file id,label of some rows, as if a team had labelled them.",
        HelpName = "FILE.csv",
    };

    private static readonly Option<int?> First = new("--first")
    {
        Description = "With --labels-out: the first N labels.",
        HelpName = "N",
    };

    private static readonly Option<int?> Sample = new("--sample")
    {
        Description = "With --labels-out: N labels of rows drawn evenly.",
        HelpName = "N",
    };

    private static readonly Option<ulong> Seed = new("--seed")
    {
        Description = "Decides which rows --sample draws.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    /// <summary>The command, ready to run.</summary>
    public static Command Create()
    {
        var command = new Command(
            "import",
            "Makes Parquet shards with the columns id, features, label (where the source has labels), text (with --text-column and --texts), embedding (with --encoder), tokens (with --tokens) and split.\n"
            + "The shards appear together, once all are written.\n\n"
            + "Examples:\n"
            + "  trainer import --idx train-images-idx3-ubyte.gz --idx-labels train-labels-idx1-ubyte.gz --split train --out pool\n"
            + "  trainer import --idx train-images-idx3-ubyte.gz --idx-labels train-labels-idx1-ubyte.gz --out pool --labels-out labels.csv --sample 2000 --class-names names.txt\n"
            + "  trainer import --images photos --image-size 64 --encoder resnet18 --out pool\n"
            + "  trainer import --csv questions.csv --text-column text --label-column category --out pool\n"
            + "  trainer import --texts data/train.jsonl data/test.jsonl --text-column question --encoder minilm --out pool\n"
            + "  trainer import --texts questions.csv --tokens words --out pool\n"
            + "  trainer import --texts new-questions.csv --tokens models/questions --out new")
        {
            Idx, IdxLabels, Csv, TextOptions.Texts, LabelColumn, TextColumn, TextOptions.Encoder, TextOptions.Tokens, TextOptions.Vocabulary, TextOptions.MaxTokens, TextWidth, TextGrams, SkipColumn, Npy, ArrayOptions.Npz, ArrayOptions.Safetensors, ArrayOptions.Arrow, ArrayOptions.Vectors, Ids, ClassNames, Image, Out, ShardRows, Split, IdPrefix, LabelsOut, First, Sample, Seed,
        };
        foreach (var option in PictureArguments.All)
        {
            command.Options.Add(option);
        }
        return command.Runs(RunAsync);
    }

    private static ImportOptions OptionsOf(ParseResult parse) =>
        new()
        {
            Source = new()
            {
                Idx = parse.GetValue(Idx),
                IdxLabels = parse.GetValue(IdxLabels),
                Csv = parse.GetValue(Csv) ?? [],
                Pictures = PictureArguments.Of(parse),
                Texts = parse.GetValue(TextOptions.Texts) ?? [],
                Text = new() { Column = parse.GetValue(TextColumn), Width = parse.GetValue(TextWidth), Grams = parse.GetValue(TextGrams) },
                LabelColumn = parse.GetValue(LabelColumn),
                SkipColumns = parse.GetValue(SkipColumn) ?? [],
                Npy = parse.GetValue(Npy),
                Npz = parse.GetValue(ArrayOptions.Npz),
                Safetensors = parse.GetValue(ArrayOptions.Safetensors),
                Arrow = parse.GetValue(ArrayOptions.Arrow),
                Vectors = parse.GetValue(ArrayOptions.Vectors),
            },
            Shards = new(parse.GetRequiredValue(Out))
            {
                Rows = parse.GetValue(ShardRows),
                Split = parse.GetValue(Split),
                IdPrefix = parse.GetValue(IdPrefix),
                Force = parse.GetValue(CommandHost.Force),
            },
            LabelFile = new() { Path = parse.GetValue(LabelsOut), First = parse.GetValue(First), Sample = parse.GetValue(Sample), Seed = parse.GetValue(Seed) },
            Encoder = TextOptions.EncoderOf(parse),
            Tokens = TextOptions.TokensOf(parse),
            Ids = parse.GetValue(Ids),
            ClassNames = parse.GetValue(ClassNames),
            Image = parse.GetValue(Image),
        };

    private static async Task<int> RunAsync(ParseResult parse, CommandContext context)
    {
        var options = OptionsOf(parse);
        var summary = await context.Progress.WorkAsync("importing", ImportRun.KnownRows(options), "rows", advance => ImportRun.Execute(options, new Advance(advance), context.Stopping));
        foreach (var note in summary.Notes ?? [])
        {
            context.Progress.Say(note);
        }
        if (summary.DistinctFeatures < FewFeatures)
        {
            context.Log.FewFeatures(summary.DistinctFeatures.Value, options.Source.Text.Grams != TextGramKind.Characters && !options.Source.HasTexts ? ": cut it into --text-grams characters" : ": are these the texts?");
        }
        if (summary.Tokens is { Cut: > 0 } tokens)
        {
            context.Log.CutTexts(tokens.Cut, summary.Rows, tokens.Width);
        }
        if (summary.Rejected > 0 && options.Source.HasPictures)
        {
            context.Log.RejectedPictures(summary.Rejected.Value, options.Shards.Out);
        }
        if (summary.MixedDepths is { } depths)
        {
            context.Log.MixedDepths(depths);
        }
        CommandContext.Summarise(summary, ImportLines.Of(summary, options));
        return ExitCode.Success;
    }

    private sealed class Advance(Action<long> advance) : IProgress<long>
    {
        public void Report(long value) => advance(value);
    }
}
