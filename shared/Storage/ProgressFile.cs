using System.Security.Cryptography;
using System.Text;

namespace ParquetPool.Storage;

/// <summary>What a killed run leaves for the next, in one file: a SHA-256, then what it is of.</summary>
/// <param name="path">Of the file.</param>
/// <param name="key">All that decides what is in it; a file with another key is not gone on from.</param>
public sealed class ProgressFile(string path, string key)
{
    /// <summary>The file of a command that publishes a round: in the task's folder, or in the cache where that is in an object store.</summary>
    /// <param name="models">The registry's folder or address.</param>
    public static string PathOf(string command, string models, string task)
    {
        var folder = StorageAddress.Join(models, task);
        return Path.Combine(
            StorageAddress.IsRemote(folder) ? Path.Combine(StoredFiles.Cache.Folder, "progress", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..40]) : folder,
            command + ".progress");
    }

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
    public void Keep(Action<BinaryWriter> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        WholeFile.Write(path, stream =>
        {
            using var content = new MemoryStream();
            using var writer = new BinaryWriter(content, Encoding.UTF8);
            writer.Write(key);
            write(writer);
            writer.Flush();
            stream.Write(SHA256.HashData(content.GetBuffer().AsSpan(0, (int)content.Length)));
            stream.Write(content.GetBuffer().AsSpan(0, (int)content.Length));
        });
    }

    /// <summary>Takes the file away.</summary>
    public void End()
    {
        if (File.Exists(path))
        {
            File.Delete(path);
        }
    }
}
