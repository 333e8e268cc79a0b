using System.Runtime.InteropServices;
using ParquetPool.Storage;

namespace ParquetPool.Commands;

/// <summary>Ends a process that was told to stop and goes on: a library at work, a pipe that nobody writes and a disk that hangs hear no <see cref="CancellationToken"/>.</summary>
/// <remarks>What it leaves is what a kill leaves, less the temporary files: every output is whole, old or new.</remarks>
internal static partial class Overdue
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.2);
    private static readonly TimeSpan PatienceOfServed = TimeSpan.FromSeconds(0.5); // Whoever serves it waits for it, and is waited for.
    private static readonly TimeSpan LastWork = TimeSpan.FromSeconds(0.3);

    /// <summary>Watches until disposed.</summary>
    /// <param name="served">Whether a service started the process.</param>
    /// <param name="code">Of the exit.</param>
    /// <param name="say">Says that the command was stopped.</param>
    public static IDisposable Watch(bool served, int code, Action say, CancellationToken stopping)
    {
        var ended = new ManualResetEventSlim();
        var told = stopping.Register(() => new Thread(() =>
        {
            if (!ended.Wait(served ? PatienceOfServed : Patience))
            {
                Try(TemporaryFile.RemoveOwn); // The disk may be what hangs,
                Try(say); // or whoever should read what is said.
                Exit(code);
            }
        })
        {
            IsBackground = true,
        }.Start());
        return new Watched(ended, told);
    }

    private static void Try(Action work)
    {
        var thread = new Thread(() => work()) { IsBackground = true };
        thread.Start();
        thread.Join(LastWork);
    }

    /// <summary>At once: what runs at an ordinary exit would wait for the very threads that do not end.</summary>
    private static void Exit(int code)
    {
        if (OperatingSystem.IsWindows())
        {
            Environment.Exit(code);
        }
        ExitNow(code);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitNow(int code);

    private sealed class Watched(ManualResetEventSlim ended, CancellationTokenRegistration told) : IDisposable
    {
        public void Dispose()
        {
            ended.Set();
            told.Dispose();
        }
    }
}
