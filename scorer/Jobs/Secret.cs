using ParquetPool.Commands;

namespace ParquetPool.Scorer.Jobs;

/// <summary>The first line of a file that only the service may read.</summary>
internal static class Secret
{
    private const int Least = 16;

    /// <exception cref="DataException">There is none, or it is too short.</exception>
    public static string Read(string path)
    {
        try
        {
            var secret = File.ReadLines(path).FirstOrDefault()?.Trim() ?? "";
            return secret.Length >= Least
                ? secret
                : throw new DataException($"{path} holds a secret of {secret.Length} characters, expected at least {Least} in its first line: write a longer one");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"cannot read the secret in {path}: {e.Message.TrimEnd('.')}", e);
        }
    }
}
