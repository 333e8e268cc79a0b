using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Torch;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.SemiSupervised;

/// <summary>Where the rows of a joint step are laid out. Not for two threads at a time.</summary>
internal sealed class StepRows
{
    private readonly InputBuffers buffers;
    private readonly int classes;
    private readonly float[] classWeights;

    /// <param name="batches">Batches of a step, labelled and other ones.</param>
    public StepRows(Network network, TrainingSet set, TrainOptions options, int batches)
    {
        (Size, classes) = (options.Steps.BatchRows, set.Classes.Count);
        buffers = new InputBuffers(network.Inputs, batches * Size, TorchLibrary.Use(options.Device));
        classWeights = EpochLoop.Weights(set, options.Loss.ClassWeights);
    }

    /// <summary>Rows of a batch.</summary>
    public int Size { get; }

    /// <summary>Rows by input.</summary>
    /// <param name="features">[row][feature], joined.</param>
    public Dictionary<string, Tensor> Inputs(ReadOnlySpan<float[]> features)
    {
        for (var i = 0; i < features.Length; i++)
        {
            buffers.Fill(i, features[i]);
        }
        return buffers.Tensors(features.Length);
    }

    /// <summary>[row, class].</summary>
    public Tensor Targets(ReadOnlySpan<float[]> targets)
    {
        var all = new float[targets.Length * classes];
        for (var row = 0; row < targets.Length; row++)
        {
            targets[row].CopyTo(all, row * classes);
        }
        return buffers.Tensor(all, targets.Length, classes);
    }

    /// <summary>What rows count by the weights of their classes, [row].</summary>
    public Tensor Weights(ReadOnlySpan<float[]> targets)
    {
        var weights = new float[targets.Length];
        for (var row = 0; row < targets.Length; row++)
        {
            for (var c = 0; c < classes; c++)
            {
                weights[row] += targets[row][c] * classWeights[c];
            }
        }
        return buffers.Tensor(weights, weights.Length);
    }

    /// <summary>Any other numbers.</summary>
    public Tensor Numbers(ReadOnlySpan<float> values, params ReadOnlySpan<long> dims) => buffers.Tensor(values, dims);

    public Tensor Places(ReadOnlySpan<long> places) => buffers.Places(places);

    public float[] OneHot(int place)
    {
        var target = new float[classes];
        target[place] = 1;
        return target;
    }

    /// <summary>Rows that each depend on their own place alone, made by several threads.</summary>
    public static float[][] InParallel(int count, Func<int, float[]> row)
    {
        var made = new float[count][];
        Parallel.For(0, count, i => made[i] = row(i));
        return made;
    }
}
