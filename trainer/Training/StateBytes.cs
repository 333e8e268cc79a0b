using System.Runtime.InteropServices;
using ParquetPool.Trainer.Optimisers;

namespace ParquetPool.Trainer.Training;

/// <summary>States and epochs as bytes, for <see cref="Checkpoints"/>.</summary>
internal static class StateBytes
{
    public static void Write(this BinaryWriter writer, TrainingState state)
    {
        writer.Write(state.Values);
        writer.Write(state.First);
        writer.Write(state.Second);
        writer.Write(state.Steps);
        writer.Write(state.Epochs);
        writer.Write(state.Averages);
        writer.Write(state.AveragedFrom ?? -1);
        writer.Write((int)state.Optimiser);
    }

    public static TrainingState ReadState(this BinaryReader reader) => new(reader.ReadArrays(), reader.ReadArrays(), reader.ReadArrays(), reader.ReadInt32(), reader.ReadInt32())
    {
        Averages = reader.ReadArrays(),
        AveragedFrom = reader.ReadInt32() is >= 0 and var from ? from : null,
        Optimiser = (OptimiserKind)reader.ReadInt32(),
    };

    /// <summary>Epochs of labels alone.</summary>
    public static void Write(this BinaryWriter writer, IReadOnlyList<Epoch> epochs)
    {
        writer.Write(epochs.Count);
        foreach (var epoch in epochs)
        {
            writer.Write(epoch.Number);
            writer.Write(epoch.LearningRate);
            writer.Write(epoch.TrainLoss);
            writer.Write(epoch.HoldoutLoss);
            writer.Write(epoch.HoldoutAccuracy);
        }
    }

    public static Epoch[] ReadEpochs(this BinaryReader reader) =>
        [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => new Epoch(reader.ReadInt32(), reader.ReadSingle(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble()))];

    public static void Write(this BinaryWriter writer, IReadOnlyDictionary<string, float[]> arrays)
    {
        writer.Write(arrays.Count);
        foreach (var (name, values) in arrays)
        {
            writer.Write(name);
            writer.Write(values.Length);
            writer.Write(MemoryMarshal.AsBytes<float>(values));
        }
    }

    public static Dictionary<string, float[]> ReadArrays(this BinaryReader reader)
    {
        var arrays = new Dictionary<string, float[]>();
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var (name, values) = (reader.ReadString(), new float[reader.ReadInt32()]);
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
            arrays[name] = values;
        }
        return arrays;
    }
}
