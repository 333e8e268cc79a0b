using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using ParquetPool.Errors;

namespace ParquetPool.Sessions;

/// <summary>ONNX Runtime's CUDA provider.</summary>
internal static class CudaProvider
{
    private const string Remedy = "install an NVIDIA driver, CUDA 13 and cuDNN 9, with a build for x64 and without -p:Gpu=false, or use --device cpu";

    // ONNX Runtime's messages name source files and functions first.
    private static readonly string[] Preambles = ["error: ", "operator() "];

    /// <summary>Makes the session run on a CUDA device, with products in full float32: TF32 keeps 10 bits of them.</summary>
    /// <exception cref="UsageException">The libraries or the device are missing; the message says which.</exception>
    public static void Append(SessionOptions options, Device device)
    {
        try
        {
            using var cuda = new OrtCUDAProviderOptions();
            cuda.UpdateOptions(new Dictionary<string, string>
            {
                ["device_id"] = device.Card!.Value.ToString(CultureInfo.InvariantCulture),
                ["use_tf32"] = "0",
            });
            options.AppendExecutionProvider_CUDA(cuda);
        }
        catch (Exception e) when (e is OnnxRuntimeException or EntryPointNotFoundException)
        {
            throw new UsageException($"--device {device}: {Reason(e.Message)}: {Remedy}");
        }
    }

    private static string Reason(string message)
    {
        var line = message.Split('\n', 2)[0].Trim();
        return line[Preambles.Max(start => line.LastIndexOf(start, StringComparison.Ordinal) is var at && at >= 0 ? at + start.Length : 0)..].TrimEnd('.');
    }
}
