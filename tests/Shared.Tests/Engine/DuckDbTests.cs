using ParquetPool.Engine;

namespace ParquetPool.Shared.Tests.Engine;

/// <summary>An instance that is lent is one's own until it is given back, and none whose statement failed is lent again.</summary>
public sealed class DuckDbTests
{
    private const string Tables = "SELECT count(*) FROM duckdb_tables()";

    [Fact]
    public void Two_at_a_time_are_two_instances()
    {
        using var one = DuckDb.Lent();
        using var other = DuckDb.Lent();

        one.Execute("CREATE TABLE mine AS SELECT 1");

        other.Integer(Tables).Should().Be(0);
        one.Execute("DROP TABLE mine");
    }

    [Fact]
    public void An_instance_whose_statement_failed_is_not_lent_again()
    {
        using (var failing = DuckDb.Lent())
        {
            failing.Execute("CREATE TABLE left_behind AS SELECT 1");
            FluentActions.Invoking(() => failing.Integer("SELECT no_such_column")).Should().Throw<DuckDbException>();
        }

        List<DuckDb> all = [.. Enumerable.Range(0, 3).Select(_ => DuckDb.Lent())];

        all.Should().AllSatisfy(each => each.Integer(Tables).Should().Be(0));
        all.ForEach(each => each.Dispose());
    }
}
