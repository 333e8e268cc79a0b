using System.Buffers.Binary;
using System.Text;
using ParquetPool.Trainer.Reports;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Tests.Reports;

public sealed class TensorBoardLogTests
{
    [Fact]
    public void AnEventFileBeginsAsTensorFlowsDoAndHasAFrameAnEpoch()
    {
        var bytes = TensorBoardLog.Of([new Epoch(1, 0.01f, 1.5, 1.25, 0.5), new Epoch(300, 0.001f, 0.5, 0.75, 0.875)]);

        bytes[..12].Should().Equal([0x18, 0, 0, 0, 0, 0, 0, 0, 0xa3, 0x7f, 0x4b, 0x22], "every file of TensorFlow's begins so: 24 and its masked CRC-32C");
        var frames = Frames(bytes);
        frames.Should().HaveCount(3);
        Encoding.ASCII.GetString(frames[0]).Should().Contain("brain.Event:2");
        foreach (var tag in new[] { "loss/train", "loss/holdout", "accuracy/holdout", "learning_rate" })
        {
            Encoding.ASCII.GetString(frames[2]).Should().Contain(tag);
        }
        BinaryPrimitives.ReadDoubleLittleEndian(frames[2].AsSpan(1)).Should().Be(300);
        frames[2][9..12].Should().Equal(0x10, 0xac, 0x02); // Step 300.
        frames[2].AsSpan().IndexOf((byte[])[0x15, .. BitConverter.GetBytes(0.875f)]).Should().BePositive("the accuracy is there as a simple value");
    }

    private static List<byte[]> Frames(byte[] file)
    {
        var frames = new List<byte[]>();
        for (var at = 0; at < file.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at));
            frames.Add(file[(at + 12)..(at + 12 + length)]);
            at += 16 + length;
        }
        return frames;
    }
}
