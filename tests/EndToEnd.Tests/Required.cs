namespace ParquetPool.EndToEnd.Tests;

/// <summary>What a test needs besides the SDK; where it is not there the test is skipped and says so.</summary>
internal static class Required
{
    public static Postgres Postgres()
    {
        Assert.SkipWhen(ParquetPool.Tests.Postgres.Programs is null, "the cluster is tested with PostgreSQL: apt-get install postgresql, or set PARQUETPOOL_POSTGRES to the folder of initdb");
        return ParquetPool.Tests.Postgres.Start();
    }
}
