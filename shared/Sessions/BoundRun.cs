using Microsoft.ML.OnnxRuntime;
using ParquetPool.Errors;

namespace ParquetPool.Sessions;

/// <summary>A run whose inputs and outputs lie in buffers bound once. Not for two threads at a time.</summary>
/// <remarks>The buffers belong to the caller and must outlive the run.</remarks>
public sealed class BoundRun : IDisposable
{
    private readonly InferenceSession session;
    private readonly RunOptions options = new();
    private readonly string[] inputNames;
    private readonly string[] outputNames;
    private readonly OrtValue[] inputs;
    private readonly OrtValue[] outputs;

    internal BoundRun(
        InferenceSession session,
        IReadOnlyDictionary<string, TensorBuffer> inputs,
        IReadOnlyDictionary<string, TensorBuffer> outputs)
    {
        this.session = session;
        inputNames = [.. inputs.Keys];
        outputNames = [.. outputs.Keys];
        this.inputs = [.. inputs.Values.Select(b => b.Value)];
        this.outputs = [.. outputs.Values.Select(b => b.Value)];
    }

    /// <summary>Reads the input buffers and fills the output buffers.</summary>
    /// <exception cref="DataException">The model fails on these inputs.</exception>
    public void Run()
    {
        try
        {
            session.Run(options, inputNames, inputs, outputNames, outputs);
        }
        catch (OnnxRuntimeException e)
        {
            throw new DataException($"ONNX Runtime cannot run the model: {e.Message.Split('\n', 2)[0].Trim()}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => options.Dispose();
}
