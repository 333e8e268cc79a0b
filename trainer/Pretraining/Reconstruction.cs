using ParquetPool.Engine;
using ParquetPool.Graphs;
using ParquetPool.Randomness;
using ParquetPool.Trainer.LayerWriting;
using ParquetPool.Trainer.Libtorch;
using ParquetPool.Trainer.Losses;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Optimisers;
using ParquetPool.Trainer.Torch;
using ParquetPool.Trainer.Training;
using TorchSharp;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Pretraining;

/// <summary>An autoencoder: the layers, and behind them their mirror, learn to give standardised features back; with a critic of mixtures, ACAI.</summary>
internal sealed class Reconstruction : IPretext
{
    private const string Back = "reconstruction";
    private const string Values = "values";

    private readonly PretrainData data;
    private readonly Standardisation standardisation;
    private readonly ulong seed;
    private readonly GraphTrainer coder;
    private readonly GraphTrainer? critic;

    /// <param name="withCritic">Whether it is ACAI.</param>
    /// <exception cref="Errors.UsageException">A layer has no mirror.</exception>
    public Reconstruction(PretrainData data, BodyPlan plan, bool withCritic, int batchRows, PretrainRequest request)
    {
        (this.data, standardisation, seed) = (data, plan.Standardisation, request.Seed);
        var graph = new GraphBuilder(plan.Body.Forward);
        var layers = new LayerWriter(graph, new Initialiser(seed, plan.Body.Parameters.Count), trainingMode: "");
        layers.Start(Network.Embedding, plan.Body.EmbeddingWidth);
        graph.Output(Decoder.Write(layers, plan.Trace), Back, DataType.Float, -1, data.Width);
        coder = new GraphTrainer(graph.Model, [.. plan.Body.Parameters, .. layers.Parameters], plan.Body.Inputs, batchRows, new() { Seed = seed, Device = request.Device });
        critic = withCritic ? CriticOf(plan, batchRows, request) : null;
    }

    /// <inheritdoc/>
    public int Steps => coder.Steps;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, float[]> Weights => coder.Weights;

    /// <inheritdoc/>
    /// <remarks>The critic's step follows that of the autoencoder, on what this one decoded: no gradient of it passes back.</remarks>
    public double Step(ArraySegment<int> rows, float rate)
    {
        float[][] features = [.. rows.Select(row => data.Training[row])];
        float[] shares = critic is null ? [] : Shares(rows.Count);
        using var scope = torch.NewDisposeScope();
        var (mixture, real) = (torch.empty(0), torch.empty(0));
        var loss = coder.Step(
            pass =>
            {
                var wanted = Standardised(features);
                var found = coder.Forward(coder.Inputs(features), [Network.Embedding, Back], pass);
                var error = found[1].sub(wanted).Squared().mean();
                if (critic is null)
                {
                    return error;
                }
                var other = found[0].index_select(0, coder.Places([.. Enumerable.Range(0, rows.Count).Select(i => (i + 1L) % rows.Count)]));
                var mixed = Interpolation.Mixed(found[0], other, coder.Tensor(shares, rows.Count, 1));
                var decoded = coder.Forward(new Dictionary<string, Tensor> { [Network.Embedding] = mixed }, [Back], pass)[0];
                (mixture, real) = (decoded.detach().MoveToOuterDisposeScope(), wanted.mul(Scalars.Of(Interpolation.RealShare)).Plus(found[1].mul(Scalars.Of(1 - Interpolation.RealShare))).detach().MoveToOuterDisposeScope());
                return Interpolation.OfCoder(error, Guess(decoded, pass));
            },
            rate);
        if (critic is not null && double.IsFinite(loss))
        {
            critic.Step(pass => Interpolation.OfCritic(Guess(mixture, pass), critic.Tensor(shares, rows.Count, 1), Guess(real, pass)), rate);
        }
        return loss;
    }

    /// <inheritdoc/>
    public PretextScore Measure() => Of(coder.Predict(data.Measured, Back), standardisation.Apply(data.Measured), data.Width);

    /// <summary>The mean square missed, and what is not missed of the rows' variance around the mean row.</summary>
    /// <param name="found">[row, feature].</param>
    /// <param name="wanted">[row, feature].</param>
    internal static PretextScore Of(float[] found, float[] wanted, int width)
    {
        var (mean, missed, all) = (new double[width], 0.0, 0.0);
        for (var i = 0; i < wanted.Length; i++)
        {
            mean[i % width] += wanted[i] / (double)(wanted.Length / width);
        }
        for (var i = 0; i < wanted.Length; i++)
        {
            missed += Math.Pow(found[i] - (double)wanted[i], 2);
            all += Math.Pow(wanted[i] - mean[i % width], 2);
        }
        return new PretextScore(missed / wanted.Length, all > 0 ? Math.Max(0, 1 - (missed / all)) : 0);
    }

    /// <inheritdoc/>
    public IReadOnlyList<TrainingState> Snapshot(int epochs) => critic is null ? [coder.Snapshot(epochs)] : [coder.Snapshot(epochs), critic.Snapshot(epochs)];

    /// <inheritdoc/>
    public void Resume(IReadOnlyList<TrainingState> states)
    {
        coder.Resume(states[0]);
        critic?.Resume(states[1]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        coder.Dispose();
        critic?.Dispose();
    }

    /// <summary>The layers once more, and one number on them.</summary>
    private GraphTrainer CriticOf(BodyPlan plan, int batchRows, PretrainRequest request)
    {
        var ones = new float[data.Width];
        Array.Fill(ones, 1);
        var network = NetworkBuilder.Build(plan.Undropped, [new VectorColumn(Values, data.Width)], classes: 1, new Standardisation(new float[data.Width], ones), ~seed);
        return new GraphTrainer(network, batchRows, new() { Seed = seed, Device = request.Device });
    }

    private Tensor Guess(Tensor values, Pass pass) => critic!.Forward(new Dictionary<string, Tensor> { [Values] = values }, [Network.Logits], pass)[0];

    private Tensor Standardised(float[][] features) => coder.Tensor(standardisation.Apply(features), features.Length, data.Width);

    /// <summary>α of each row of this step.</summary>
    private float[] Shares(int rows)
    {
        var draws = new PhiloxStream(seed, Purpose.MixtureShares, (uint)Steps);
        return [.. Enumerable.Range(0, rows).Select(_ => (float)(Interpolation.MostShare * draws.Uniform()))];
    }
}
