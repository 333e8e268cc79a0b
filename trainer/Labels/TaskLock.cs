namespace ParquetPool.Trainer.Labels;

/// <summary>One trainer at a time takes in a task's labels and publishes its rounds; the operating system frees the lock of one that dies.</summary>
public sealed class TaskLock : IDisposable
{
    private readonly FileStream file;

    /// <exception cref="IOException">Another trainer has the lock, or the folder cannot be made or written.</exception>
    public TaskLock(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, "lock");
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new IOException($"{path} is held by another trainer, expected none at work on this task: wait for it or stop it", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
