using System.Runtime.InteropServices;

namespace ParquetPool.Errors;

/// <summary>Faults of a disk, or of the way to it, behind what is told of a file: nothing is wrong with what was read, and the same may go well a moment later.</summary>
public static class DeviceFault
{
    private static readonly int[] Everywhere = [5, 23, 24]; // EIO, ENFILE, EMFILE
    private static readonly int[] OnLinux = [107, 110, 116]; // ENOTCONN, ETIMEDOUT, ESTALE

    private static readonly IReadOnlyDictionary<int, string> Words =
        (OperatingSystem.IsWindows() ? [] : OperatingSystem.IsLinux() ? Everywhere.Concat(OnLinux) : Everywhere).ToDictionary(number => number, Marshal.GetPInvokeErrorMessage);

    /// <summary>What the system said, with the file; null where no device is to blame.</summary>
    /// <remarks>A native library tells such a fault by the system's words alone.</remarks>
    public static string? Behind(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            if ((error is IOException && Words.ContainsKey(error.HResult)) || (error is not DataException && Words.Values.Any(words => error.Message.Contains(words, StringComparison.Ordinal))))
            {
                return error.Message.Split('\n')[0].TrimEnd('.', '\r');
            }
        }
        return null;
    }
}
