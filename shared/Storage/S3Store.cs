using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using ParquetPool.Errors;

namespace ParquetPool.Storage;

/// <summary>Amazon S3 and servers that speak its protocol.</summary>
internal sealed class S3Store(IAmazonS3 client) : ObjectStore
{
    private const int MostTries = 5;
    private const long PartBytes = 16 << 20;
    private const int MostParts = 9_000;

    /// <summary>Region, endpoint and credentials as every AWS tool finds them.</summary>
    /// <remarks>
    /// Where an endpoint is given (<c>AWS_ENDPOINT_URL_S3</c>, <c>AWS_ENDPOINT_URL</c> or a profile's), the server is another than
    /// Amazon's: buckets are then named in the path, and checksums sent only where the protocol wants them.
    /// </remarks>
    /// <exception cref="UsageException">Neither region nor endpoint is given.</exception>
    public static S3Store FromEnvironment()
    {
        try
        {
            return new S3Store(new AmazonS3Client(new AmazonS3Config().ServiceURL is { } endpoint ? Compatible(endpoint) : new AmazonS3Config { MaxErrorRetry = MostTries - 1 }));
        }
        catch (AmazonClientException)
        {
            throw new UsageException("s3: neither a region nor an endpoint is known: set AWS_REGION, or AWS_ENDPOINT_URL for a server of your own");
        }
    }

    /// <summary>What servers other than Amazon's need.</summary>
    internal static AmazonS3Config Compatible(string endpoint) => new()
    {
        ServiceURL = endpoint,
        AuthenticationRegion = FallbackRegionFactory.GetRegionEndpoint(includeInstanceMetadata: false)?.SystemName ?? "us-east-1",
        ForcePathStyle = true,
        RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
        ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        MaxErrorRetry = MostTries - 1,
    };

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

    /// <remarks>Bodies are signed whole, not in chunks: not every server knows the encoding of those.</remarks>
    protected override void WriteCore(string file, StorageAddress to, bool isNew, CancellationToken stopping)
    {
        var bytes = new FileInfo(file).Length;
        if (bytes > PartBytes && !isNew)
        {
            WriteParts(file, bytes, to, stopping);
            return;
        }
        var request = new PutObjectRequest { BucketName = to.Container, Key = to.Key, FilePath = file, UseChunkEncoding = false, IfNoneMatch = isNew ? "*" : null };
        client.PutObjectAsync(request, stopping).GetAwaiter().GetResult();
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

    private void WriteParts(string file, long bytes, StorageAddress to, CancellationToken stopping)
    {
        var upload = client.InitiateMultipartUploadAsync(to.Container, to.Key, stopping).GetAwaiter().GetResult().UploadId;
        try
        {
            var size = Math.Max(PartBytes, (bytes / MostParts) + 1);
            var parts = new List<PartETag>();
            for (long from = 0; from < bytes; from += size)
            {
                var part = new UploadPartRequest
                {
                    BucketName = to.Container,
                    Key = to.Key,
                    UploadId = upload,
                    PartNumber = parts.Count + 1,
                    FilePath = file,
                    FilePosition = from,
                    PartSize = Math.Min(size, bytes - from),
                    UseChunkEncoding = false,
                };
                parts.Add(new PartETag { PartNumber = part.PartNumber, ETag = client.UploadPartAsync(part, stopping).GetAwaiter().GetResult().ETag });
            }
            var whole = new CompleteMultipartUploadRequest { BucketName = to.Container, Key = to.Key, UploadId = upload, PartETags = parts };
            client.CompleteMultipartUploadAsync(whole, stopping).GetAwaiter().GetResult();
        }
        catch
        {
            Abandon(to, upload);
            throw;
        }
    }

    /// <summary>Parts of an upload that is not finished are not seen, but paid for.</summary>
    private void Abandon(StorageAddress to, string upload)
    {
        try
        {
            client.AbortMultipartUploadAsync(to.Container, to.Key, upload).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is AmazonClientException or HttpRequestException)
        {
            // What made the upload fail is told; this adds nothing.
        }
    }

    private static string Bare(string eTag) => eTag.Trim('"');
}
