using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace ParquetPool.Scorer.Jobs;

/// <summary>Tells a process from all that had or will have its number: by when it began, in which start of the machine.</summary>
internal static class ProcessMark
{
    /// <summary>The mark of a process; null where it has ended.</summary>
    public static string? Of(int id) => OperatingSystem.IsLinux() ? OfLinux(id) : OfOthers(id);

    private static string? OfOthers(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return process.HasExited ? null : string.Create(CultureInfo.InvariantCulture, $"{id} {process.StartTime.ToUniversalTime().Ticks}");
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null; // It has ended, or is somebody else's.
        }
    }

    private static string? OfLinux(int id)
    {
        try
        {
            // After the name in brackets come the state (field 3) and, 19 further on, the time it began (field 22); see proc(5).
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : string.Create(CultureInfo.InvariantCulture, $"{id} {fields[19]} {File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()}");
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Ends the process of a mark, if it is still there, and waits until it is not.</summary>
    /// <param name="mark">What the file says; what is no mark, as a disk may leave it that lost its power, names no process.</param>
    public static async Task EndAsync(string mark, CancellationToken stopping)
    {
        while (int.TryParse(mark.Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id) && Of(id) == mark)
        {
            try
            {
                using var process = Process.GetProcessById(id);
                process.Kill();
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException)
            {
                return; // It ended meanwhile.
            }
            await Task.Delay(50, stopping);
        }
    }
}
