using ParquetPool.Errors;
using ParquetPool.Sessions;
using ParquetPool.Trainer.Augmentation;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.Torch;

namespace ParquetPool.Trainer.Pretraining;

/// <summary>What <c>trainer pretrain</c> is asked for.</summary>
/// <param name="Task">The task that the model is a round of.</param>
/// <param name="Pool">Parquet files, folders or globs.</param>
internal sealed record PretrainRequest(string Task, IReadOnlyList<string> Pool)
{
    public const string Lsa = "lsa";
    public const string Autoencoder = "autoencoder";
    public const string Acai = "acai";
    public const string RandomLabels = "random-labels";
    public const string Contrastive = "contrastive";
    public const string LanguageModel = "language-model";
    public const string MaskedLanguage = "masked-language";

    public const int DefaultUnits = 128;
    public const int DefaultSteps = 2000;
    public const int DefaultMostRows = 50_000;

    /// <summary>Those of random labels: more are learnt by heart in a longer time only.</summary>
    public const int DefaultMostRowsByHeart = 2000;

    public const int DefaultRandomClasses = 10;
    public const AugmentStrength DefaultStrength = AugmentStrength.Strong;

    /// <summary>That of the paper.</summary>
    public const float DefaultAr = 2;

    /// <summary>That of the paper.</summary>
    public const float DefaultTar = 1;

    private const float UsualRate = 1e-3f;
    private const int MostUnits = 1024;
    private const int StepsByHeart = 5000;

    /// <summary>Those of an encoder, which take long.</summary>
    public const int StepsMasked = 300;

    /// <summary>The methods there are.</summary>
    public static readonly IReadOnlyList<string> Methods = [Lsa, Autoencoder, Acai, RandomLabels, Contrastive, LanguageModel, MaskedLanguage];

    /// <summary>How; one of <see cref="Methods"/>.</summary>
    public string Method { get; init; } = Lsa;

    /// <summary>Feature columns; empty for <c>features</c>, or every vector column; one for <see cref="Lsa"/>.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>Of <see cref="Lsa"/>: numbers of the embedding.</summary>
    public int Units { get; init; } = DefaultUnits;

    /// <summary>Of all other methods: the layers that learn.</summary>
    public NetworkSpec Network { get; init; } = NetworkSpec.Load("mlp");

    /// <summary>The most steps, but for the rest of a pass; null for the method's usual ones.</summary>
    public int? Steps { get; init; }

    /// <summary>The most rows that are learnt from, drawn by id and seed; null for the method's usual ones.</summary>
    public int? MostRows { get; init; }

    /// <summary>Of <see cref="Contrastive"/>: how copies are altered.</summary>
    public AugmentOptions Augment { get; init; } = new() { Strength = DefaultStrength };

    /// <summary>Of <see cref="RandomLabels"/>: classes of the labels.</summary>
    public int RandomClasses { get; init; } = DefaultRandomClasses;

    /// <summary>Of <see cref="LanguageModel"/>: how gradients change weights.</summary>
    public LanguageOptimiser LanguageOptimiser { get; init; }

    /// <summary>Of <see cref="LanguageModel"/>: α of AR, what the squares of states behind dropout count.</summary>
    public float Ar { get; init; } = DefaultAr;

    /// <summary>Of <see cref="LanguageModel"/>: β of TAR, what the squares of their changes from step to step count.</summary>
    public float Tar { get; init; } = DefaultTar;

    /// <summary>Of <see cref="LanguageModel"/>: whether parts of rows of random length are learnt from, not whole rows.</summary>
    public bool RandomWindows { get; init; }

    /// <summary>Of <see cref="MaskedLanguage"/>: the encoder that goes on.</summary>
    public string? From { get; init; }

    /// <summary>Layers with weights, from the last, that are not taken over and keep their first weights.</summary>
    public int Anew { get; init; }

    /// <summary>Decides what is begun with, and all draws.</summary>
    public ulong Seed { get; init; }

    /// <summary>Where a network learns.</summary>
    public Device Device { get; init; }

    /// <summary>The registry's folder.</summary>
    public string Models { get; init; } = TrainRequest.DefaultModels;

    /// <summary>The steps of the method.</summary>
    internal int StepsAtMost => Steps ?? Method switch { RandomLabels => StepsByHeart, MaskedLanguage => StepsMasked, _ => DefaultSteps };

    /// <summary>Whether all steps have the same rate.</summary>
    internal bool HasConstantRate => Method == LanguageModel && LanguageOptimiser == LanguageOptimiser.NtAsgd;

    /// <summary>The highest rate of the method.</summary>
    internal float PeakRate => Method == MaskedLanguage ? Pretraining.MaskedLanguage.HeadRate : Method != LanguageModel ? UsualRate : HasConstantRate ? Pretraining.LanguageModel.DescentRate : Pretraining.LanguageModel.PeakRate;

    /// <summary>The rows of the method.</summary>
    internal int RowsAtMost => MostRows ?? (Method == RandomLabels ? DefaultMostRowsByHeart : DefaultMostRows);

    internal static readonly OptionRanges<PretrainRequest> Ranges = new()
    {
        { "--units", request => request.Units, OptionRange.Between(2, MostUnits) },
        { "--steps", request => request.Steps, OptionRange.AtLeast(1) },
        { "--rows", request => request.MostRows, OptionRange.Between(PretrainData.LeastRows, 1_000_000) },
        { "--random-classes", request => request.RandomClasses, OptionRange.Between(2, 1000) },
        { "--ar", request => request.Ar, OptionRange.AtLeast(0) },
        { "--tar", request => request.Tar, OptionRange.AtLeast(0) },
        { "--anew", request => request.Anew, OptionRange.AtLeast(0) },
    };

    /// <exception cref="UsageException">An option is out of range, or the device is not there.</exception>
    internal void Check()
    {
        if (!Methods.Contains(Method))
        {
            throw new UsageException($"--method '{Method}' is none, expected {string.Join(", ", Methods)}");
        }
        Ranges.Require(this);
        Augment.Check();
        if (Method == Contrastive && !Augment.Alters)
        {
            throw new UsageException("--augment is none with --method contrastive, expected light, medium or strong: two copies of a row that are the same teach nothing");
        }
        if (!Device.IsCpu)
        {
            TorchLibrary.Use(Device);
        }
    }
}
