using System.CommandLine;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Sessions;
using ParquetPool.Trainer.Augmentation;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Rounds;

namespace ParquetPool.Trainer.Pretraining;

/// <summary><c>trainer pretrain</c></summary>
internal static class PretrainCommand
{
    private static readonly string[] OfNetworks = [.. PretrainRequest.Methods.Where(m => m is not (PretrainRequest.Lsa or PretrainRequest.MaskedLanguage))];

    private static readonly string[] OfSteps = [.. OfNetworks, PretrainRequest.MaskedLanguage];

    private static readonly Option<string[]> Pool = new("--pool") { Description = "Parquet files, folders or globs; labels are not looked at.", Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "GLOB" };

    private static readonly Option<string> Method = new("--method") { Description = "How: lsa for hashed texts, masked-language for an encoder of texts (--from); the others for the layers of --network.", Required = true, HelpName = string.Join('|', PretrainRequest.Methods) };

    private static readonly Option<int> Units = new("--units") { Description = "With lsa: numbers of the embedding.", DefaultValueFactory = _ => PretrainRequest.DefaultUnits, HelpName = "N" };

    private static readonly Option<string> Network = new("--network") { Description = "The layers, up to the embedding: what 'trainer train --network' of the same name starts with.", DefaultValueFactory = _ => "mlp", HelpName = "mlp|cnn|sequence|awd-lstm|network.json" };

    private static readonly Option<int?> Steps = new("--steps") { Description = $"The most steps of 128 rows, but for the rest of a pass; by default {PretrainRequest.DefaultSteps}, with random-labels 5000, which end where 99 % are learnt by heart, with masked-language {PretrainRequest.StepsMasked}.", HelpName = "N" };

    private static readonly Option<int?> Rows = new("--rows") { Description = $"The most rows that are learnt from, drawn by id and seed; by default {PretrainRequest.DefaultMostRows}, with random-labels {PretrainRequest.DefaultMostRowsByHeart}.", HelpName = "N" };

    private static readonly Option<AugmentStrength> Augment = LearningOptions.Choice<AugmentStrength>("--augment", "With contrastive: how much the two copies of a row are altered; strong by default.", "light|medium|strong");

    private static readonly Option<bool> NoFlip = new("--no-flip") { Description = "With contrastive: mirror no picture." };

    private static readonly Option<int> RandomClasses = new("--random-classes") { Description = "With random-labels: classes of the labels.", DefaultValueFactory = _ => PretrainRequest.DefaultRandomClasses, HelpName = "N" };

    private static readonly Option<LanguageOptimiser> LanguageOptimiser = LearningOptions.Choice<LanguageOptimiser>(
        "--optimiser", "With language-model: 'nt-asgd' is gradient descent at a constant rate whose weights are averaged as soon as it gets no better.", "adamw|nt-asgd");

    private static readonly Option<float> Ar = new("--ar") { Description = "With language-model: what the squares of the last states behind dropout count in the loss; 0 for nothing.", DefaultValueFactory = _ => PretrainRequest.DefaultAr, HelpName = "ALPHA" };

    private static readonly Option<float> Tar = new("--tar") { Description = "With language-model: what the squares of their changes from token to token count; 0 for nothing.", DefaultValueFactory = _ => PretrainRequest.DefaultTar, HelpName = "BETA" };

    private static readonly Option<bool> RandomWindows = new("--random-windows") { Description = "With language-model: learn from parts of rows, of a length that is drawn for each step." };

    private static readonly Option<string?> From = new("--from") { Description = "With masked-language: the encoder that goes on with its pre-training.", HelpName = "minilm|FILE.onnx" };

    private static readonly Option<int> Anew = new("--anew") { Description = "Layers with weights, from the last, that are not taken over: they keep the weights that they had at first.", HelpName = "N" };

    private static readonly Option<ulong> Seed = new("--seed") { Description = "Decides what is begun with, and all draws." };

    private static readonly Option<Device> Device = Sessions.Device.Option();

    private static readonly (Option Option, string[] Methods)[] Uses =
    [
        (Units, [PretrainRequest.Lsa]), (Network, OfNetworks), (Steps, OfSteps), (Rows, OfSteps), (Anew, OfNetworks), (Device, OfSteps), (From, [PretrainRequest.MaskedLanguage]), (Augment, [PretrainRequest.Contrastive]), (NoFlip, [PretrainRequest.Contrastive]),
        (RandomClasses, [PretrainRequest.RandomLabels]), (LanguageOptimiser, [PretrainRequest.LanguageModel]), (Ar, [PretrainRequest.LanguageModel]), (Tar, [PretrainRequest.LanguageModel]), (RandomWindows, [PretrainRequest.LanguageModel]),
    ];

    public static Command Create() => new Command(
        "pretrain",
        """
        Learns from a pool without labels and publishes a model from which 'trainer train --from' starts.

        autoencoder      pictures and vectors: the layers and their mirror, which is thrown away, learn to give the features back
        acai             the same with a critic, so that mixtures of two codes decode to what looks like rows (Berthelot et al. 2018)
        contrastive      the layers learn which altered copies are of one row (Chen et al. 2020)
        language-model   token ids: embedding and LSTM layers learn which token follows (AWD-LSTM, Merity et al. 2018)
        masked-language  token ids of an encoder: it goes on with its own pre-training, telling masked tokens, on the pool's texts (Devlin et al. 2019, Lee et al. 2019)
        random-labels    the layers learn labels of chance by heart (Pondenkandath et al. 2018): a control, for what a start is worth that knows nothing
        lsa              hashed texts: TF-IDF and the directions in which the pool's rows differ most (Deerwester et al. 1990)

        'trainer train --network NAME --from MODEL' goes on with the same layers, all of which learn; '--from MODEL --freeze *' trains a head on them alone. Rows that a training would
        hold out are not learnt from. A killed run goes on where it was. Writes models/<task>/round-NNNN/ with model.onnx (output 'embedding'),
        manifest.json and history.parquet. The same rows, options and seed give the same model.onnx, whatever the order of the shards.

        Examples:
          trainer pretrain --method autoencoder --task fashion-pretrained --pool pool --network cnn
          trainer train --task fashion --pool pool --labels labels.csv --network cnn --from models/fashion-pretrained
          trainer pretrain --method language-model --task questions-words --pool pool --network awd-lstm
          trainer pretrain --method masked-language --from minilm --task questions-encoder --pool pool
          trainer pretrain --method lsa --task questions-lsa --pool pool
          trainer train --task questions --pool pool --labels labels.csv --from models/questions-lsa --freeze '*'
        """)
    {
        Options = { TrainCommand.Task, Pool, Method, TrainCommand.Features, From, Network, Units, Steps, Rows, Augment, NoFlip, RandomClasses, LanguageOptimiser, Ar, Tar, RandomWindows, Anew, Seed, Device, TrainCommand.Models },
    }.ReadsRows().Runs(async (parse, context) =>
    {
        var method = parse.GetRequiredValue(Method);
        if (Uses.FirstOrDefault(use => parse.GetResult(use.Option) is { Implicit: false } && PretrainRequest.Methods.Contains(method) && !use.Methods.Contains(method)) is { Option: { } idle, Methods: var methods })
        {
            throw new UsageException($"{idle.Name} is given with --method {method}, expected it with {string.Join(", ", methods)} only: leave it out");
        }
        var request = new PretrainRequest(parse.GetRequiredValue(TrainCommand.Task), parse.GetRequiredValue(Pool))
        {
            Method = method,
            Features = parse.GetValue(TrainCommand.Features) ?? [],
            Units = parse.GetValue(Units),
            Network = NetworkSpec.Load(parse.GetRequiredValue(Network)),
            Steps = parse.GetValue(Steps),
            MostRows = parse.GetValue(Rows),
            Augment = new() { Strength = parse.GetResult(Augment) is { Implicit: false } ? parse.GetValue(Augment) : PretrainRequest.DefaultStrength, NoFlip = parse.GetValue(NoFlip) },
            RandomClasses = parse.GetValue(RandomClasses),
            LanguageOptimiser = parse.GetValue(LanguageOptimiser),
            Ar = parse.GetValue(Ar),
            Tar = parse.GetValue(Tar),
            RandomWindows = parse.GetValue(RandomWindows),
            From = parse.GetValue(From),
            Anew = parse.GetValue(Anew),
            Seed = parse.GetValue(Seed),
            Device = parse.GetValue(Device),
            Models = parse.GetRequiredValue(TrainCommand.Models),
        };
        var summary = await PretrainRun.ExecuteAsync(request, context);
        CommandContext.Summarise(summary, Lines(summary, request, parse.GetRequiredValue(Network)));
        return ExitCode.Success;
    }, Pool);

    private static IEnumerable<string> Lines(PretrainSummary summary, PretrainRequest request, string network)
    {
        yield return FormattableString.Invariant($"round {summary.Round} of {summary.Task} is published, learnt from {summary.Rows:N0} rows in {summary.Passes:N0} passes: {summary.Model}");
        yield return Told(summary) + (summary.Unusable > 0 ? FormattableString.Invariant($"; {summary.Unusable:N0} rows without a usable vector are left out") : "");
        if (summary.Encoder is { } encoder)
        {
            yield return $"as an encoder of texts it is {encoder}: 'trainer import --texts FILE --encoder {encoder}' writes what it makes of texts";
        }
        string[] start = request.Method == PretrainRequest.Lsa ? ["--from", summary.Model, "--freeze", "*"] : request.Method == PretrainRequest.MaskedLanguage ? ["--from", summary.Model] : ["--network", network, "--from", summary.Model];
        yield return NextCommand.Line("trainer", ["train", "--task", "NAME", .. NextCommand.Option("--pool", request.Pool), "--labels", "LABELS", .. NextCommand.Option("--features", request.Features), .. start, .. RowOptions.Given]);
    }

    private static string Told(PretrainSummary summary) => summary switch
    {
        { Remembered: { } share } => FormattableString.Invariant($"{100 * share:F1} % of its random labels are learnt by heart{(share < RandomLabels.Enough ? ", not 99: give more --steps or fewer --rows" : "")}; this is a control: 'trainer train' without --from is what it has to beat"),
        { TokensTold: { } told } => FormattableString.Invariant($"of masked tokens in rows that it has not learnt from {100 * told:F1} % are told rightly, perplexity {summary.Perplexity:F2}"),
        { Perplexity: { } perplexity } => FormattableString.Invariant($"perplexity {perplexity:F2} on rows that it has not learnt from{(summary.UnknownTokens > 0 ? $"; {100 * summary.UnknownTokens:F1} % of their tokens stand in no row that it has learnt from, and do not count" : "")}"),
        { CopiesFound: { } share } => FormattableString.Invariant($"of altered copies of rows that it has not learnt from {100 * share:F1} % have their own row nearest"),
        { Steps: not null } => FormattableString.Invariant($"the reconstruction from its {summary.Units} numbers holds {100 * summary.Explained:F1} % of how rows differ that it has not learnt from"),
        _ => FormattableString.Invariant($"its {summary.Units} numbers hold {100 * summary.Explained:F1} % of what the rows are"),
    };
}
