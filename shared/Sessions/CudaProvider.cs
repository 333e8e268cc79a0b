using Microsoft.ML.OnnxRuntime;
using ParquetPool.Commands;

namespace ParquetPool.Sessions;

/// <summary>ONNX Runtime's CUDA provider, an optional library beside the program.</summary>
internal static class CudaProvider
{
    private const string LibraryName = "libonnxruntime_providers_cuda.so";
    private const string ProviderName = "CUDAExecutionProvider";
    private const string Remedy = "run 'npm install --no-save com.github.asus4.onnxruntime.linux-x64-gpu@0.4.9' and 'dotnet build -c Release' in the project's root on a machine with an NVIDIA driver, CUDA 13 and cuDNN 9, or use --device cpu";
    private static readonly Lazy<IReadOnlyList<OrtEpDevice>> Devices = new(Load);

    /// <summary>Whether a session can run on a CUDA device here.</summary>
    public static bool IsPresent
    {
        get
        {
            try
            {
                return Devices.Value.Count > 0;
            }
            catch (UsageException)
            {
                return false;
            }
        }
    }

    /// <summary>Makes the session run on the first CUDA device.</summary>
    /// <exception cref="UsageException">The library, something that it needs, or a device is missing; the message says which.</exception>
    public static void Append(SessionOptions options) => options.AppendExecutionProvider(OrtEnv.Instance(), Devices.Value, new Dictionary<string, string>());

    private static IReadOnlyList<OrtEpDevice> Load()
    {
        var path = Path.Combine(AppContext.BaseDirectory, LibraryName);
        if (!File.Exists(path))
        {
            throw new UsageException($"--device cuda: {LibraryName} is not beside the program: {Remedy}");
        }
        try
        {
            OrtEnv.Instance().RegisterExecutionProviderLibrary("cuda", path);
        }
        catch (OnnxRuntimeException e)
        {
            throw new UsageException($"--device cuda: {LibraryName} does not load ({e.Message.Split('\n', 2)[0].Trim()}): {Remedy}");
        }
        var device = OrtEnv.Instance().GetEpDevices().FirstOrDefault(d => d.EpName == ProviderName)
            ?? throw new UsageException($"--device cuda: {LibraryName} finds no CUDA device: {Remedy}");
        return [device];
    }
}
