using System.CommandLine;
using Npgsql;
using ParquetPool.Commands;
using ParquetPool.Errors;

namespace ParquetPool.Scorer.Cluster;

/// <summary><c>scorer cluster</c></summary>
internal static class ClusterCommand
{
    /// <summary>Where the cluster's database is.</summary>
    internal static readonly Option<string?> Address = new("--cluster")
    {
        Description = $"A file that holds the connection string of the cluster's PostgreSQL database, or that string; by default what {ClusterAddress.Variable} in the environment says. A string on the command line shows its password to the machine's other users.",
        HelpName = "FILE|STRING",
    };

    public static Command Create() => new("cluster", "Prepares the database in which several 'scorer serve --cluster' find one another.")
    {
        Init(),
    };

    /// <summary>What the option or the environment says; null where neither does.</summary>
    /// <exception cref="UsageException">It is no address.</exception>
    internal static ClusterAddress? AddressOf(ParseResult parse, CommandContext context)
    {
        var given = parse.GetValue(Address);
        if (given is not null && ClusterAddress.ShowsPassword(given))
        {
            context.Log.PasswordShown();
        }
        return (given ?? Environment.GetEnvironmentVariable(ClusterAddress.Variable)) is { Length: > 0 } value ? ClusterAddress.Parse(value) : null;
    }

    private static Command Init() => new Command(
        "init",
        """
        Makes the tables of a cluster in a PostgreSQL database, or brings older ones up to date.

        Run it once before the first 'scorer serve --cluster', and again after the program was updated, while no service runs.
        Tables that are as they must be stay as they are.

        Example:
          scorer cluster init --cluster cluster.conn
        """)
    {
        Options = { Address },
    }.Runs(async (parse, context) =>
    {
        var address = AddressOf(parse, context) ?? throw new UsageException($"--cluster is missing, and {ClusterAddress.Variable} in the environment says nothing");
        await using var database = NpgsqlDataSource.Create(address.ConnectionString);
        try
        {
            var before = await ClusterSchema.CreateAsync(database, context.Stopping);
            CommandContext.Summarise(new { command = "cluster init", database = address.ToString(), before, version = ClusterSchema.Version });
        }
        catch (NpgsqlException e)
        {
            throw address.Failure(e);
        }
        return ExitCode.Success;
    });
}
