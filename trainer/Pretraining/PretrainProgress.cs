using System.Text;
using ParquetPool.Storage;

namespace ParquetPool.Trainer.Pretraining;

/// <summary>What a killed run leaves for the next, in a file beside the rounds.</summary>
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
            using var reader = new BinaryReader(File.OpenRead(path));
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
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(key);
        write(writer);
    });

    /// <summary>Takes the file away.</summary>
    public void End() => File.Delete(path);
}
