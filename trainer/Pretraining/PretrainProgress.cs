using ParquetPool.Storage;

namespace ParquetPool.Trainer.Pretraining;

/// <summary>What a killed run leaves for the next: the directions after its last pass, in a file beside the rounds.</summary>
/// <param name="path">Of the file.</param>
/// <param name="key">All that decides the directions; a file with another key is not gone on from.</param>
internal sealed class PretrainProgress(string path, string key)
{
    public const string FileName = "pretrain.progress";

    /// <summary>Takes the directions from the file, if it is of the same run.</summary>
    public bool Resume(LatentDirections directions, int numbers)
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
            double[] explained = [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => reader.ReadDouble())];
            double[] values = [.. Enumerable.Range(0, numbers).Select(_ => reader.ReadDouble())];
            directions.Resume(values, explained);
            return true;
        }
        catch (Exception e) when (e is IOException or FormatException)
        {
            return false;
        }
    }

    /// <summary>Keeps the directions after a pass.</summary>
    public void Keep(LatentDirections directions) => WholeFile.Write(path, stream =>
    {
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write(key);
        writer.Write(directions.Explained.Count);
        foreach (var number in directions.Explained.Concat(directions.Values))
        {
            writer.Write(number);
        }
    });

    /// <summary>Takes the file away.</summary>
    public void End() => File.Delete(path);
}
