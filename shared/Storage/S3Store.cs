using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.S3.Transfer;

namespace ParquetPool.Storage;

/// <summary>Amazon S3 and servers that speak its protocol.</summary>
internal sealed class S3Store(IAmazonS3 client) : ObjectStore
{
    private const int MostTries = 5;
    private const long PartBytes = 16 << 20;

    /// <summary>Region, endpoint and credentials as every AWS tool finds them.</summary>
    /// <remarks>
    /// Where an endpoint is given (<c>AWS_ENDPOINT_URL_S3</c>, <c>AWS_ENDPOINT_URL</c> or a profile's), the server is another than
    /// Amazon's: buckets are then named in the path, and checksums sent only where the protocol wants them.
    /// </remarks>
    public static S3Store FromEnvironment()
    {
        var config = new AmazonS3Config { MaxErrorRetry = MostTries - 1 };
        if (config.ServiceURL is not null)
        {
            Compatible(config);
        }
        try
        {
            return new S3Store(new AmazonS3Client(config));
        }
        catch (AmazonClientException)
        {
            throw new IOException("s3: neither a region nor an endpoint is known: set AWS_REGION, or AWS_ENDPOINT_URL for a server of your own");
        }
    }

    /// <summary>Sets what servers other than Amazon's need.</summary>
    internal static void Compatible(AmazonS3Config config)
    {
        config.ForcePathStyle = true;
        config.RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED;
        config.ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED;
    }

    protected override string Endpoint => "AWS_ENDPOINT_URL";

    protected override string Credentials => "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile or a role";

    protected override IEnumerable<StoredObject> ListCore(StorageAddress prefix, CancellationToken stopping)
    {
        var request = new ListObjectsV2Request { BucketName = prefix.Container, Prefix = prefix.Key };
        do
        {
            var page = client.ListObjectsV2Async(request, stopping).GetAwaiter().GetResult();
            foreach (var found in page.S3Objects ?? [])
            {
                yield return new StoredObject(this, prefix with { Key = found.Key }, found.Size ?? 0, Bare(found.ETag));
            }
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (request.ContinuationToken is not null);
    }

    protected override StoredObject? FindCore(StorageAddress address, CancellationToken stopping)
    {
        try
        {
            var found = client.GetObjectMetadataAsync(address.Container, address.Key, stopping).GetAwaiter().GetResult();
            return new StoredObject(this, address, found.ContentLength, Bare(found.ETag));
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound && e.ErrorCode != "NoSuchBucket")
        {
            return null;
        }
    }

    protected override (Stream Body, string ETag) ReadCore(StoredObject stored, long from, long count, CancellationToken stopping)
    {
        var request = new GetObjectRequest { BucketName = stored.Address.Container, Key = stored.Address.Key, EtagToMatch = $"\"{stored.ETag}\"" };
        if (from > 0 || count < stored.Bytes)
        {
            request.ByteRange = new ByteRange(from, from + count - 1);
        }
        var response = client.GetObjectAsync(request, stopping).GetAwaiter().GetResult();
        return (response.ResponseStream, Bare(response.ETag));
    }

    protected override void WriteCore(string file, StorageAddress to, bool isNew, CancellationToken stopping)
    {
        if (isNew)
        {
            client.PutObjectAsync(new PutObjectRequest { BucketName = to.Container, Key = to.Key, FilePath = file, IfNoneMatch = "*" }, stopping).GetAwaiter().GetResult();
            return;
        }
        using var transfer = new TransferUtility(client);
        transfer.UploadAsync(new TransferUtilityUploadRequest { BucketName = to.Container, Key = to.Key, FilePath = file, PartSize = PartBytes }, stopping).GetAwaiter().GetResult();
    }

    protected override void DeleteCore(StorageAddress address, CancellationToken stopping) =>
        client.DeleteObjectAsync(address.Container, address.Key, stopping).GetAwaiter().GetResult();

    protected override (int Status, string Code)? Answer(Exception failure) => failure switch
    {
        AmazonServiceException { StatusCode: > 0 } answer => ((int)answer.StatusCode, answer.ErrorCode ?? answer.StatusCode.ToString()),
        AmazonServiceException { InnerException: not null } => null,
        AmazonClientException { InnerException: null or AmazonClientException } => (0, "NoCredentials"),
        _ => null,
    };

    private static string Bare(string eTag) => eTag.Trim('"');
}
