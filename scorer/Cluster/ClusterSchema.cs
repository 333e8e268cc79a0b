using Npgsql;
using ParquetPool.Errors;
using Quartz;

namespace ParquetPool.Scorer.Cluster;

/// <summary>The tables of a cluster: Quartz's own, and ours beside them with a version.</summary>
/// <remarks>Version n is made of version n - 1 by the resource <c>schema-n.sql</c>, in one transaction.</remarks>
internal static class ClusterSchema
{
    public const int Version = 1;
    private const long Lock = 0x53636F726572; // Two that create at the same time take turns.

    /// <summary>Makes what is missing and brings older tables up to date; changes nothing where all is as it must be.</summary>
    /// <returns>The version before; 0 for none.</returns>
    /// <exception cref="DataException">The tables are of a newer program.</exception>
    /// <exception cref="NpgsqlException">The database cannot be reached or refuses.</exception>
    public static async Task<int> CreateAsync(NpgsqlDataSource database, CancellationToken stopping)
    {
        await using var connection = await database.OpenConnectionAsync(stopping);
        await using var transaction = await connection.BeginTransactionAsync(stopping);
        await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({Lock})", stopping);
        var before = await FindAsync(connection, stopping);
        RequireNotNewer(before);
        await ExecuteAsync(connection, "SET LOCAL client_min_messages = warning", stopping);
        foreach (var statement in Resource(typeof(IScheduler), "Quartz.Impl.AdoJobStore.Schema.create_postgres.sql").ReplaceLineEndings("\n").Split("\n--;;\n"))
        {
            await ExecuteAsync(connection, statement.Replace("{0}", "qrtz_", StringComparison.Ordinal).Replace("{1}", "qrtz_", StringComparison.Ordinal), stopping);
        }
        for (var next = before + 1; next <= Version; next++)
        {
            await ExecuteAsync(connection, Resource(typeof(ClusterSchema), $"schema-{next}.sql"), stopping);
            await ExecuteAsync(connection, $"UPDATE scorer_schema SET version = {next}", stopping);
        }
        await transaction.CommitAsync(stopping);
        return before;
    }

    /// <exception cref="DataException">The tables are missing or of another version.</exception>
    /// <exception cref="NpgsqlException">The database cannot be reached or refuses.</exception>
    public static async Task RequireAsync(NpgsqlDataSource database, ClusterAddress address, CancellationToken stopping)
    {
        await using var connection = await database.OpenConnectionAsync(stopping);
        var found = await FindAsync(connection, stopping);
        RequireNotNewer(found);
        if (found < Version)
        {
            throw new DataException($"PostgreSQL at {address} {(found == 0 ? "has no tables of a cluster" : $"has tables of version {found}, expected {Version}")}: make them with 'scorer cluster init', given the same --cluster");
        }
    }

    private static void RequireNotNewer(int found)
    {
        if (found > Version)
        {
            throw new DataException($"the cluster's tables have version {found}, this program knows {Version}: install the newer program here too");
        }
    }

    private static async Task<int> FindAsync(NpgsqlConnection connection, CancellationToken stopping)
    {
        await using var exists = new NpgsqlCommand("SELECT to_regclass('scorer_schema') IS NOT NULL", connection);
        await using var version = new NpgsqlCommand("SELECT version FROM scorer_schema", connection);
        return (bool)(await exists.ExecuteScalarAsync(stopping))! ? (int)(await version.ExecuteScalarAsync(stopping))! : 0;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken stopping)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(stopping);
    }

    private static string Resource(Type beside, string name)
    {
        using var reader = new StreamReader(beside.Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
