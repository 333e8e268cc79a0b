using ParquetPool.Commands;
using ParquetPool.Storage;

namespace ParquetPool.Trainer.Training;

/// <summary>How far trainings one after another have come, kept now and then, for the run that follows one that was killed.</summary>
/// <remarks>In the file: the stage, which says what came of the trainings that have ended, then the epochs of the one at work.</remarks>
internal sealed class Checkpoints
{
    /// <summary>The least time between two writes within a training: a killed run loses about as much.</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(10);

    private readonly ProgressFile file;
    private readonly TimeProvider clock;
    private readonly TimeSpan every;
    private byte[] stage = [];
    private byte[] training = [];
    private long last;

    /// <summary>Reads what a killed run left.</summary>
    public Checkpoints(ProgressFile file, TimeProvider clock, TimeSpan every)
    {
        (this.file, this.clock, this.every, last) = (file, clock, every, clock.GetTimestamp());
        file.Resume(reader =>
        {
            var (before, at) = (reader.ReadInt32(), reader.ReadInt32());
            (stage, training) = (reader.ReadBytes(before), reader.ReadBytes(at));
        });
    }

    /// <summary>The checkpoints of a command, which says so where it goes on.</summary>
    public static Checkpoints Of(ProgressFile file, CommandContext context)
    {
        var found = new Checkpoints(file, context.Clock, Usual);
        if (found.stage.Length + found.training.Length > 0)
        {
            context.Progress.Say("a run that was killed is gone on from");
        }
        return found;
    }

    /// <summary>Reads the stage of a killed run, if it had reached one.</summary>
    public void Entered(Action<BinaryReader> read) => Read(stage, read);

    /// <summary>Reads how far a killed run had come in the training that begins, if it had begun it.</summary>
    public void Resume(Action<BinaryReader> read) => Read(training, read);

    /// <summary>A training has ended: what came of it.</summary>
    public void Enter(Action<BinaryWriter> write)
    {
        (stage, training) = (Bytes(write), []);
        Keep();
    }

    /// <summary>Keeps how far the training has come, if it is time.</summary>
    public void Keep(Action<BinaryWriter> write)
    {
        if (clock.GetElapsedTime(last) >= every)
        {
            training = Bytes(write);
            Keep();
        }
    }

    private void Keep()
    {
        file.Keep(writer =>
        {
            writer.Write(stage.Length);
            writer.Write(training.Length);
            writer.Write(stage);
            writer.Write(training);
        });
        last = clock.GetTimestamp();
    }

    private static void Read(byte[] bytes, Action<BinaryReader> read)
    {
        if (bytes.Length > 0)
        {
            using var reader = new BinaryReader(new MemoryStream(bytes));
            read(reader);
        }
    }

    private static byte[] Bytes(Action<BinaryWriter> write)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        write(writer);
        writer.Flush();
        return stream.ToArray();
    }
}
