using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Reports;

/// <summary>The epochs of a training as an event file of TensorBoard.</summary>
/// <remarks>
/// TFRecord frames (https://www.tensorflow.org/tutorials/load_data/tfrecord) of Event messages (event.proto, summary.proto of tensorflow). The wall time of
/// an epoch is its number, so that the same training writes the same bytes: show curves by step.
/// </remarks>
internal static class TensorBoardLog
{
    /// <summary>TensorBoard knows its files by the word in the middle.</summary>
    public const string FileName = "events.out.tfevents.0.trainer";

    private const uint MaskDelta = 0xa282ead8;

    public static byte[] Of(IReadOnlyList<Epoch> history)
    {
        using var file = new MemoryStream();
        WriteFrame(file, [.. Number(1, 0.0), .. Field(3, "brain.Event:2"u8)]);
        foreach (var epoch in history)
        {
            (string Tag, double Value)[] values = [("loss/train", epoch.TrainLoss), ("loss/holdout", epoch.HoldoutLoss), ("accuracy/holdout", epoch.HoldoutAccuracy), ("learning_rate", epoch.LearningRate)];
            byte[] summary = [.. values.SelectMany(of => Field(1, [.. Field(1, Encoding.UTF8.GetBytes(of.Tag)), .. Number(2, (float)of.Value)]))];
            WriteFrame(file, [.. Number(1, (double)epoch.Number), .. Varint(2 << 3), .. Varint((ulong)epoch.Number), .. Field(5, summary)]);
        }
        return file.ToArray();
    }

    /// <summary>Length, its checksum, bytes, their checksum.</summary>
    private static void WriteFrame(MemoryStream file, byte[] bytes)
    {
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        Span<byte> sum = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)bytes.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(sum, MaskedSum(length));
        file.Write(length);
        file.Write(sum);
        BinaryPrimitives.WriteUInt32LittleEndian(sum, MaskedSum(bytes));
        file.Write(bytes);
        file.Write(sum);
    }

    /// <summary>CRC-32C, turned and shifted as TFRecord has it.</summary>
    private static uint MaskedSum(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        foreach (var value in bytes)
        {
            sum = BitOperations.Crc32C(sum, value);
        }
        return BitOperations.RotateRight(~sum, 15) + MaskDelta;
    }

    private static byte[] Field(int number, ReadOnlySpan<byte> bytes) => [.. Varint(((ulong)number << 3) | 2), .. Varint((ulong)bytes.Length), .. bytes];

    private static byte[] Number(int number, double value)
    {
        var bytes = new byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        return [.. Varint(((ulong)number << 3) | 1), .. bytes];
    }

    private static byte[] Number(int number, float value)
    {
        var bytes = new byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        return [.. Varint(((ulong)number << 3) | 5), .. bytes];
    }

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }
        bytes.Add((byte)value);
        return [.. bytes];
    }
}
