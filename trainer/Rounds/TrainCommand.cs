using System.CommandLine;
using ParquetPool.Commands;
using ParquetPool.Exports;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Optimisers;
using ParquetPool.Trainer.SemiSupervised;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.Transfer;

namespace ParquetPool.Trainer.Rounds;

/// <summary><c>trainer train</c></summary>
internal static class TrainCommand
{
    private static readonly TrainOptions Defaults = new();

    internal static readonly Option<string> Task = new("--task") { Description = "The task the model is a round of; a folder name.", Required = true, HelpName = "NAME" };

    internal static readonly Option<string[]> Pool = new("--pool")
    {
        Description = "Parquet files, folders or globs.",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        HelpName = "GLOB",
    };

    internal static readonly Option<string[]> Labels = new("--labels")
    {
        Description = "Label files: CSV or Parquet with id and label, or an export of a labelling tool, as 'trainer round' takes them.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "FILE",
    };

    internal static readonly Option<string> Control = new("--control")
    {
        Description = "The control, question or column whose choices are the classes; those of others are no labels.",
        HelpName = "NAME",
        DefaultValueFactory = _ => LabelStudioExport.Control,
    };

    internal static readonly Option<string?> HierarchyFile = new("--hierarchy")
    {
        Description = "Super-classes of the classes, such as { \"tops\": [\"Shirt\", \"Coat\"], \"clothes\": [\"tops\", \"Trouser\"] }: a label may name one, and label files may have question and answer (yes, no) in the place of label. Rows of which several classes are left are learnt from too.",
        HelpName = "FILE.json",
    };

    internal static readonly Option<string?> LabelColumn = new("--label-column")
    {
        Description = "Take the labels from this column of the pool, where it is not NULL.",
        HelpName = "NAME",
    };

    internal static readonly Option<string[]> Features = new("--features")
    {
        Description = "Feature columns, joined in this order; by default what an encoder made of pictures where the network takes no images, else 'features', or every vector column where there is none.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "COLUMN",
    };

    private static readonly Option<ExportKind> Export = new("--export")
    {
        Description = "Of a network on what an encoder made of pictures or texts: 'full' publishes encoder and network as one model that takes the pictures themselves, or the texts' token ids, so that scoring needs no --encoder; a round cannot go on from it.",
        HelpName = "head|full",
    };

    private const string DefaultNetwork = "mlp";

    private static readonly Option<string> Network = new("--network")
    {
        Description = "A preset or a file of layers.",
        HelpName = NetworkSpec.HelpName,
        DefaultValueFactory = _ => DefaultNetwork,
    };

    internal static readonly Option<string?> NextNetwork = new("--network")
    {
        Description = $"A preset or a file of layers. By default that of the round before, with its feature columns; {DefaultNetwork} for a first round.",
        HelpName = NetworkSpec.HelpName,
    };

    internal static readonly Option<int?> Epochs = new("--epochs")
    {
        Description = $"The most passes over the labels; by default as many as make {TrainOptions.DefaultSteps} steps, within {TrainOptions.LeastEpochs} to {TrainOptions.MostEpochs}, twice as many with --augment medium and four times with strong; with --learn {JointTraining.DefaultSteps} steps, with strong twice as many; a model that learns with --from takes fewer, once its new head has learned alone.",
        HelpName = "N",
    };

    private static readonly Option<int?> EpochsPerRound = new("--epochs-per-round")
    {
        Description = "Go on from the task's newest round, with the memory of its optimiser, for N passes over all labels at a constant rate; a first round is trained from scratch. The round's network is kept. By default every round is trained from scratch.",
        HelpName = "N",
    };

    private static readonly Option<bool> FreezeBatchNorm = new("--freeze-batch-norm")
    {
        Description = "With --epochs-per-round: batch normalisations normalise by their running statistics, and neither these nor scale and bias learn any more.",
    };

    internal static readonly Option<bool> LearningLoss = new("--learning-loss")
    {
        Description = "Also learn to predict each row's loss (output 'predicted_loss', by which 'scorer score --rank-by predicted_loss' ranks).",
    };

    private static readonly Option<int?> ShapingEpochs = new("--shaping-epochs")
    {
        Description = "With --learning-loss: the epochs in which the loss prediction shapes the network too; afterwards it learns alone. By default the first three in five.",
        HelpName = "N",
    };

    internal static readonly Option<ulong> Seed = new("--seed") { Description = "Decides first weights, order and dropout.", DefaultValueFactory = _ => Defaults.Seed };

    internal static readonly Option<double> Validation = new("--validation")
    {
        Description = "The share of labelled rows held out, chosen by id.",
        HelpName = "SHARE",
        DefaultValueFactory = _ => TrainRequest.DefaultValidation,
    };

    internal static readonly Option<float?> Dropout = new("--dropout")
    {
        Description = "Replaces every dropout rate of the network; those of the presets are 0.5 before a head, 0.3 in random-wire.",
        HelpName = "RATE",
    };

    internal static readonly Option<float> LearningRate = new("--learning-rate")
    {
        Description = $"The rate after warm-up, from where it falls to 0; {TransferSpec.HeadRate} where --from puts a new head on a model and {StepOptions.RecurrentRate} for lstm and gru layers on token ids, where no other is given.",
        HelpName = "RATE",
        DefaultValueFactory = _ => Defaults.Steps.LearningRate,
    };

    internal static readonly Option<int> BatchRows = new("--batch-rows")
    {
        Description = "Rows of a step, as --batch takes them.",
        HelpName = "N",
        DefaultValueFactory = _ => Defaults.Steps.BatchRows,
    };

    internal static readonly Option<Batching> Batch = new("--batch")
    {
        Description = "How an epoch is cut: 'balanced' into batches of nearly one size, none larger than --batch-rows; 'fixed' into batches of that size and a rest; 'published' into larger ones and a smaller rest.",
        HelpName = "balanced|fixed|published",
    };

    internal static readonly Option<ClassWeights> Weights = new("--class-weights")
    {
        Description = "'balanced' makes all classes count alike, however many labels they have.",
        HelpName = "none|balanced",
    };

    internal static readonly Option<string> Models = new("--models")
    {
        Description = "The folder of published models.",
        HelpName = "DIR",
        DefaultValueFactory = _ => TrainRequest.DefaultModels,
    };


    public static Command Create() => FromOptions.AddTo(UnlabelledOptions.AddTo(LearningOptions.AddTo(new Command(
        "train",
        """
        Trains a model on the labels there are and publishes it for the scorer.

        Writes models/<task>/round-NNNN/ with model.onnx (dropout stays active), manifest.json, history.parquet and state.onnx (from which a training can go on), once the model has shown
        that it predicts what was trained and that its dropout is active.
        A pool of pictures needs no --labels and no --label-column where its folders name the classes.
        The same pool, labels, options and seed give the same model.onnx, whatever the order of the shards.

        Examples:
          trainer train --task fashion --pool pool/*.parquet --labels labels.csv --network cnn
          trainer train --task fashion --pool pool --labels labels.csv --members random-wire:5
          trainer train --task topics --pool pool --label-column label --features image_embedding text_embedding --class-weights balanced
          trainer train --task pets --pool photos --encoder resnet18
          trainer train --task pets --pool photos --encoder resnet18 --export full
          trainer train --task fashion --pool pool --labels labels.csv answers.csv --hierarchy hierarchy.json
          trainer train --task photos --pool pool --labels labels.csv --from resnet18.onnx --freeze '*'
          trainer train --task fashion --pool pool --labels labels.csv --network cnn --learn noisy-student --unlabelled pool
          trainer train --task fashion --pool pool --labels labels.csv --network cnn --from models/fashion-pretrained
          trainer train --task posts --pool pool --labels labels/*.csv --features image text --network late-fusion --epochs-per-round 1 --freeze-batch-norm
        """)
    {
        Options =
        {
            Task, Pool, Labels, HierarchyFile, Control, LabelColumn, RoundCommand.NewClasses, Features, Network, MembersOption.Members, Epochs, EpochsPerRound, FreezeBatchNorm, LearningLoss, ShapingEpochs, Seed, Validation, Dropout, LearningRate, BatchRows, Batch, Weights, Models, Export,
        },
    }))).ReadsRows().Runs(async (parse, context) =>
    {
        var request = RequestOf(parse) with { Labels = parse.GetValue(Labels) ?? [], LabelColumn = parse.GetValue(LabelColumn), Hierarchy = parse.GetValue(HierarchyFile), NewClasses = parse.GetValue(RoundCommand.NewClasses), Export = parse.GetValue(Export) };
        var summary = await TrainRound.ExecuteAsync(request, context);
        CommandContext.Summarise(summary, TrainLines.Of(summary, request));
        return ExitCode.Success;
    }, Pool, Labels, HierarchyFile, Models, UnlabelledOptions.Unlabelled, UnlabelledOptions.HiddenLabels);

    /// <summary>What is trained, how, and where it goes; all but the labels.</summary>
    internal static IReadOnlyList<Option> Shared =>
    [
        Task, Pool, Control, Features, NextNetwork, MembersOption.Members, Epochs, EpochsPerRound, FreezeBatchNorm, LearningLoss, ShapingEpochs, Seed, Validation, Dropout, LearningRate, BatchRows, Batch, Weights, Models, .. LearningOptions.All, .. UnlabelledOptions.All, .. FromOptions.All,
    ];

    /// <summary>The request that <see cref="Shared"/> make.</summary>
    internal static TrainRequest RequestOf(ParseResult parse)
    {
        Option network = parse.CommandResult.Command.Options.Contains(Network) ? (Option)Network : NextNetwork;
        var (named, members) = MembersOption.Of(parse, network);
        var given = named ?? (network == Network ? parse.GetValue(Network) : parse.GetValue(NextNetwork));
        var from = FromOptions.Of(parse, network, [LearningLoss, ShapingEpochs, MembersOption.Members], parse.GetValue(Dropout));
        TrainOptions With(TrainOptions options, NetworkSpec spec) => options with
        {
            Network = (parse.GetValue(Dropout) is { } rate ? spec.WithDropout(rate) : spec) with { PredictedLoss = spec.PredictedLoss || parse.GetValue(LearningLoss), Members = members ?? spec.Members },
            Steps = options.Steps with { LearningRate = RateOf(parse, LearningRate, from, spec) },
        };
        var (learning, unlabelled) = (LearningOptions.Of(parse), parse.CommandResult.Command.Options.Contains(UnlabelledOptions.Unlabelled) ? UnlabelledOptions.Of(parse) : new());
        return new TrainRequest(parse.GetRequiredValue(Task), parse.GetRequiredValue(Pool))
        {
            Control = parse.GetRequiredValue(Control),
            Features = parse.GetValue(Features) ?? [],
            Validation = parse.GetValue(Validation),
            Continues = parse.GetValue(EpochsPerRound) is not null,
            Models = parse.GetRequiredValue(Models),
            Kept = given is null ? With : null,
            Learning = unlabelled,
            Options = With(learning with
            {
                Augment = UnlabelledOptions.Augment(parse, learning.Augment, unlabelled),
                From = from,
                FirstWeights = FromOptions.FirstWeights(parse, network),
                Epochs = parse.GetValue(Epochs),
                EpochsPerRound = parse.GetValue(EpochsPerRound) ?? Defaults.EpochsPerRound,
                FreezeBatchNorm = parse.GetValue(FreezeBatchNorm),
                ShapingEpochs = parse.GetValue(ShapingEpochs),
                Seed = parse.GetValue(Seed),
                Steps = learning.Steps with
                {
                    BatchRows = parse.GetValue(BatchRows),
                    Batching = parse.GetValue(Batch),
                },
                Loss = learning.Loss with { ClassWeights = parse.GetValue(Weights) },
            }, NetworkSpec.Load(given ?? DefaultNetwork)),
        };
    }

    /// <summary>The rate that is asked for, or else that of a new head on a given model, or that which suits the network.</summary>
    internal static float RateOf(ParseResult parse, Option<float> option, TransferSpec? from, NetworkSpec network) =>
        parse.GetResult(option) is { Implicit: false } ? parse.GetValue(option) : from is { KeepsHead: false } ? TransferSpec.HeadRate : StepOptions.RateOf(network);
}
