using System.Security.Cryptography;
using System.Text;
using ParquetPool.Scorer.Jobs;

namespace ParquetPool.Scorer.Status;

/// <summary>The secret that opens the status page. Only its hash is kept.</summary>
internal sealed class AccessToken
{
    private readonly byte[] hash;

    private AccessToken(string token) => hash = Hash(token);

    /// <summary>Reads the first line of a file.</summary>
    /// <exception cref="Errors.DataException">There is none, or it is too short.</exception>
    public static AccessToken Read(string path) => new(Secret.Read(path));

    /// <summary>Whether this is the token; takes as long for any.</summary>
    public bool Is(string token) => CryptographicOperations.FixedTimeEquals(hash, Hash(token));

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
