using System.Globalization;
using ParquetPool.Trainer.Optimisers;

namespace ParquetPool.Trainer.Training;

/// <summary>How a network was trained, setting by setting, for the manifest.</summary>
internal static class Recipe
{
    private const string Clip = "clip";
    private const string Ema = "ema";
    private const string LabelSmoothing = "labelSmoothing";
    private const string Focal = "focal";
    private const string Augment = "augment";
    private const string Device = "device";
    private const string Precision = "precision";

    /// <summary>How often rows came in an epoch.</summary>
    public const string Sampler = "sampler";

    /// <summary>How rows without labels were learnt from.</summary>
    public const string Learning = "learning";

    /// <summary>What was taken away from the network.</summary>
    public const string Pruning = "pruning";

    /// <summary>The model whose layers' weights a network started with.</summary>
    public const string FirstWeights = "firstWeights";

    /// <summary>How layers learnt from rows without labels before there were any.</summary>
    public const string Pretraining = "pretraining";

    /// <summary>Why a training ended before its time.</summary>
    public const string Stopped = "stopped";

    /// <summary>The settings that are there only where they change something: a round that continues has its own, or none.</summary>
    public static readonly IReadOnlyList<string> Optional = [Clip, Ema, LabelSmoothing, Focal, Sampler, Augment, Device, Precision, Learning, Pruning, Stopped];

    /// <summary>The settings that a training from scratch and one that continues have in common; those that change nothing are left out.</summary>
    /// <param name="learningRate">How the rate goes.</param>
    public static Dictionary<string, string> Of(TrainOptions options, string learningRate)
    {
        var recipe = new Dictionary<string, string>
        {
            ["optimiser"] = OptimiserText(options.Steps),
            ["learningRate"] = learningRate,
            ["batchRows"] = Text($"{options.Steps.BatchRows}"),
            ["batching"] = options.Steps.Batching.ToString().ToLowerInvariant(),
            ["classWeights"] = options.Loss.ClassWeights == ClassWeights.Balanced ? "balanced" : "none",
        };
        Add(Clip, options.Steps.Clip is { } clip ? Text($"gradients to a norm of {clip}") : null);
        Add(Ema, options.Steps.Ema is { } ema ? Text($"weights averaged, {ema} kept a step") : null);
        Add(LabelSmoothing, options.Loss.LabelSmoothing > 0 ? Text($"{options.Loss.LabelSmoothing}") : null);
        Add(Focal, options.Loss.Focal > 0 ? Text($"{options.Loss.Focal}") : null);
        Add(Augment, options.Augment.Alters ? options.Augment.Text : null);
        Add(Device, options.Device.IsCpu ? null : options.Device.ToString());
        Add(Precision, options.MixedPrecision ? "products in bfloat16" : null);
        return recipe;

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                recipe[name] = value;
            }
        }
    }

    /// <summary>How the rate of a training from scratch goes.</summary>
    /// <param name="warmup">The share of the steps in which it rises.</param>
    public static string RateText(TrainOptions options, double warmup) => options.Steps.Schedule switch
    {
        RateSchedule.Cosine => Text($"{options.Steps.LearningRate}, warm-up {warmup:P0} of the steps, cosine to 0"),
        RateSchedule.Step => Text($"{options.Steps.LearningRate}, warm-up {warmup:P0} of the steps, a tenth from half of them on, a hundredth from three quarters on"),
        _ => Text($"{options.Steps.LearningRate}, one cycle"),
    };

    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string OptimiserText(StepOptions steps) => steps.Optimiser switch
    {
        OptimiserKind.AdamW => Text($"AdamW, weight decay {Optimiser.WeightDecay}"),
        OptimiserKind.Adam => "Adam",
        OptimiserKind.Sgd => Text($"SGD, momentum {steps.Momentum}"),
        _ => "RMSprop",
    };
}
