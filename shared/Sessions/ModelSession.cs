using Microsoft.ML.OnnxRuntime;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Sessions;

/// <summary>How a session is opened.</summary>
/// <param name="Device">The execution provider.</param>
/// <param name="Threads">
/// Threads inside one operation. The default of 1 makes a run's rounding independent of the machine; callers run several at once.
/// </param>
public readonly record struct SessionSettings(Device Device = default, int Threads = 1);

/// <summary>A model that ONNX Runtime has loaded. The only place that opens a session.</summary>
/// <remarks>Runs of one session may overlap on several threads, each with buffers of its own.</remarks>
public sealed class ModelSession : IDisposable
{
    private readonly InferenceSession session;

    /// <summary>Loads <paramref name="model"/> with ONNX Runtime's default optimisations.</summary>
    /// <exception cref="DataException">ONNX Runtime cannot load the model.</exception>
    /// <exception cref="UsageException">The device is not there.</exception>
    public ModelSession(ModelProto model, SessionSettings settings = default)
    {
        using var options = Options(settings);
        session = Load(model, options);
    }

    /// <summary>The same model after ONNX Runtime's basic optimisations: constants folded, standard operators only, dropout kept.</summary>
    public static ModelProto Simplify(ModelProto model)
    {
        using var file = new MemoryFile();
        using var options = Options(default);
        options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_BASIC;
        options.OptimizedModelFilePath = file.Path;
        options.AddSessionConfigEntry("optimization.disable_specified_optimizers", "EliminateDropout");
        using (Load(model, options))
        {
        }
        return ModelFile.Read(file.Path).Model;
    }

    /// <summary>The version of ONNX Runtime, for the record of a run.</summary>
    public static string RuntimeVersion => OrtEnv.Instance().GetVersionString();

    public IReadOnlyList<string> InputNames => session.InputNames;

    public IReadOnlyList<string> OutputNames => session.OutputNames;

    /// <summary>Runs once; every output is allocated by ONNX Runtime and copied.</summary>
    /// <param name="patience">How long it may take; without end where null.</param>
    /// <returns>Values and shape of each float output by name; other element types are converted. Outputs that are no tensors are left out.</returns>
    /// <exception cref="DataException">The model fails on these inputs, or takes too long.</exception>
    public IReadOnlyDictionary<string, (float[] Values, long[] Dims)> Run(IReadOnlyDictionary<string, TensorBuffer> inputs, TimeSpan? patience = null)
    {
        using var options = new RunOptions();
        using var limit = new RunLimit(options, patience);
        try
        {
            using var outputs = session.Run(options, [.. inputs.Keys], [.. inputs.Values.Select(v => v.Value)], session.OutputNames);
            return session.OutputNames.Zip(outputs).Where(o => o.Second.IsTensor).ToDictionary(o => o.First, o => (ToFloats(o.Second), o.Second.GetTensorTypeAndShape().Shape));
        }
        catch (OnnxRuntimeException e)
        {
            throw limit.Reached(inputs.Values.Select(v => v.Dims[0]).FirstOrDefault()) ?? new DataException($"ONNX Runtime cannot run the model: {FirstLine(e.Message)}", e);
        }
    }

    /// <summary>Fixes the buffers of a run that is repeated.</summary>
    public BoundRun Bind(IReadOnlyDictionary<string, TensorBuffer> inputs, IReadOnlyDictionary<string, TensorBuffer> outputs) =>
        new(session, inputs, outputs);

    /// <inheritdoc/>
    public void Dispose() => session.Dispose();

    private static InferenceSession Load(ModelProto model, SessionOptions options)
    {
        try
        {
            return new InferenceSession(ModelFile.ToBytes(model), options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new DataException($"ONNX Runtime cannot load the model: {FirstLine(e.Message)}", e);
        }
    }

    private static SessionOptions Options(SessionSettings settings)
    {
        var options = new SessionOptions
        {
            IntraOpNumThreads = Math.Max(1, settings.Threads),
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, // What fails is told by an exception.
        };
        if (!settings.Device.IsCpu)
        {
            CudaProvider.Append(options, settings.Device);
        }
        return options;
    }

    private static float[] ToFloats(OrtValue value) => value.GetTensorTypeAndShape().ElementDataType switch
    {
        Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float => value.GetTensorDataAsSpan<float>().ToArray(),
        Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Double => Convert(value.GetTensorDataAsSpan<double>(), v => (float)v),
        Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int64 => Convert(value.GetTensorDataAsSpan<long>(), v => v),
        Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int32 => Convert(value.GetTensorDataAsSpan<int>(), v => v),
        Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Bool => Convert(value.GetTensorDataAsSpan<bool>(), v => v ? 1f : 0f),
        Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.UInt8 => Convert(value.GetTensorDataAsSpan<byte>(), v => v),
        Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int8 => Convert(value.GetTensorDataAsSpan<sbyte>(), v => v),
        _ => [],
    };

    private static float[] Convert<T>(ReadOnlySpan<T> values, Func<T, float> convert)
    {
        var result = new float[values.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = convert(values[i]);
        }
        return result;
    }

    private static string FirstLine(string message) => message.Split('\n', 2)[0].Trim();
}
