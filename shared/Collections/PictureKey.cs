using System.Globalization;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using ParquetPool.Contract;
using ParquetPool.Decoding;

namespace ParquetPool.Collections;

/// <summary>What decides the rows of a collection: how rows are made, and every picture with its name, its label and the hash of its bytes.</summary>
internal sealed class PictureKey : IDisposable
{
    // Another number where the same pictures become other rows than before.
    private const int Making = 1;

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public PictureKey(PictureOptions options, EncodedColumn? encoded, IEnumerable<string> classes)
    {
        Settings = Short(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Making} {options.Shape} {options.Fit} {encoded?.Sha256}{(options.Pixels is { } pixels ? $" {pixels.ToJson()}" : "")}"))));
        Add([Settings, encoded?.Encoder ?? "", .. classes]);
    }

    /// <summary>Of how rows are made alone.</summary>
    public string Settings { get; }

    /// <summary>The hash of a picture's bytes, and the bytes; or why it has none.</summary>
    public static (UInt128 Hash, byte[] Bytes, UnusablePictureException? Fault) Look(FoundPicture picture)
    {
        try
        {
            var bytes = picture.Read();
            return (XxHash128.HashToUInt128(bytes), bytes, null);
        }
        catch (UnusablePictureException unusable)
        {
            return (0, [], unusable);
        }
    }

    public void Add(FoundPicture picture, string? split, UInt128 content, UnusablePictureException? fault) =>
        Add([picture.Id, picture.Path, picture.Label ?? "", split ?? "", content.ToString("x32", CultureInfo.InvariantCulture), fault?.Message ?? ""]);

    /// <summary>Of all that was added, in its order.</summary>
    public string Value() => Short(hash.GetCurrentHash());

    public void Dispose() => hash.Dispose();

    private static string Short(byte[] bytes) => Convert.ToHexStringLower(bytes)[..40];

    private void Add(IEnumerable<string> parts) => hash.AppendData(Encoding.UTF8.GetBytes(string.Join('\0', parts) + '\n'));
}
