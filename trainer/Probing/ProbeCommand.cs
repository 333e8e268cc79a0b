using System.CommandLine;
using System.Globalization;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Pictures;
using ParquetPool.Trainer.Rehearsal;
using ParquetPool.Trainer.Rounds;

namespace ParquetPool.Trainer.Probing;

/// <summary><c>trainer probe</c></summary>
internal static class ProbeCommand
{
    private static readonly ProbeOptions Defaults = new([], "");

    private static readonly Option<string[]> Pool = new("--pool") { Description = "Rows to show the networks, labelled or not: files, folders or globs.", Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "GLOB" };

    private static readonly Option<string?> Row = new("--row") { Description = "The id of the row that is learnt; by default one that is drawn.", HelpName = "ID" };

    private static readonly Option<ProbeNetwork> Network = new("--network") { Description = "What the layers are: 'mlp' dense ones, 'cnn' convolutions of 5 x 5 pixels.", HelpName = "mlp|cnn" };

    private static readonly Option<string?> Image = new("--image") { Description = "The feature column holds pictures of this shape: height x width, with the channels before or after; by default what the pool remembers of its import.", HelpName = "28x28|3x32x32|32x32x3" };

    private static readonly Option<string> Depths = new("--depths") { Description = "Layers with weights, separated by commas: a network of each.", DefaultValueFactory = _ => string.Join(',', Defaults.Depths), HelpName = "LIST" };

    private static readonly Option<int?> Units = new("--units") { Description = "Units of a hidden dense layer (256 by default), or channels of a hidden convolution (16).", HelpName = "N" };

    private static readonly Option<int> Steps = new("--steps") { Description = "The most steps that a network learns its row.", DefaultValueFactory = _ => Defaults.Steps, HelpName = "N" };

    private static readonly Option<int> Rows = new("--rows") { Description = "Other rows that the networks are measured on, drawn by id and seed.", DefaultValueFactory = _ => Defaults.Rows, HelpName = "N" };

    private static readonly Option<ulong> Seed = new("--seed") { Description = "Decides first weights and which rows are shown.", HelpName = "N" };

    private static readonly Option<string> Out = new("--out") { Description = "Folder for report.html and, last, probe.json.", Required = true, HelpName = "DIR" };

    public static Command Create() => new Command(
        "probe",
        """
        Shows what a network's structure prefers before data tell it anything: networks of several depths learn from one row to give it back, and are then shown others.

        There are two ways to learn one row: to give back whatever comes, or to give that row whatever comes (Zhang et al. 2020, "Identity Crisis"). For each depth the correlations with both are told,
        and report.html shows the pictures. Labels are not needed. The same pool, options and seed give the same files.

        Examples:
          trainer probe --pool pool/train --out probed
          trainer probe --pool pool/train --network cnn --depths 1,3,6,10 --out probed
          trainer probe --pool pool/train --row train-17 --units 512 --out probed
        """)
    {
        Options = { Pool, Row, TrainCommand.Features, Network, Image, Depths, Units, Steps, Rows, Seed, Out },
    }.ReadsRows().Runs(async (parse, context) =>
    {
        var summary = await ProbeRun.ExecuteAsync(
            new ProbeOptions(parse.GetRequiredValue(Pool), parse.GetRequiredValue(Out))
            {
                Row = parse.GetValue(Row),
                Features = parse.GetValue(TrainCommand.Features) ?? [],
                Network = parse.GetValue(Network),
                Image = parse.GetValue(Image) is { } shape ? PictureFormat.Parse(shape) ?? throw new UsageException($"--image {shape} is no shape here, expected the sides, such as 28x28") : null,
                Depths = [.. SimulateCommand.Listed(parse.GetRequiredValue(Depths)).Select(Depth)],
                Units = parse.GetValue(Units),
                Steps = parse.GetValue(Steps),
                Rows = parse.GetValue(Rows),
                Seed = parse.GetValue(Seed),
            },
            context);
        CommandContext.Summarise(summary, [CommandContext.Joined(summary.Depths.Select(Line)), summary.Trend, $"open {summary.Report} in a browser for the pictures"]);
        return ExitCode.Success;
    }, Pool);

    private static int Depth(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new UsageException($"--depths holds '{text}', expected whole numbers separated by commas, such as 1,2,4");

    private static string Line(ProbedDepth depth) =>
        string.Create(CultureInfo.InvariantCulture, $"{depth.Depth} {(depth.Depth == 1 ? "layer" : "layers")}: correlation {depth.Identity:F2} with what is given, {depth.Constant:F2} with the learnt row, {depth.Verdict}");
}
