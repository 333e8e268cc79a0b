using System.Security.Cryptography;
using System.Text;
using ParquetPool.Storage;

namespace ParquetPool.Trainer.Labels;

/// <summary>One trainer at a time takes in a task's labels and publishes its rounds; the operating system frees the lock of one that dies.</summary>
/// <remarks>Object stores have no such locks: for an address it holds on this machine, among trainers with one cache folder.</remarks>
internal sealed class TaskLock : IDisposable
{
    private readonly FileStream file;

    /// <param name="folder">The folder of the task's labels, or its address.</param>
    /// <exception cref="IOException">Another trainer has the lock, or the folder cannot be made or written.</exception>
    public TaskLock(string folder)
    {
        var path = StorageAddress.IsRemote(folder)
            ? Path.Combine(StoredFiles.Cache.Folder, "locks", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..40])
            : Path.Combine(folder, "lock");
        WholeFile.Guard(Path.GetDirectoryName(path)!, () => Directory.CreateDirectory(Path.GetDirectoryName(path)!));
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            TemporaryFile.RemoveFrom(Path.GetDirectoryName(path)!); // What a killed trainer left there.
        }
        catch (IOException e)
        {
            throw new IOException($"{folder} is held by another trainer ({path}), expected none at work on this task: wait for it or stop it", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
