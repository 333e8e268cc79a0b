using System.Runtime.InteropServices;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Sessions;
using TorchSharp;

namespace ParquetPool.Trainer.Torch;

/// <summary>libtorch, loaded once and the same way on every system.</summary>
internal static class TorchLibrary
{
    /// <summary>Threads inside one operation.</summary>
    /// <remarks>
    /// No option, nor the machine's number of cores: how libtorch cuts a sum among threads decides its rounding. Two are fast enough on the
    /// networks that a few labels feed, and give the same weights everywhere.
    /// </remarks>
    public const int Threads = 2;

    private static readonly Lazy<bool> Loaded = new(Load);

    /// <summary>Makes libtorch usable.</summary>
    /// <returns>The device in libtorch's terms.</returns>
    /// <exception cref="UsageException">libtorch is not there, or not for this device.</exception>
    public static torch.Device Use(Device device = default)
    {
        _ = Loaded.Value;
        if (device.Card is not { } card)
        {
            return torch.CPU;
        }
        var cards = CudaCards();
        if (card < cards)
        {
            // Products with TF32's 10 bits would not be those of ONNX Runtime, against which a model is checked.
            torch.backends.cuda.matmul.allow_tf32 = false;
            torch.backends.cudnn.allow_tf32 = false;
            return new torch.Device(DeviceType.CUDA, card);
        }
        throw new UsageException(cards == 0
            ? $"--device {device}: this build's libtorch has no CUDA: build with -p:TorchCuda=true and install an NVIDIA driver, or use --device cpu"
            : $"--device {device}: libtorch finds {cards} card(s), numbered from 0: name one of them or use --device cpu");
    }

    private static bool Load()
    {
        NativeSettings.Set("OMP_NUM_THREADS", $"{Threads}", always: true);
        // A thread that waits by spinning takes the core from the one that it waits for: on a busy machine steps take up to 25 times as long.
        NativeSettings.Set("OMP_WAIT_POLICY", "passive", always: false);
        try
        {
            if (OperatingSystem.IsLinux())
            {
                LinuxTorch.Load();
            }
            torch.InitializeDeviceType(DeviceType.CPU);
            torch.set_num_threads(Threads);
        }
        catch (Exception e) when (e is DllNotFoundException or NotSupportedException or TypeInitializationException or BadImageFormatException)
        {
            throw new UsageException($"libtorch cannot be loaded on {RuntimeInformation.RuntimeIdentifier} ({(e.InnerException ?? e).Message.Split('\n')[0]}): train on linux-x64 (glibc 2.34 or later), win-x64 or osx-arm64");
        }
        return true;
    }

    private static int CudaCards()
    {
        try
        {
            return torch.TryInitializeDeviceType(DeviceType.CUDA) && torch.cuda.is_available() ? torch.cuda.device_count() : 0;
        }
        catch (Exception e) when (e is DllNotFoundException or NotSupportedException or ExternalException)
        {
            return 0;
        }
    }
}
