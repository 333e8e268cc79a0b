using Azure;
using Azure.Core;
using Azure.Identity;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using ParquetPool.Errors;

namespace ParquetPool.Storage;

/// <summary>Azure Blob Storage and servers that speak its protocol.</summary>
internal sealed class AzureStore(BlobServiceClient client) : ObjectStore
{
    private const string ConnectionString = "AZURE_STORAGE_CONNECTION_STRING";
    private const string Account = "AZURE_STORAGE_ACCOUNT";
    private const int MostRetries = 4;
    private const long PartBytes = 16 << 20;

    /// <summary>The account of <c>AZURE_STORAGE_CONNECTION_STRING</c>, or <c>AZURE_STORAGE_ACCOUNT</c> with the credentials that every Azure tool finds.</summary>
    /// <exception cref="UsageException">No account is given, or it is malformed.</exception>
    public static AzureStore FromEnvironment()
    {
        var options = Options();
        try
        {
            return new AzureStore(Environment.GetEnvironmentVariable(ConnectionString) is { Length: > 0 } connection ? new BlobServiceClient(connection, options)
                : Environment.GetEnvironmentVariable(Account) is { Length: > 0 } account ? new BlobServiceClient(new Uri($"https://{account}.blob.core.windows.net"), new DefaultAzureCredential(), options)
                : throw new UsageException($"az: no account is known: set {ConnectionString}, or {Account} for a sign-in, a role or a managed identity"));
        }
        catch (Exception e) when (e is FormatException or UriFormatException or ArgumentException)
        {
            throw new UsageException($"az: {ConnectionString} or {Account} is not of the form that Azure gives out: copy it again"); // Without the cause: it may quote the key.
        }
    }

    /// <summary>How often a request is tried.</summary>
    internal static BlobClientOptions Options() => new() { Retry = { MaxRetries = MostRetries, Delay = TimeSpan.FromSeconds(0.2), MaxDelay = TimeSpan.FromSeconds(4), Mode = RetryMode.Exponential } };

    protected override string Endpoint => "the account";

    protected override string Credentials => $"{ConnectionString}, or {Account} with a sign-in, a role or a managed identity";

    protected override IEnumerable<StoredObject> ListCore(StorageAddress prefix, CancellationToken stopping) =>
        client.GetBlobContainerClient(prefix.Container).GetBlobs(BlobTraits.None, BlobStates.None, prefix.Key, cancellationToken: stopping)
            .Select(found => new StoredObject(this, prefix with { Key = found.Name }, found.Properties.ContentLength ?? 0, Bare(found.Properties.ETag!.Value)));

    protected override StoredObject? FindCore(StorageAddress address, CancellationToken stopping)
    {
        try
        {
            var found = Blob(address).GetProperties(cancellationToken: stopping).Value;
            return new StoredObject(this, address, found.ContentLength, Bare(found.ETag));
        }
        catch (RequestFailedException e) when (e.Status == 404 && e.ErrorCode != "ContainerNotFound")
        {
            return null;
        }
    }

    protected override (Stream Body, string ETag) ReadCore(StoredObject stored, long from, long count, CancellationToken stopping)
    {
        var conditions = new BlobRequestConditions { IfMatch = new ETag($"\"{stored.ETag}\"") };
        var response = Blob(stored.Address).DownloadStreaming(new BlobDownloadOptions { Range = count == 0 ? default : new HttpRange(from, count), Conditions = conditions }, stopping).Value;
        return (response.Content, Bare(response.Details.ETag));
    }

    protected override void WriteCore(string file, StorageAddress to, bool isNew, CancellationToken stopping) => Blob(to).Upload(
        file,
        new BlobUploadOptions
        {
            Conditions = isNew ? new BlobRequestConditions { IfNoneMatch = ETag.All } : null,
            TransferOptions = new StorageTransferOptions { InitialTransferSize = PartBytes, MaximumTransferSize = PartBytes, MaximumConcurrency = 2 },
        },
        stopping);

    protected override void DeleteCore(StorageAddress address, CancellationToken stopping) => Blob(address).DeleteIfExists(cancellationToken: stopping);

    protected override (int Status, string Code)? Answer(Exception failure) => failure switch
    {
        RequestFailedException { Status: > 0 } answer => (answer.Status, answer.ErrorCode ?? ""),
        CredentialUnavailableException => (0, "NoCredentials"),
        AuthenticationFailedException => (401, "no sign-in"),
        _ => null,
    };

    private BlobClient Blob(StorageAddress address) => client.GetBlobContainerClient(address.Container).GetBlobClient(address.Key);

    private static string Bare(ETag eTag) => eTag.ToString("G").Trim('"');
}
