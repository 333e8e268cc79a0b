using ParquetPool.Trainer.Libtorch;
using ParquetPool.Trainer.Losses;
using ParquetPool.Trainer.Operators;
using ParquetPool.Trainer.Torch;
using ParquetPool.Trainer.Training;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Tests.Training;

/// <summary>A <see cref="SmallNetwork"/> in training.</summary>
/// <param name="dims">Of its input, -1 for the rows.</param>
internal sealed class SmallTraining(TorchNetwork network, long[] dims, TrainOptions options) : IDisposable
{
    public TorchNetwork Network => network;

    public TrainingSession Session { get; } = new(network, new Dictionary<string, Tensor>(), options);

    public double Step(IReadOnlyList<(float[] X, int Class)> rows, float rate) => Session.Step(pass => Loss(rows, pass), rate);

    /// <summary>The same step, of rows that come in parts.</summary>
    public double Step(IReadOnlyList<(float[] X, int Class)>[] parts, float rate)
    {
        var all = (float)parts.Sum(part => part.Count);
        return Session.Step([.. parts.Select(part => (Func<Pass, Tensor>)(pass => Loss(part, pass).mul(Scalars.Of(part.Count / all))))], rate);
    }

    /// <summary>The loss of the rows as the network predicts.</summary>
    public double Loss(IReadOnlyList<(float[] X, int Class)> rows)
    {
        var loss = 0.0;
        Session.Predict(pass => loss = Loss(rows, pass).item<float>());
        return loss;
    }

    public double Accuracy(IReadOnlyList<(float[] X, int Class)> rows)
    {
        long[] predicted = [];
        Session.Predict(pass => predicted = TensorConversion.ToArray<long>(Logits(rows, pass).argmax(1)));
        return rows.Zip(predicted, (r, p) => r.Class == p ? 1.0 : 0).Average();
    }

    public void Dispose()
    {
        Session.Dispose();
        network.Dispose();
    }

    private Tensor Loss(IReadOnlyList<(float[] X, int Class)> rows, Pass pass)
    {
        float[] targets = [.. rows.SelectMany(r => new float[] { 1 - r.Class, r.Class })];
        return default(CrossEntropy).Of(Logits(rows, pass), TensorConversion.ToTensor(targets, rows.Count, 2)).mean();
    }

    private Tensor Logits(IReadOnlyList<(float[] X, int Class)> rows, Pass pass)
    {
        float[] values = [.. rows.SelectMany(r => r.X)];
        return network.Forward(new Dictionary<string, Tensor> { ["x"] = TensorConversion.ToTensor(values, [rows.Count, .. dims[1..]]) }, ["logits"], pass)[0];
    }
}
