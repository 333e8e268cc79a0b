using System.Net.Sockets;
using ParquetPool.Errors;

namespace ParquetPool.Storage;

/// <summary>What is asked of an object store. Thread-safe.</summary>
/// <remarks>
/// Answers 500 and 503, refused and reset connections are tried again by the stores' own clients. What fails then is one line that names the
/// address, what the server said and what to do, and nothing that came with the credentials: a <see cref="DataException"/> where the
/// bucket, the container or the object is not what it must be, otherwise an <see cref="IOException"/>.
/// </remarks>
public abstract class ObjectStore
{
    private static readonly Lazy<ObjectStore> S3 = new(() => S3Store.FromEnvironment());
    private static readonly Lazy<ObjectStore> Azure = new(() => AzureStore.FromEnvironment());

    /// <summary>The store of an address, with the credentials that its own chain finds.</summary>
    /// <exception cref="UsageException">Nothing says where the server is, or it is malformed.</exception>
    public static ObjectStore Of(StorageAddress address) => (address.Scheme == StorageAddress.S3 ? S3 : Azure).Value;

    /// <summary>The variables that say where the server is.</summary>
    protected abstract string Endpoint { get; }

    /// <summary>Where the credentials come from.</summary>
    protected abstract string Credentials { get; }

    /// <summary>All objects whose address starts so, ordered by key.</summary>
    public IReadOnlyList<StoredObject> List(StorageAddress prefix, CancellationToken stopping = default) =>
        Guard(prefix, () => ListCore(prefix, stopping).OrderBy(o => o.Address.Key, StringComparer.Ordinal).ToList(), stopping);

    /// <summary>The object as it is now; null where there is none.</summary>
    public StoredObject? Find(StorageAddress address, CancellationToken stopping = default) => Guard(address, () => FindCore(address, stopping), stopping);

    /// <summary>The object's bytes from a place on.</summary>
    /// <param name="count">The bytes wanted; the stream may go on behind them.</param>
    /// <exception cref="DataException">The object is another version by now, or gone.</exception>
    public Stream Read(StoredObject stored, long from, long count, CancellationToken stopping = default) => Guard(
        stored.Address,
        () =>
        {
            var (body, eTag) = ReadCore(stored, from, count, stopping);
            if (eTag == stored.ETag)
            {
                return body;
            }
            body.Dispose();
            throw Changed(stored.Address);
        },
        stopping);

    /// <summary>Writes a file, in parts where it is large; the object is seen when it is whole.</summary>
    /// <param name="isNew">Fails where the object is there already.</param>
    public void Write(string file, StorageAddress to, bool isNew = false, CancellationToken stopping = default) => Guard(
        to,
        () =>
        {
            WriteCore(file, to, isNew, stopping);
            return 0;
        },
        stopping,
        isNew);

    /// <summary>Removes an object, if it is there.</summary>
    public void Delete(StorageAddress address, CancellationToken stopping = default) => Guard(
        address,
        () =>
        {
            DeleteCore(address, stopping);
            return 0;
        },
        stopping);

    protected abstract IEnumerable<StoredObject> ListCore(StorageAddress prefix, CancellationToken stopping);

    protected abstract StoredObject? FindCore(StorageAddress address, CancellationToken stopping);

    protected abstract (Stream Body, string ETag) ReadCore(StoredObject stored, long from, long count, CancellationToken stopping);

    protected abstract void WriteCore(string file, StorageAddress to, bool isNew, CancellationToken stopping);

    protected abstract void DeleteCore(StorageAddress address, CancellationToken stopping);

    /// <summary>The server's answer in an exception: its status, 0 for none, and its error code; null where it is no answer of the store.</summary>
    protected abstract (int Status, string Code)? Answer(Exception failure);

    protected static DataException Changed(StorageAddress address) =>
        new($"{address} was changed or removed while it was read: start the command again");

    private T Guard<T>(StorageAddress address, Func<T> work, CancellationToken stopping, bool isNew = false)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is not (DataException or UsageException) && !(e is OperationCanceledException && stopping.IsCancellationRequested))
        {
            throw Failure(address, e, isNew) ?? e;
        }
    }

    private Exception? Failure(StorageAddress address, Exception failure, bool isNew) => Answer(failure) switch
    {
        (_, "NoSuchBucket" or "ContainerNotFound") => new DataException($"{address.Root}: no such {address.ContainerKind}: check its name and {Endpoint}", failure),
        (409 or 412, _) when isNew => new DataException($"{address} is there already, expected it to be new: another run wrote it, start the command again", failure),
        (404 or 412, _) => Changed(address),
        (401 or 403, var code) => new AccessRefusedException($"{address}: the server refuses the credentials ({code}): check {Credentials}, and what they may do", failure),
        (301 or 307, _) => new IOException($"{address}: the {address.ContainerKind} is in another region: set AWS_REGION to it", failure),
        ( > 0 and var status, var code) => new IOException($"{address}: the server answers {status} ({code}), again and again: try later", failure),
        (_, "NoCredentials") => new IOException($"{address}: no credentials are found: set {Credentials}", failure),
        _ when Network(failure) is { } reason => new IOException($"{address}: the server cannot be reached ({reason}): check {Endpoint} and the network", failure),
        _ => null,
    };

    /// <summary>What the network said, innermost; null where it said nothing.</summary>
    private static string? Network(Exception failure)
    {
        var chain = new List<Exception>();
        for (var e = failure; e is not null; e = e is AggregateException all ? all.InnerExceptions[^1] : e.InnerException)
        {
            chain.Add(e);
        }
        return chain.OfType<SocketException>().LastOrDefault() is { } socket ? socket.SocketErrorCode.ToString()
            : chain.Any(e => e is TimeoutException or OperationCanceledException) ? "no answer in time"
            : chain.Any(e => e is HttpRequestException or IOException) ? "the connection broke"
            : null;
    }
}

/// <summary>One version of an object.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="ETag">Another one for every version, without quotes.</param>
public sealed record StoredObject(ObjectStore Store, StorageAddress Address, long Bytes, string ETag);

/// <summary>An object store does not let these credentials do what was asked.</summary>
internal sealed class AccessRefusedException(string message, Exception cause) : IOException(message, cause);
