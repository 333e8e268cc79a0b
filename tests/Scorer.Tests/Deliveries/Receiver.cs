using System.Net;
using System.Net.Sockets;

namespace ParquetPool.Scorer.Tests.Deliveries;

/// <summary>A server of this machine that keeps what it is sent and answers as told.</summary>
internal sealed class Receiver : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly Queue<HttpStatusCode> answers;
    private readonly Task answering;

    public Receiver(params HttpStatusCode[] answers)
    {
        this.answers = new(answers);
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/hook");
        }
        listener.Prefixes.Add(Address.GetLeftPart(UriPartial.Authority) + "/");
        listener.Start();
        answering = AnswerAsync();
    }

    public Uri Address { get; }

    public List<(string? Delivery, string? Timestamp, string? Signature, string Body)> Received { get; } = [];

    public void Dispose()
    {
        listener.Stop();
        answering.Wait();
    }

    private async Task AnswerAsync()
    {
        try
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                using var body = new StreamReader(context.Request.InputStream);
                var headers = context.Request.Headers;
                Received.Add((headers["X-ParquetPool-Delivery"], headers["X-ParquetPool-Timestamp"], headers["X-ParquetPool-Signature"], await body.ReadToEndAsync()));
                context.Response.StatusCode = (int)answers.Dequeue();
                context.Response.Headers["Location"] = "/hook";
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // It was stopped.
        }
    }
}
