using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ParquetPool.Storage.Tests;

/// <summary>Answers the two requests of an S3 list of two pages.</summary>
internal sealed class TwoPages : IDisposable
{
    private const string First = "<NextContinuationToken>more/=</NextContinuationToken><IsTruncated>true</IsTruncated><Contents><Key>many/1</Key><ETag>&quot;a&quot;</ETag><Size>7</Size></Contents>";
    private const string Second = "<IsTruncated>false</IsTruncated><Contents><Key>many/2</Key><ETag>&quot;b&quot;</ETag><Size>8</Size></Contents>";
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public TwoPages()
    {
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _ = Answer();
    }

    public int Port { get; }

    public void Dispose() => listener.Dispose();

    private async Task Answer()
    {
        for (var page = 0; page < 2; page++)
        {
            using var client = await listener.AcceptSocketAsync();
            var request = new byte[1 << 16];
            var asked = Encoding.ASCII.GetString(request, 0, await client.ReceiveAsync(request));
            var body = $"<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{(asked.Contains("continuation-token=more%2F%3D") ? Second : First)}</ListBucketResult>";
            await client.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"));
        }
    }
}
