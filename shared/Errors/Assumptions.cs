namespace ParquetPool.Errors;

/// <summary>What a command takes for granted of its inputs though it may be otherwise: whoever runs it is told each once.</summary>
public static class Assumptions
{
    private static readonly AsyncLocal<Action<string>?> OfRun = new();

    /// <summary>Says who is told during the run that goes on from here.</summary>
    public static void TellTo(Action<string> listener)
    {
        var told = new HashSet<string>(StringComparer.Ordinal);
        OfRun.Value = assumption =>
        {
            lock (told)
            {
                if (told.Add(assumption))
                {
                    listener(assumption);
                }
            }
        };
    }

    public static void Tell(string assumption) => OfRun.Value?.Invoke(assumption);
}
