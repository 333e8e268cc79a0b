using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ParquetPool.Storage.Tests;

/// <summary>What goes wrong with a connection.</summary>
public enum Fault
{
    None,

    /// <summary>The answer's connection is reset in its middle.</summary>
    Reset,

    /// <summary>The answer ends in its middle.</summary>
    Truncated,

    /// <summary>The answer stops in its middle, and nothing more comes.</summary>
    Silent,

    /// <summary>The answer comes in small pieces with pauses between.</summary>
    Slow,

    /// <summary>A bit of the answer is another.</summary>
    Damaged,

    /// <summary>The answer is 503.</summary>
    Busy,
}

/// <summary>Stands between a client and a server on loopback, and spoils the first answers that are large enough.</summary>
public sealed class FaultProxy : IDisposable
{
    private const int Middle = 100_000;
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly int server;
    private readonly Fault fault;
    private int left;

    /// <param name="times">How often.</param>
    public FaultProxy(int server, Fault fault, int times)
    {
        (this.server, this.fault, left) = (server, fault, times);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _ = Accept();
    }

    public int Port { get; }

    /// <summary>Faults that are still to come.</summary>
    public int Left => Math.Max(0, left);

    public void Dispose()
    {
        stop.Cancel();
        listener.Dispose();
        stop.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                _ = Serve(await listener.AcceptSocketAsync(stop.Token));
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task Serve(Socket client)
    {
        using var near = client;
        using var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (fault == Fault.Busy && Interlocked.Decrement(ref left) >= 0)
            {
                await near.ReceiveAsync(new byte[1 << 16], stop.Token);
                await near.SendAsync(Encoding.ASCII.GetBytes("HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), stop.Token);
                return;
            }
            await far.ConnectAsync(IPAddress.Loopback, server, stop.Token);
            await Task.WhenAny(Pump(near, far, _ => false), Pump(far, near, sent => fault is not (Fault.None or Fault.Busy) && sent > Middle && Interlocked.Decrement(ref left) >= 0));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One side went away.
        }
    }

    private async Task Pump(Socket from, Socket to, Func<long, bool> isSpoilt)
    {
        var buffer = new byte[1 << 14];
        long sent = 0;
        while (await from.ReceiveAsync(buffer, stop.Token) is > 0 and var read)
        {
            var isSpoiltNow = isSpoilt(sent + read);
            if (isSpoiltNow && fault == Fault.Damaged)
            {
                buffer[read / 2] ^= 1;
            }
            sent += await to.SendAsync(buffer.AsMemory(0, read), stop.Token);
            if (!isSpoiltNow || fault == Fault.Damaged)
            {
                continue;
            }
            if (fault == Fault.Slow)
            {
                await Task.Delay(600, stop.Token);
                continue;
            }
            if (fault == Fault.Silent)
            {
                await Task.Delay(Timeout.Infinite, stop.Token);
            }
            to.LingerState = new LingerOption(fault == Fault.Reset, 0);
            to.Close();
            return;
        }
    }
}
