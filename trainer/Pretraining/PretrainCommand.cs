using System.CommandLine;
using ParquetPool.Commands;
using ParquetPool.Trainer.Rounds;

namespace ParquetPool.Trainer.Pretraining;

/// <summary><c>trainer pretrain</c></summary>
internal static class PretrainCommand
{
    private static readonly Option<string[]> Pool = new("--pool") { Description = "Parquet files, folders or globs; labels are not looked at.", Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "GLOB" };

    private static readonly Option<string> Method = new("--method") { Description = "How: lsa for hashed texts.", Required = true, HelpName = "lsa" };

    private static readonly Option<int> Units = new("--units") { Description = "Numbers of the embedding.", DefaultValueFactory = _ => PretrainRequest.DefaultUnits, HelpName = "N" };

    private static readonly Option<ulong> Seed = new("--seed") { Description = "Decides what is begun with." };

    public static Command Create() => new Command(
        "pretrain",
        """
        Learns from a pool without labels and publishes a model from which 'trainer train --from' starts.

        lsa (latent semantic analysis, Deerwester et al. 1990) weighs the places of hashed texts by how rare they are and keeps the directions
        in which the pool's rows differ most (TF-IDF and a truncated singular value decomposition). The pool is read some ten times, in
        bounded memory; a killed run goes on after its last pass. Writes models/<task>/round-NNNN/ with model.onnx (output 'embedding'),
        manifest.json and history.parquet. The same rows, options and seed give the same model.onnx, whatever the order of the shards.

        Examples:
          trainer pretrain --method lsa --task questions-lsa --pool pool
          trainer train --task questions --pool pool --labels labels.csv --from models/questions-lsa --freeze '*'
        """)
    {
        Options = { TrainCommand.Task, Pool, Method, TrainCommand.Features, Units, Seed, TrainCommand.Models },
    }.ReadsRows().Runs(async (parse, context) =>
    {
        var request = new PretrainRequest(parse.GetRequiredValue(TrainCommand.Task), parse.GetRequiredValue(Pool))
        {
            Method = parse.GetRequiredValue(Method),
            Features = parse.GetValue(TrainCommand.Features) ?? [],
            Units = parse.GetValue(Units),
            Seed = parse.GetValue(Seed),
            Models = parse.GetRequiredValue(TrainCommand.Models),
        };
        var summary = await PretrainRun.ExecuteAsync(request, context);
        CommandContext.Summarise(summary, Lines(summary, request));
        return ExitCode.Success;
    }, Pool);

    private static IEnumerable<string> Lines(PretrainSummary summary, PretrainRequest request)
    {
        yield return FormattableString.Invariant($"round {summary.Round} of {summary.Task} is published, learnt from {summary.Rows:N0} rows in {summary.Passes} passes: {summary.Model}");
        yield return FormattableString.Invariant($"its {summary.Units} numbers hold {summary.Explained:P1} of what the rows are")
            + (summary.Unusable > 0 ? FormattableString.Invariant($"; {summary.Unusable:N0} rows without a usable vector are left out") : "");
        yield return NextCommand.Line("trainer", ["train", "--task", "NAME", .. NextCommand.Option("--pool", request.Pool), "--labels", "LABELS", "--from", summary.Model, "--freeze", "*", .. RowOptions.Given]);
    }
}
