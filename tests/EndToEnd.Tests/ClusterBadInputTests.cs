using Npgsql;
using ParquetPool.Commands;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>A cluster whose database is not as it must be: one line, the right exit code, and never the password.</summary>
public sealed class ClusterBadInputTests : IDisposable
{
    private const string Wrong = "wr0ng-secret";
    private readonly TestFolder folder = new();
    private readonly Postgres postgres = Required.Postgres();

    public void Dispose()
    {
        postgres.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task TheDatabasesFaultsAreSaidInOneLineWithoutThePassword()
    {
        var init = new[] { "cluster", "init" };
        await FailsAsync(init, postgres.Address("scorer", Wrong, "postgres"), ExitCode.Failure, "refuses the user scorer");
        await FailsAsync(init, postgres.Address("nobody", Wrong, "postgres"), ExitCode.Failure, "refuses the user nobody");
        await FailsAsync(init, postgres.Address("scorer", Postgres.Password, "elsewhere"), ExitCode.Failure, "createdb");
        await FailsAsync(init, $"Host=127.0.0.1;Port=1;Username=scorer;Password={Wrong}", ExitCode.Failure, "no answer from PostgreSQL at 127.0.0.1:1");
        await FailsAsync(init, $"Host=127.0.0.1;Port=none;Password={Wrong}", ExitCode.Usage, "connection string");
        await FailsAsync(init, $"postgresql://scorer:{Wrong}@127.0.0.1/scorer", ExitCode.Usage, "connection string");

        await FailsAsync(Serve(), postgres.ConnectionString, ExitCode.Data, "scorer cluster init");
        await FailsAsync(Serve(), postgres.Address("scorer", Wrong, "postgres"), ExitCode.Failure, "refuses the user scorer");
        (await Tool.Scorer("cluster", "init", "--cluster", AddressFile(postgres.ConnectionString)).Succeeds()).Summary.GetProperty("before").GetInt32().Should().Be(0);
        (await Tool.Scorer("cluster", "init", "--cluster", AddressFile(postgres.ConnectionString)).Succeeds()).Summary.GetProperty("before").GetInt32().Should().Be(1);
        await SqlAsync("UPDATE scorer_schema SET version = 99");
        await FailsAsync(Serve(), postgres.ConnectionString, ExitCode.Data, "version 99");
        await FailsAsync(init, postgres.ConnectionString, ExitCode.Data, "version 99");
        await SqlAsync("UPDATE scorer_schema SET version = 0");
        await FailsAsync(Serve(), postgres.ConnectionString, ExitCode.Data, "scorer cluster init");
    }

    [Fact]
    public async Task APasswordOnTheCommandLineIsWarnedOf()
    {
        var run = await Tool.Scorer("cluster", "init", "--cluster", postgres.ConnectionString).Succeeds();

        run.Error.Should().Contain("name the file").And.NotContain(Postgres.Password);
    }

    private async Task FailsAsync(string[] command, string address, int exitCode, string message)
    {
        var run = await Tool.Scorer([.. command, "--cluster", AddressFile(address)]);

        run.ExitCode.Should().Be(exitCode, run.Error);
        run.Error.TrimEnd().Split('\n').Should().ContainSingle().Which.Should().Contain(message);
        (run.Error + run.Output).Should().NotContain(Wrong).And.NotContain(Postgres.Password);
    }

    private string[] Serve()
    {
        SmallPool.WriteModel(folder.File("model.onnx"));
        SmallPool.WriteShard(folder.File("pool/shard-00.parquet"), 0);
        File.WriteAllText(folder.File("jobs.json"), """{ "jobs": [{ "name": "nightly", "command": "score", "options": { "model": "model.onnx", "pool": "pool", "out": "scored" } }] }""");
        return ["serve", "--jobs", folder.File("jobs.json"), "--state", folder.File("state"), "--listen", "127.0.0.1:0"];
    }

    private string AddressFile(string address)
    {
        File.WriteAllText(folder.File("cluster.conn"), address + "\n");
        return folder.File("cluster.conn");
    }

    private async Task SqlAsync(string sql)
    {
        await using var database = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
