using ParquetPool.Errors;
using ParquetPool.Trainer.Libtorch;
using ParquetPool.Trainer.Losses;
using ParquetPool.Trainer.Operators;
using ParquetPool.Trainer.Optimisers;
using ParquetPool.Trainer.Training;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Pretraining;

/// <summary>The layers learn what token follows: an LSTM language model with the regularisers of AWD-LSTM (Merity et al. 2018). The weights of the best measure are kept.</summary>
internal sealed class LanguageModel : IPretext
{
    /// <summary>The highest rate of AdamW.</summary>
    public const float PeakRate = 5e-3f;

    /// <summary>The rate of plain gradient descent, that of no schedule.</summary>
    public const float DescentRate = 10;

    /// <summary>Gradients are shortened to this norm.</summary>
    public const float Clip = 0.25f;

    /// <summary>Measures that must be worse than the best before them: the n of Merity et al. 2018, algorithm 1.</summary>
    public const int Patience = 5;

    private const string Losses = "losses";

    private readonly PretrainData data;
    private readonly PretrainRequest request;
    private readonly TokenWindows windows;
    private readonly LanguageLayers layers;
    private readonly GraphTrainer trainer;
    private readonly List<float> losses = [];
    private IReadOnlyDictionary<string, float[]>? best;

    /// <exception cref="UsageException">The network's layers make no language model.</exception>
    /// <exception cref="DataException">The rows hold no token ids.</exception>
    public LanguageModel(PretrainData data, BodyPlan plan, int batchRows, PretrainRequest request)
    {
        (this.data, this.request) = (data, request);
        var words = LanguageLayers.WordsOf(plan.Spec);
        windows = new TokenWindows(data.Training, words.Tokens, words.Padding, request.Seed);
        TokenWindows.Require(data.Measured, words.Tokens);
        layers = LanguageLayers.Of(plan.Spec, plan.Body.Inputs, windows.Known.Count, request.Seed);
        StepOptions steps = request.LanguageOptimiser == LanguageOptimiser.NtAsgd ? new() { Optimiser = OptimiserKind.Sgd, Momentum = 0, Clip = Clip } : new() { Clip = Clip };
        trainer = new GraphTrainer(layers.Model, layers.Parameters, plan.Body.Inputs, batchRows, new() { Seed = request.Seed, Device = request.Device, Steps = steps });
    }

    /// <inheritdoc/>
    public int Steps => trainer.Steps;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, float[]> Weights => best ?? trainer.Weights;

    /// <summary>Tokens that follow others in the rows that it is measured by but in none that it learns from, and how many follow at all.</summary>
    public (int Unknown, int All) Followers { get; private set; }

    /// <inheritdoc/>
    /// <remarks>The loss is of the steps, with what AR and TAR add.</remarks>
    public double Step(ArraySegment<int> rows, float rate)
    {
        float[][] whole = [.. rows.Select(row => data.Training[row])];
        var length = request.RandomWindows ? windows.LengthAt(Steps) : windows.Longest;
        var batch = windows.Cut(whole, length, Steps);
        return batch.Places.Length == 0 ? 0 : trainer.Step(
            pass =>
            {
                var found = trainer.Forward(trainer.Inputs(batch.Rows), [layers.States, layers.Dropped, layers.Table, layers.Bias], pass);
                var dropped = At(found[1], batch.Places);
                var loss = NextToken.Of(Logits(dropped, found[2], found[3]), trainer.Places(batch.Targets));
                loss = request.Ar > 0 ? loss.Plus(NextToken.Activation(dropped).mul(Scalars.Of(request.Ar))) : loss;
                return request.Tar > 0
                    ? loss.Plus(NextToken.TemporalActivation(At(found[0], batch.Places), At(found[0], Array.ConvertAll(batch.Places, place => place + 1))).mul(Scalars.Of(request.Tar)))
                    : loss;
            },
            rate * length / windows.Longest);
    }

    /// <inheritdoc/>
    /// <remarks>The mean loss of a token that follows another, in nats, and the share of them that is told rightly. What this measure says may set off averaging.</remarks>
    public PretextScore Measure()
    {
        var (loss, right, known, unknown) = (0.0, 0L, 0L, 0);
        trainer.Predict(data.Measured, [layers.States, layers.Table, layers.Bias], (first, count, found) =>
        {
            var batch = windows.Whole([.. Enumerable.Range(first, count).Select(row => data.Measured[row])]);
            (known, unknown) = (known + batch.Places.Length, unknown + batch.Unknown);
            if (batch.Places.Length > 0)
            {
                var (logits, targets) = (Logits(At(found[0], batch.Places), found[1], found[2]), trainer.Places(batch.Targets));
                loss += TensorConversion.ToArray<float>(NextToken.Of(logits, targets))[0] * (double)batch.Places.Length;
                right += TensorConversion.ToArray<long>(logits.argmax(1).eq(targets).sum())[0];
            }
        });
        if (known == 0)
        {
            throw new DataException($"of the {data.Measured.Count} rows to measure by none has a token that follows another and is known, expected rows of several tokens: add rows");
        }
        Followers = (unknown, (int)(known + unknown));
        Heard((float)(loss / known));
        return new PretextScore(losses[^1], (double)right / known);
    }

    /// <summary>Whether a measure sets off averaging: it is worse than one that lies at least <see cref="Patience"/> measures back.</summary>
    /// <param name="before">Those before it.</param>
    internal static bool SetsOff(IReadOnlyList<float> before, float loss) => before.Count > Patience && loss > before.Take(before.Count - Patience).Min();

    /// <inheritdoc/>
    public IReadOnlyList<TrainingState> Snapshot(int epochs) =>
        [trainer.Snapshot(epochs), new TrainingState(best ?? new Dictionary<string, float[]>(), new Dictionary<string, float[]> { [Losses] = [.. losses] }, new Dictionary<string, float[]>(), Steps, epochs)];

    /// <inheritdoc/>
    public void Resume(IReadOnlyList<TrainingState> states)
    {
        trainer.Resume(states[0]);
        best = states[1].Values.Count > 0 ? states[1].Values : null;
        losses.AddRange(states[1].First[Losses]);
    }

    /// <inheritdoc/>
    public void Dispose() => trainer.Dispose();

    private void Heard(float loss)
    {
        if (losses.Count == 0 || loss < losses.Min())
        {
            best = trainer.Averages ?? trainer.Weights;
        }
        if (request.LanguageOptimiser == LanguageOptimiser.NtAsgd && trainer.Averages is null && SetsOff(losses, loss))
        {
            trainer.AverageFromHere();
        }
        losses.Add(loss);
    }

    private Tensor Logits(Tensor states, Tensor table, Tensor bias) => NextToken.Logits(states, table.index_select(0, trainer.Places([.. windows.Known])), bias);

    private Tensor At(Tensor states, long[] places) => states.reshape(-1, layers.Units).index_select(0, trainer.Places(places));
}

/// <summary>How the gradients of a language model change its weights.</summary>
public enum LanguageOptimiser
{
    /// <summary>As with other methods.</summary>
    AdamW,

    /// <summary>Gradient descent without momentum at a constant rate, whose weights are averaged as soon as it gets no better: Merity et al. 2018, algorithm 1.</summary>
    NtAsgd,
}
