using System.Diagnostics;
using Amazon.Runtime;
using Amazon.S3;
using Azure.Storage.Blobs;

[assembly: AssemblyFixture(typeof(ParquetPool.Storage.Tests.ObjectStores))]

namespace ParquetPool.Storage.Tests;

/// <summary>A server of each kind, on loopback, for all tests: s3rver and Azurite. Without node, whoever asks for one is skipped.</summary>
public sealed class ObjectStores : IDisposable
{
    public const string Container = "pool";

    // Azurite's own account, known to all.
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
    private readonly TestFolder folder = new();
    private readonly List<Process> servers = [];
    private readonly int s3Port;
    private readonly int azurePort;

    public ObjectStores()
    {
        if (!Directory.Exists(Servers))
        {
            return;
        }
        s3Port = Start("s3rver/bin/s3rver.js", "-d", folder.File("s3"), "-a", "127.0.0.1", "-p", "0", "--no-vhost-buckets");
        azurePort = Start("azurite/dist/src/blob/main.js", "--inMemoryPersistence", "--blobHost", "127.0.0.1", "--blobPort", "0", "--skipApiVersionCheck");
        Make(StorageAddress.S3, Container);
        Make(StorageAddress.Azure, Container);
        foreach (var (name, value) in Environment()) // What runs in this process finds them too.
        {
            System.Environment.SetEnvironmentVariable(name, value);
        }
        System.Environment.SetEnvironmentVariable("PARQUETPOOL_CACHE", folder.File("cache"));
    }

    public static TheoryData<string> Schemes => [StorageAddress.S3, StorageAddress.Azure];

    public int S3Port => Running(s3Port);

    public int AzurePort => Running(azurePort);

    public int Port(string scheme) => scheme == StorageAddress.S3 ? S3Port : AzurePort;

    /// <summary>The store of a scheme, at its server or behind a proxy.</summary>
    public ObjectStore Of(string scheme, int? port = null) => scheme == StorageAddress.S3
        ? new S3Store(S3Client(port ?? S3Port))
        : new AzureStore(AzureClient(port ?? AzurePort));

    /// <summary>Makes a bucket or a container.</summary>
    public void Make(string scheme, string name)
    {
        if (scheme == StorageAddress.Azure)
        {
            AzureClient(AzurePort).CreateBlobContainer(name);
            return;
        }
        using var s3 = S3Client(S3Port);
        s3.PutBucketAsync(name).GetAwaiter().GetResult();
    }

    /// <summary>What a process must know to reach both.</summary>
    public IReadOnlyDictionary<string, string> Environment(int? s3Port = null, int? azurePort = null) => new Dictionary<string, string>
    {
        ["AWS_ENDPOINT_URL"] = $"http://127.0.0.1:{s3Port ?? S3Port}",
        ["AWS_REGION"] = "us-east-1",
        ["AWS_ACCESS_KEY_ID"] = "S3RVER",
        ["AWS_SECRET_ACCESS_KEY"] = "S3RVER",
        ["AZURE_STORAGE_CONNECTION_STRING"] = Connection(azurePort ?? AzurePort),
    };

    public static string Connection(int port, string key = Key) =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={key};BlobEndpoint=http://127.0.0.1:{port}/{Account}";

    public void Dispose()
    {
        foreach (var server in servers)
        {
            server.Kill();
            server.WaitForExit();
            server.Dispose();
        }
        folder.Dispose();
    }

    private static string Servers => Path.Combine(RealData.Root(), "tests", "Storage.Tests", "node_modules");

    private static int Running(int port)
    {
        Assert.SkipWhen(port == 0, "no object store to talk to: install node and build again");
        return port;
    }

    private static AmazonS3Client S3Client(int port) => new(new BasicAWSCredentials("S3RVER", "S3RVER"), S3Store.Compatible($"http://127.0.0.1:{port}"));

    private static BlobServiceClient AzureClient(int port) => new(Connection(port), AzureStore.Options());

    /// <summary>Starts a server of the npm packages and waits for the line that tells its port.</summary>
    private int Start(string script, params string[] args)
    {
        var path = Path.Combine(Servers, script);
        var server = Process.Start(new ProcessStartInfo("node", [path, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.Root })!;
        servers.Add(server);
        while (server.StandardOutput.ReadLine() is { } line)
        {
            if (line.Contains("listen") && int.TryParse(line[(line.LastIndexOf(':') + 1)..], out var port) && port > 0)
            {
                _ = server.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
                _ = server.StandardError.BaseStream.CopyToAsync(Stream.Null);
                return port;
            }
        }
        throw new InvalidOperationException($"{script} did not start: {server.StandardError.ReadToEnd()}");
    }
}
