using System.Security.Cryptography;
using System.Text;
using ParquetPool.Commands;

namespace ParquetPool.Scorer.Status;

/// <summary>The secret that opens the status page. Only its hash is kept.</summary>
internal sealed class AccessToken
{
    private const int Least = 16;
    private readonly byte[] hash;

    private AccessToken(string token) => hash = Hash(token);

    /// <summary>Reads the first line of a file.</summary>
    /// <exception cref="DataException">There is none, or it is too short.</exception>
    public static AccessToken Read(string path)
    {
        try
        {
            var token = File.ReadLines(path).FirstOrDefault()?.Trim() ?? "";
            return token.Length >= Least
                ? new AccessToken(token)
                : throw new DataException($"{path} holds a token of {token.Length} characters, expected at least {Least} in its first line: write a longer one");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"cannot read the token file {path}: {e.Message.TrimEnd('.')}", e);
        }
    }

    /// <summary>Whether this is the token; takes as long for any.</summary>
    public bool Is(string token) => CryptographicOperations.FixedTimeEquals(hash, Hash(token));

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
