using System.Text;
using ParquetPool.Errors;

namespace ParquetPool.Scorer.Jobs;

/// <summary>The first line of a file that only the service may read.</summary>
internal static class Secret
{
    private const int Least = 16;
    private const int Most = 4096;

    /// <exception cref="DataException">There is none, or it is too short or too long.</exception>
    public static string Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var start = new byte[Most];
            using var text = new StreamReader(new MemoryStream(start, 0, file.ReadAtLeast(start, Most, throwOnEndOfStream: false))); // Knows the marks that editors put before texts.
            var line = text.ReadLine() ?? "";
            var secret = line.Trim();
            return secret.Length < Least ? throw new DataException($"{path} holds a secret of {secret.Length} characters, expected at least {Least} in its first line: write a longer one")
                : Encoding.UTF8.GetByteCount(line) < Most - Encoding.UTF8.Preamble.Length ? secret
                : throw new DataException($"{path} holds a first line of {Most} bytes or more, expected a secret: name the file that holds one");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"cannot read the secret in {path}: {e.Message.TrimEnd('.')}", e);
        }
    }

    /// <summary>Whether other users of the machine can read a file. Of what lies behind a link, that counts.</summary>
    public static bool IsOpen(string path)
    {
        var file = new FileInfo(path);
        var real = file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true);
        return !OperatingSystem.IsWindows() && real is { Exists: true } && (real.UnixFileMode & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) != 0;
    }
}
