using System.Net.Sockets;
using Npgsql;
using ParquetPool.Errors;

namespace ParquetPool.Scorer.Cluster;

/// <summary>Where a cluster's database is and who may enter. The password is in no text that this type gives but <see cref="ConnectionString"/>.</summary>
internal sealed class ClusterAddress
{
    /// <summary>The environment variable that says what <c>--cluster</c> would.</summary>
    public const string Variable = "PARQUETPOOL_CLUSTER";

    private readonly NpgsqlConnectionStringBuilder builder;

    private ClusterAddress(NpgsqlConnectionStringBuilder builder) => this.builder = builder;

    /// <summary>With the password.</summary>
    public string ConnectionString => builder.ConnectionString;

    /// <summary>Reads a connection string, or the file that holds one.</summary>
    /// <exception cref="UsageException">It is neither.</exception>
    public static ClusterAddress Parse(string value)
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(File.Exists(value) ? File.ReadAllText(value).Trim() : value);
            // Short waits: a database that does not answer is asked again, and who waits for it must notice what else happens.
            builder.Timeout = builder.ContainsKey("Timeout") ? builder.Timeout : 5;
            builder.CommandTimeout = builder.ContainsKey("Command Timeout") ? builder.CommandTimeout : 15;
            return builder.Host is null or "" ? throw new ArgumentException("no host") : new ClusterAddress(builder);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidOperationException or KeyNotFoundException or IOException or UnauthorizedAccessException)
        {
            // What is wrong is not quoted: it may be the password.
            throw new UsageException("--cluster is neither a file that can be read nor a connection string, expected one such as 'Host=db;Database=scorer;Username=scorer;Password=…'");
        }
    }

    /// <summary>Whether other users of the machine see the password among the processes' arguments.</summary>
    public static bool ShowsPassword(string value) => !File.Exists(value) && Parse(value).builder.Password is not (null or "");

    /// <summary>Says what keeps the database from answering.</summary>
    public IOException Failure(NpgsqlException cause) => new(
        cause is PostgresException refused
            ? refused.SqlState switch
            {
                PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
                    $"PostgreSQL at {this} refuses the user {builder.Username}: check user name and password, and pg_hba.conf",
                PostgresErrorCodes.InvalidCatalogName => $"PostgreSQL at {this} has no such database: create it with createdb, or name another",
                PostgresErrorCodes.InsufficientPrivilege => $"PostgreSQL at {this}: user {builder.Username} lacks a right: {refused.MessageText}: grant it, or init as the owner",
                _ => $"PostgreSQL at {this}: {refused.MessageText}",
            }
            : $"no answer from PostgreSQL at {this}: {Reason(cause)}: check that it runs and can be reached",
        cause);

    /// <summary>Host, port and database.</summary>
    public override string ToString() => $"{builder.Host}:{builder.Port}/{builder.Database ?? builder.Username}";

    private static string Reason(NpgsqlException cause) => cause.InnerException is SocketException socket ? socket.Message : cause.Message;
}
