using System.Security.Cryptography;
using System.Text;
using ParquetPool.Storage;

namespace ParquetPool.Trainer.Pretraining;

/// <summary>What a killed run leaves for the next, in a file beside the rounds: a SHA-256, then what it is of.</summary>
/// <param name="path">Of the file.</param>
/// <param name="key">All that decides what is in it; a file with another key is not gone on from.</param>
internal sealed class PretrainProgress(string path, string key)
{
    public const string FileName = "pretrain.progress";

    /// <summary>Reads the file, if it is of the same run.</summary>
    /// <param name="read">Given what <see cref="Keep"/> had written.</param>
    public bool Resume(Action<BinaryReader> read)
    {
        if (!File.Exists(path))
        {
            return false;
        }
        try
        {
            var bytes = File.ReadAllBytes(path);
            // What a bad disk changed is not gone on from.
            if (bytes.Length < SHA256.HashSizeInBytes || !SHA256.HashData(bytes.AsSpan(SHA256.HashSizeInBytes)).AsSpan().SequenceEqual(bytes.AsSpan(0, SHA256.HashSizeInBytes)))
            {
                return false;
            }
            using var reader = new BinaryReader(new MemoryStream(bytes, SHA256.HashSizeInBytes, bytes.Length - SHA256.HashSizeInBytes));
            if (reader.ReadString() != key)
            {
                return false;
            }
            read(reader);
            return true;
        }
        catch (Exception e) when (e is IOException or FormatException)
        {
            return false;
        }
    }

    /// <summary>Keeps how far the run has come.</summary>
    public void Keep(Action<BinaryWriter> write) => WholeFile.Write(path, stream =>
    {
        using var content = new MemoryStream();
        using var writer = new BinaryWriter(content, Encoding.UTF8);
        writer.Write(key);
        write(writer);
        writer.Flush();
        stream.Write(SHA256.HashData(content.GetBuffer().AsSpan(0, (int)content.Length)));
        stream.Write(content.GetBuffer().AsSpan(0, (int)content.Length));
    });

    /// <summary>Takes the file away.</summary>
    public void End() => File.Delete(path);
}
