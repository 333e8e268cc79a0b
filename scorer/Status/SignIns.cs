using System.Net;
using Microsoft.Extensions.Logging;

namespace ParquetPool.Scorer.Status;

/// <summary>Lets people in one after another, and makes each wrong token wait, so that nobody tries many. All are logged.</summary>
internal sealed class SignIns(AccessToken token, TimeProvider clock, ILogger log) : IDisposable
{
    /// <summary>The most that wait for their turn; others are turned away at once.</summary>
    private const int MostWaiting = 8;

    private static readonly TimeSpan Wrong = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim turn = new(1);
    private int waiting;

    /// <summary>Whether the token is right; null where too many try at a time.</summary>
    /// <param name="isRepeated">Whether the token comes with every request, so that a right one is no news.</param>
    public async Task<bool?> TryAsync(string given, IPAddress? from, CancellationToken gone, bool isRepeated = false)
    {
        if (Interlocked.Increment(ref waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref waiting);
            log.SignInTurnedAway($"{from}");
            return null;
        }
        try
        {
            await turn.WaitAsync(gone);
            try
            {
                if (token.Is(given))
                {
                    if (!isRepeated)
                    {
                        log.SignedIn($"{from}");
                    }
                    return true;
                }
                log.SignInWrong($"{from}");
                await Task.Delay(Wrong, clock, gone);
                return false;
            }
            finally
            {
                turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();
}
