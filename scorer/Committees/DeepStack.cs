using System.Runtime.ExceptionServices;

namespace ParquetPool.Scorer.Committees;

/// <summary>Runs what calls itself once for every operator of a model.</summary>
internal static class DeepStack
{
    private const int Bytes = 256 << 20; // Taken only as far as it is used.

    public static T Run<T>(Func<T> work)
    {
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    result = work();
                }
                catch (Exception e)
                {
                    failure = ExceptionDispatchInfo.Capture(e);
                }
            },
            Bytes);
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }
}
