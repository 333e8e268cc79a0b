namespace ParquetPool.Scorer.Neighbours;

/// <summary>Runs the same work on several threads of their own.</summary>
internal static class Workers
{
    /// <summary>Returns when all have ended; the first failure stops the others and is thrown.</summary>
    /// <param name="work">Gets the worker's number from 0, and the word to stop.</param>
    public static void Run(int count, Action<int, CancellationToken> work, CancellationToken stopping)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Exception? failure = null;
        void Guarded(int number)
        {
            try
            {
                work(number, stop.Token);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref failure, e, null);
                stop.Cancel();
            }
        }
        Task.WaitAll([.. Enumerable.Range(0, count).Select(number =>
            Task.Factory.StartNew(() => Guarded(number), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))], CancellationToken.None);
        if (failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }
}
