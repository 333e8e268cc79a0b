using ParquetPool.Storage;

namespace ParquetPool.Engine;

/// <summary>Tells what failed when a query's rows are written: the output, or what is read.</summary>
internal static class EngineGuard
{
    /// <summary>Does the work.</summary>
    /// <param name="output">The file that is written, and beside which is spilled.</param>
    /// <param name="unreadable">What to say of all that is not about the output's room.</param>
    /// <exception cref="IOException">There is no room for the output.</exception>
    public static T Run<T>(string output, Func<T> work, Func<DuckDbException, Exception> unreadable)
    {
        try
        {
            return work();
        }
        catch (DuckDbException refused) when (refused.IsAboutRoom)
        {
            throw WholeFile.Unwritable(output, refused.Reason, refused);
        }
        catch (DuckDbException refused)
        {
            throw unreadable(refused);
        }
    }
}
