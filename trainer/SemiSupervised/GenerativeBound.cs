using ParquetPool.Trainer.Libtorch;
using ParquetPool.Trainer.Losses;
using ParquetPool.Trainer.Torch;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.SemiSupervised;

/// <summary>The evidence lower bound of rows of given classes, by the coder of a <see cref="GenerativeGraph"/>.</summary>
internal static class GenerativeBound
{
    private const float LeastLogVariance = -6;

    /// <summary>ln p(x|z) − KL(q(z|x,y) ‖ p(z|y)) with one draw of z, [try]; of M2 ln p(x|z,y) − KL(q(z|x,y) ‖ p(z)).</summary>
    /// <param name="values">Standardised, [row, feature].</param>
    /// <param name="noise">Standard normal, [row, latent].</param>
    /// <param name="rowOf">[try]: its row.</param>
    /// <param name="label">One-hot, [try, class].</param>
    /// <param name="mixture">See <see cref="GenerativeGraph.Of"/>.</param>
    public static Tensor Of(TorchNetwork network, Pass pass, Tensor values, Tensor noise, Tensor rowOf, Tensor label, bool mixture)
    {
        var tried = Forward([GenerativeGraph.Read], (GenerativeGraph.Values, values))[0].index_select(0, rowOf);
        var coded = Forward(mixture ? [GenerativeGraph.Posterior, GenerativeGraph.Prior] : [GenerativeGraph.Posterior], (GenerativeGraph.Tried, tried), (GenerativeGraph.Label, label));
        var (mean, logVariance) = Halves(coded[0]);
        var (priorMean, priorLogVariance) = mixture ? Halves(coded[1]) : (torch.zeros_like(mean), torch.zeros_like(logVariance));
        var latent = mean.Plus(logVariance.mul(Scalars.Of(0.5)).exp().mul(noise.index_select(0, rowOf)));
        var decoded = Forward([GenerativeGraph.Decoded, GenerativeGraph.LogVariance], (GenerativeGraph.Latent, latent), (GenerativeGraph.Label, label));
        return Elbo.LogLikelihood(values.index_select(0, rowOf), decoded[0], decoded[1].clamp(min: Scalars.Of(LeastLogVariance))).sub(Elbo.Divergence(mean, logVariance, priorMean, priorLogVariance));

        Tensor[] Forward(string[] outputs, params (string Name, Tensor Value)[] inputs) => network.Forward(inputs.ToDictionary(input => input.Name, input => input.Value), outputs, pass);
    }

    private static (Tensor Mean, Tensor LogVariance) Halves(Tensor both) => (both.narrow(1, 0, GenerativeGraph.Latents), both.narrow(1, GenerativeGraph.Latents, GenerativeGraph.Latents));
}
