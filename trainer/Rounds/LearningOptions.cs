using System.CommandLine;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Sessions;
using ParquetPool.Trainer.Augmentation;
using ParquetPool.Trainer.Optimisers;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Rounds;

/// <summary>The options that say how a network learns, for all commands that train one on labels.</summary>
internal static class LearningOptions
{
    private static readonly Option<OptimiserKind> Optimiser = Choice<OptimiserKind>("--optimiser", "How gradients change weights.", "adamw|adam|sgd|rmsprop");

    private static readonly Option<RateSchedule> Schedule = Choice<RateSchedule>(
        "--schedule", "How the rate goes after warm-up: 'cosine' falls to 0, 'step' to a tenth at half of the steps and a hundredth at three quarters, 'one-cycle' rises for three tenths of them and falls to nothing.", "cosine|step|one-cycle");

    private static readonly Option<float?> Clip = new("--clip") { Description = "Shorten the gradients of a step to this norm where they are longer.", HelpName = "NORM" };

    private static readonly Option<float?> Ema = new("--ema") { Description = "Publish a running mean of the weights that keeps this share of itself in a step, 0.999 say.", HelpName = "SHARE" };

    private static readonly Option<float> LabelSmoothing = new("--label-smoothing") { Description = "The share of every label that goes to all classes alike.", HelpName = "SHARE" };

    private static readonly Option<float> Focal = new("--focal") { Description = "The power of the focal loss, by which rows that are predicted well count less; 2 is usual, 0 is none.", HelpName = "GAMMA" };

    private static readonly SamplerOptions Draws = new();

    private static readonly Option<SamplerKind> Sampler = Choice<SamplerKind>(
        "--sampler",
        "How often rows come in an epoch: 'uniform' once each; 'debias' by the inverse of the density around them, so that rows of thin regions, as 'scorer coverage' tells of a pool, come more often. The density is that of the training rows, in what the network is fed with.",
        "uniform|debias");

    private static readonly Option<double> Alpha = new("--alpha")
    {
        Description = "With --sampler debias: what is added to a density, which is 1 around the middle row; the larger, the nearer to uniform.",
        HelpName = "A",
        DefaultValueFactory = _ => Draws.Alpha,
    };

    private static readonly Option<double> MinEffective = new("--min-effective")
    {
        Description = "With --sampler debias: the share of the rows that an epoch's draws are worth at least (Kish's effective sample size); weights are tempered until they are.",
        HelpName = "SHARE",
        DefaultValueFactory = _ => Draws.MinEffective,
    };

    internal static readonly Option<AugmentStrength> Augment = Choice<AugmentStrength>(
        "--augment",
        "Learn from altered copies of the rows, new ones in every step: pictures, where the network takes them, are shifted, cropped, scaled and mirrored, then turned, sheared, shaded and erased in part; vectors get noise and lose features, hashed texts lose words. Held-out rows stay as they are.",
        "none|light|medium|strong");

    private static readonly Option<bool> NoFlip = new("--no-flip") { Description = "With --augment: mirror no picture, for digits and letters are others then." };

    private static readonly Option<Calibrating> Calibrate = Choice<Calibrating>(
        "--calibrate",
        "'temperature' fits, on the held-out rows, how sure the model ought to be: the manifest then says how far confidence and accuracy lie apart, and what 'scorer score --probabilities calibrated' needs. No weight depends on it.",
        "temperature|none");

    private static readonly Option<Device> Device = Sessions.Device.Option();

    private static readonly Option<bool> MixedPrecision = new("--mixed-precision") { Description = "With --device cuda: compute products in bfloat16 while training; weights stay float32." };

    public static IReadOnlyList<Option> All => [Optimiser, Schedule, Clip, Ema, LabelSmoothing, Focal, Sampler, Alpha, MinEffective, Augment, NoFlip, Calibrate, Device, MixedPrecision];

    public static Command AddTo(Command command)
    {
        foreach (var option in All)
        {
            command.Options.Add(option);
        }
        return command;
    }

    /// <summary>What the command line says of them.</summary>
    public static TrainOptions Of(ParseResult parse) => new()
    {
        Device = parse.GetValue(Device),
        MixedPrecision = parse.GetValue(MixedPrecision),
        Calibrate = parse.GetValue(Calibrate),
        Augment = new() { Strength = parse.GetValue(Augment), NoFlip = parse.GetValue(NoFlip) },
        Sampler = SamplerOf(parse),
        Steps = new()
        {
            Optimiser = parse.GetValue(Optimiser),
            Schedule = parse.GetValue(Schedule),
            Clip = parse.GetValue(Clip),
            Ema = parse.GetValue(Ema),
        },
        Loss = new()
        {
            LabelSmoothing = parse.GetValue(LabelSmoothing),
            Focal = parse.GetValue(Focal),
        },
    };

    /// <exception cref="UsageException">An option is given that the sampler has no use for.</exception>
    private static SamplerOptions SamplerOf(ParseResult parse)
    {
        var kind = parse.GetValue(Sampler);
        foreach (var option in (Option[])[Alpha, MinEffective])
        {
            if (kind != SamplerKind.Debias && parse.GetResult(option) is { Implicit: false })
            {
                throw new UsageException($"{option.Name} is given without --sampler debias, expected both");
            }
        }
        return new() { Kind = kind, Alpha = parse.GetValue(Alpha), MinEffective = parse.GetValue(MinEffective) };
    }

    /// <summary>An option of names; a hyphen in one is left out of the code's name.</summary>
    internal static Option<T> Choice<T>(string name, string description, string names)
        where T : struct, Enum => ChoiceOption.Of<T>(name, description, names);
}
