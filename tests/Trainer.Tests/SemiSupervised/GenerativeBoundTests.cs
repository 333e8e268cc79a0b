using ParquetPool.Graphs;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.SemiSupervised;
using ParquetPool.Trainer.Tests.Training;
using ParquetPool.Trainer.Torch;
using TorchSharp;

namespace ParquetPool.Trainer.Tests.SemiSupervised;

/// <summary>The whole bound, from weights to nats, against plain arithmetic in doubles.</summary>
public class GenerativeBoundTests
{
    private const int Classes = 3;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_bound_of_each_row_as_each_class_is_what_plain_arithmetic_gives(bool mixture)
    {
        TorchLibrary.Use();
        var classifier = NetworkBuilder.Build(NetworkSpec.Parse("""{ "layers": [ { "type": "dense", "units": 4, "dropout": 0.5 } ] }""", "n"), Blobs.Columns, Classes, new Standardisation(new float[Blobs.Width], [.. Enumerable.Repeat(1f, Blobs.Width)]), 1);
        var joint = GenerativeGraph.Of(classifier, Blobs.Width, Classes, mixture, seed: 5);
        var weights = joint.Forward.Graph.Initializer.Where(t => joint.Parameters.Except(classifier.Parameters).Contains(t.Name)).Select(Tensors.ToFloats).ToArray();
        float[][] rows = [Blobs.Features(1), Blobs.Features(2)];
        float[] noise = [.. Enumerable.Range(0, 2 * GenerativeGraph.Latents).Select(i => MathF.Sin(i * 2.3f))];
        int[] tries = [.. Enumerable.Range(0, 2 * Classes)];

        using var scope = torch.NewDisposeScope();
        using var network = new TorchNetwork(joint.Forward, joint.Parameters);
        var found = GenerativeBound.Of(
            network, new Pass(Training: true), torch.tensor(rows.SelectMany(r => r).ToArray(), 2, Blobs.Width), torch.tensor(noise, 2, GenerativeGraph.Latents), torch.tensor(tries.Select(t => (long)(t / Classes)).ToArray()),
            torch.tensor(tries.SelectMany(t => OneHot(t % Classes)).Select(v => (float)v).ToArray(), tries.Length, Classes), mixture).data<float>().ToArray();

        found.Should().HaveCount(tries.Length).And.OnlyHaveUniqueItems();
        foreach (var t in tries)
        {
            var expected = Bound(weights, rows[t / Classes], noise[(t / Classes * GenerativeGraph.Latents)..][..GenerativeGraph.Latents], OneHot(t % Classes), mixture);
            found[t].Should().BeApproximately((float)expected, 1e-3f + (1e-5f * (float)Math.Abs(expected)));
        }
    }

    /// <summary>In the order in which the graph makes its weights.</summary>
    private static double Bound(float[][] weights, float[] row, float[] noise, double[] label, bool mixture)
    {
        var at = 0;
        double[] x = [.. row.Select(v => (double)v)];
        var read = Linear(x, bias: true);
        var code = Linear(Relu(Linear(Relu(Sum(read, Linear(label, bias: false))), bias: true)), bias: true);
        var prior = mixture ? Linear(label, bias: false) : new double[code.Length];
        var (mean, logVariance) = (code[..GenerativeGraph.Latents], code[GenerativeGraph.Latents..]);
        double[] z = [.. Enumerable.Range(0, mean.Length).Select(i => mean[i] + (Math.Exp(logVariance[i] / 2) * noise[i]))];
        var back = Linear(z, bias: true);
        back = mixture ? back : Sum(back, Linear(label, bias: false));
        var decoded = Linear(Relu(Linear(Relu(back), bias: true)), bias: true);
        double variance = Math.Exp(weights[at][0]);
        at.Should().Be(weights.Length - 1, "all weights are used");
        var likelihood = x.Zip(decoded, (wanted, given) => -0.5 * (Math.Log(2 * Math.PI * variance) + (Math.Pow(wanted - given, 2) / variance))).Sum();
        var divergence = Enumerable.Range(0, mean.Length).Sum(i =>
        {
            var (own, other) = (Math.Exp(logVariance[i]), Math.Exp(prior[mean.Length + i]));
            return (Math.Log(other / own) + ((own + Math.Pow(mean[i] - prior[i], 2)) / other) - 1) / 2;
        });
        return likelihood - divergence;

        double[] Linear(double[] values, bool bias)
        {
            var product = weights[at++];
            var units = product.Length / values.Length;
            var shift = bias ? weights[at++] : new float[units];
            return [.. Enumerable.Range(0, units).Select(unit => shift[unit] + values.Select((value, i) => value * product[(i * units) + unit]).Sum())];
        }
    }

    private static double[] Relu(double[] values) => Array.ConvertAll(values, v => Math.Max(0, v));

    private static double[] Sum(double[] one, double[] other) => [.. one.Zip(other, (a, b) => a + b)];

    private static double[] OneHot(int place) => [.. Enumerable.Range(0, Classes).Select(c => c == place ? 1.0 : 0)];
}
