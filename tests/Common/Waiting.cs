namespace ParquetPool.Tests;

/// <summary>Waiting for what happens in another process or on another thread.</summary>
/// <remarks>
/// It ends by progress, not by a clock: patience is counted in looks since something was last seen to change, so a busy machine, on which
/// these looks are as slow as all else, gets as much more time.
/// </remarks>
internal static class Waiting
{
    private const int Looks = 6000;
    private const int Milliseconds = 50;

    /// <summary>Waits until something holds.</summary>
    /// <param name="progress">A number that changes while there is progress towards it.</param>
    /// <param name="told">What is said where the wait was in vain.</param>
    /// <param name="isHopeless">Whether it can never hold any more; null where nobody can tell.</param>
    public static async Task UntilAsync(Func<bool> holds, Func<long> progress, Func<string> told, Func<bool>? isHopeless = null)
    {
        var (seen, idle) = (progress(), 0);
        while (!holds())
        {
            if (idle++ == Looks || (isHopeless?.Invoke() == true && !holds()))
            {
                throw new InvalidOperationException($"waited in vain: {told()}");
            }
            await Task.Delay(Milliseconds, TestContext.Current.CancellationToken);
            if (progress() is var now && now != seen)
            {
                (seen, idle) = (now, 0);
            }
        }
    }

    /// <summary>The bytes below a folder: grows while something is written there.</summary>
    public static long BytesBelow(string folder)
    {
        long bytes = 0;
        try
        {
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }))
            {
                bytes += file.Length + 1;
            }
        }
        catch (IOException)
        {
            // A file or folder that went meanwhile; the next look sees the rest.
        }
        return bytes;
    }
}
