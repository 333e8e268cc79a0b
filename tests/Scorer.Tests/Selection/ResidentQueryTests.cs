using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Scorer.Models;
using ParquetPool.Scorer.Selection;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Tests.Selection;

public sealed class ResidentQueryTests : IDisposable
{
    private readonly SelectFolder folder = new();

    public static TheoryData<string, string?, int> Strategies => new(ResidentQuery.Strategies.Select(name => (name, (string?)null, 20))) { { "top", "margin", 20 }, { "top", "margin", 0 } };

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task ChoosesTheRowsThatScoringAndSelectingFromFilesChoose(string strategy, string? by, int passes)
    {
        await folder.ScoreAsync(passes: passes);
        await File.WriteAllLinesAsync(folder.File("labels.csv"), Enumerable.Range(0, 90).Select(i => $"{SelectFolder.Id(i * 10)},1").Prepend("id,label"), TestContext.Current.CancellationToken);
        var options = folder.Options(strategy, 25) with { By = by, Exclude = [folder.File("labels.csv")], NoNearDuplicates = 0.9 };

        var expected = (await SelectFolder.SelectAsync(options)).Select(r => r["id"]);
        var (pool, query, package) = Resident();
        var chosen = query.Choose(package, passes, options, [.. Enumerable.Range(0, pool.Count).Select(row => row % 10 == 0)], TestContext.Current.CancellationToken);

        chosen.Select(pool.IdOf).Should().Equal(expected);
    }

    [Fact]
    public async Task TheHighestOfGivenValuesAreChosenAndLabelledRowsAreNot()
    {
        await folder.ScoreAsync();
        var (pool, query, _) = Resident();
        double[] values = [.. Enumerable.Range(0, pool.Count).Select(row => (double)(row * 7 % pool.Count))];

        var chosen = query.Highest(values, 3, seed: 0, [.. values.Select(v => v == pool.Count - 2)], TestContext.Current.CancellationToken);

        chosen.Select(row => values[row]).Should().Equal(pool.Count - 1, pool.Count - 3, pool.Count - 4);
    }

    private (ResidentPool Pool, ResidentQuery Query, ModelPackage Package) Resident()
    {
        var package = ModelPackage.Open(folder.File("model.onnx"));
        var shards = ShardSet.Resolve([folder.File("scored-pool")]);
        var inputs = FeatureInput.Bind(package, shards, []);
        var pool = Read("scored-pool");
        return (pool, new ResidentQuery(pool, [.. Enumerable.Repeat(true, pool.Count)], inputs, threads: 3, Read("targets.parquet")), package);

        ResidentPool Read(string path) => ResidentPool.Read(ShardSet.Resolve([folder.File(path)]), new RowSchema([.. inputs.SelectMany(i => i.Columns)]), _ => { }, TestContext.Current.CancellationToken);
    }
}
