using DuckDB.NET.Native;

namespace ParquetPool.Engine;

/// <summary>One private in-memory DuckDB instance with one connection and one thread.</summary>
/// <remarks>
/// One thread keeps rows in file order and makes written bytes repeatable; concurrency comes from several instances.
/// Not thread-safe. Memory is bounded; without a spill folder a statement that needs more fails, with one it is bounded tightly: a million
/// rows are sorted as fast, and the memory of a run does not grow with its pool.
/// To make an instance takes some ten milliseconds, and one that is closed gives back all its memory, which the kernel would clear anew
/// for the next. So one that was lent is kept for whoever comes next, unless a statement of it failed.
/// </remarks>
internal sealed class DuckDb : IDisposable
{
    private static DuckDb? idle;
    private readonly List<TextFeed> feeds = [];
    private readonly DuckDBDatabase database;
    private readonly DuckDBNativeConnection connection;
    private bool isLent;
    private bool failed;

    public DuckDb(string? spillFolder = null)
    {
        NativeMethods.Configuration.DuckDBCreateConfig(out var config);
        using (config)
        {
            Set(config, "threads", "1");
            Set(config, "memory_limit", spillFolder is null ? "512MB" : "96MB");
            Set(config, "temp_directory", spillFolder ?? "");
            Set(config, "enable_external_file_cache", "false");
            Set(config, "autoinstall_known_extensions", "false");
            Set(config, "autoload_known_extensions", "false");
            if (!NativeMethods.Startup.DuckDBOpen(null, out database, config, out var error).IsSuccess())
            {
                throw new DuckDbException(error);
            }
        }

        if (!NativeMethods.Startup.DuckDBConnect(database, out connection).IsSuccess())
        {
            database.Dispose();
            throw new DuckDbException("DuckDB gave no connection");
        }
    }

    /// <summary>Such as <c>v1.5.6</c>.</summary>
    public static string Version => NativeMethods.Startup.DuckDBLibraryVersion();

    /// <summary>An instance for statements that leave nothing behind in it: the one that is idle, or a new one.</summary>
    public static DuckDb Lent() => Interlocked.Exchange(ref idle, null) ?? new DuckDb { isLent = true };

    /// <summary>Runs a statement whose rows nobody reads.</summary>
    /// <exception cref="DuckDbException">The statement failed.</exception>
    public void Execute(string sql)
    {
        var state = NativeMethods.Query.DuckDBQuery(connection, sql, out var result);
        try
        {
            if (!state.IsSuccess())
            {
                failed = true;
                throw new DuckDbException(NativeMethods.Query.DuckDBResultError(ref result));
            }
        }
        finally
        {
            result.Close();
        }
    }

    /// <summary>Starts a statement whose rows are computed as they are fetched.</summary>
    public DuckDbQuery Query(string sql) => new(connection, sql, () => failed = true);

    /// <summary>The first column of the first row, or null where there is no row or it holds NULL.</summary>
    public long? Integer(string sql)
    {
        using var query = Query($"SELECT CAST(answer AS BIGINT) FROM ({sql}) AS rows(answer)");
        return query.Next() && query.IsValid(0, 0) ? query.Values<long>(0)[0] : null;
    }

    /// <summary>Every row as text, NULL as null; for small results.</summary>
    public IEnumerable<string?[]> Rows(string sql)
    {
        using var query = Query(sql);
        while (query.Next())
        {
            for (var row = 0; row < query.Count; row++)
            {
                var values = new string?[query.Columns];
                for (var column = 0; column < values.Length; column++)
                {
                    values[column] = query.IsValid(column, row) ? query.Text(column, row) : null;
                }

                yield return values;
            }
        }
    }

    /// <summary>Makes <c>SELECT * FROM name()</c> read texts of this program.</summary>
    public void Register(string name, TextFeed feed)
    {
        feeds.Add(feed);
        feed.Register(connection, name);
    }

    public void Dispose()
    {
        if (isLent && !failed && (Interlocked.CompareExchange(ref idle, this, null) is not { } other || other == this))
        {
            return;
        }
        connection.Dispose();
        database.Dispose();
        feeds.ForEach(feed => feed.Dispose());
        feeds.Clear();
    }

    private static void Set(DuckDBConfig config, string name, string value)
    {
        if (!NativeMethods.Configuration.DuckDBSetConfig(config, name, value).IsSuccess())
        {
            throw new DuckDbException($"DuckDB refused the setting {name} = {value}");
        }
    }
}
