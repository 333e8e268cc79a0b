using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Scorer.Models;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Tests.Models;

public sealed class PoolScaleTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("x", true, false)]
    [InlineData("x", false, false)]
    [InlineData("x * 255", true, false)]
    [InlineData("x * 255", false, true)]
    [InlineData("(x - 0.5) / 0.3", true, true)]
    [InlineData("(x - 0.5) / 0.3", false, true)]
    public void SetsOfShardsOnOtherScalesAreToldOnceButForAFactorWhereOnlyCosinesAreTaken(string number, bool byCosine, bool isTold)
    {
        var told = new List<string>();
        Assumptions.TellTo(told.Add);

        foreach (var _ in Enumerable.Range(0, 2))
        {
            PoolScale.TellOfDifferences((Shards("train", "x"), Shards("test", number)), ("the train split", "the test split"), [new VectorColumn("features", 2)], byCosine);
        }

        string.Concat(told).Should().MatchRegex(isTold ? "^the numbers of column features are on another scale in the test split than in the train split[^;]*;[^;]*$" : "^$");
    }

    private ShardSet Shards(string name, string number)
    {
        var path = folder.File($"{name}.parquet");
        using var duckDb = new DuckDb();
        duckDb.Execute($"COPY (SELECT 'r' || i AS id, list_transform([i / 500, i / 1000], x -> ({number})::FLOAT) AS features FROM range(1, 500) AS t(i)) TO {Sql.Text(path)} (FORMAT parquet)");
        return ShardSet.Resolve([path]);
    }
}
