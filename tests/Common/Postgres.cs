using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ParquetPool.Tests;

/// <summary>A PostgreSQL server of its own, empty, on a port of its own: <c>PARQUETPOOL_POSTGRES</c>'s programs, else Debian's newest.</summary>
/// <remarks>The server refuses to be root's, so root gives it to the user postgres.</remarks>
public sealed class Postgres : IDisposable
{
    public const string Password = "a password; with 'marks'";
    private const string Debian = "/usr/lib/postgresql";
    private readonly string folder;
    private readonly string programs;
    private readonly int port;
    private Process? server;

    private Postgres(string folder, string programs, int port) => (this.folder, this.programs, this.port) = (folder, programs, port);

    /// <summary>With the password.</summary>
    public string ConnectionString => Address("scorer", Password, "postgres");

    private string Data => Path.Combine(folder, "data");

    /// <summary>The folder of its programs; null where there is none.</summary>
    public static string? Programs => Environment.GetEnvironmentVariable("PARQUETPOOL_POSTGRES")
        ?? (Directory.Exists(Debian) ? Directory.GetDirectories(Debian) : []).Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Max(StringComparer.Ordinal);

    public static Postgres Start()
    {
        var programs = Programs ?? throw new FileNotFoundException("the cluster needs PostgreSQL: apt-get install postgresql, or set PARQUETPOOL_POSTGRES to the folder of initdb");
        var folder = Directory.CreateTempSubdirectory("parquetpool-postgres-").FullName;
        var postgres = new Postgres(folder, programs, FreePort());
        File.WriteAllText(Path.Combine(folder, "password"), Password);
        if (Environment.IsPrivilegedProcess)
        {
            Wait(Process.Start("chown", ["-R", "postgres", folder]));
        }
        Wait(postgres.Run("initdb", "-D", postgres.Data, "-U", "scorer", "-A", "scram-sha-256", $"--pwfile={folder}/password", "-E", "UTF8", "--no-sync"));
        postgres.Resume();
        return postgres;
    }

    /// <summary>A connection string.</summary>
    public string Address(string user, string password, string database) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={port};Username={user};Password=\"{password}\";Database={database}");

    /// <summary>Starts the server, with what it knew before.</summary>
    public void Resume()
    {
        server = Run("postgres", "-D", Data, "-p", port.ToString(CultureInfo.InvariantCulture), "-h", "127.0.0.1", "-k", folder, "-F");
        while (true)
        {
            using var ready = Run("pg_isready", "-q", "-h", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture));
            ready.WaitForExit();
            if (ready.ExitCode == 0)
            {
                return;
            }
            if (server.HasExited)
            {
                throw new InvalidOperationException($"PostgreSQL ended with exit code {server.ExitCode}");
            }
            Thread.Sleep(50);
        }
    }

    /// <summary>Ends the server; connections break.</summary>
    public void Stop()
    {
        Wait(Process.Start("kill", ["-s", "INT", server!.Id.ToString(CultureInfo.InvariantCulture)]));
        server.WaitForExit();
        server.Dispose();
        server = null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (server is not null)
        {
            Stop();
        }
        Directory.Delete(folder, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void Wait(Process process)
    {
        using (process)
        {
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"{process.StartInfo.FileName} ended with exit code {process.ExitCode}");
            }
        }
    }

    private Process Run(string program, params string[] arguments)
    {
        string[] command = [Path.Combine(programs, program), .. arguments];
        string[] asUser = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", .. command] : command;
        var start = new ProcessStartInfo(asUser[0], asUser[1..]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
