using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Shards;
using ParquetPool.Trainer.Embedding;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Tests.Embedding;

public sealed class PoolSampleTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Of_a_larger_pool_the_rows_whose_ids_come_first_are_kept()
    {
        Pictures.Write(folder.File("a.parquet"), "a", [.. Enumerable.Range(0, 150).Select(Pictures.Draw)]);
        Pictures.Write(folder.File("b.parquet"), "b", [.. Enumerable.Range(150, 150).Select(Pictures.Draw)]);

        var sample = Read(120, null);

        var all = Enumerable.Range(0, 150).SelectMany(i => new[] { $"a-{i}", $"b-{i}" }).OrderBy(Holdout.Place).ToArray();
        sample.Measured.Select(r => r.Id).Should().Equal(all[..12]);
        sample.Training.Select(r => r.Id).Should().Equal(all[12..120]);
        sample.Training.Should().OnlyContain(r => r.Class == -1);
        sample.Training[0].Features.Should().Equal(Pictures.Draw(int.Parse(all[12][2..], System.Globalization.CultureInfo.InvariantCulture) + (all[12][0] == 'b' ? 150 : 0)));
    }

    [Fact]
    public void Labels_that_are_there_are_taken()
    {
        Pictures.Write(folder.File("a.parquet"), "a", [.. Enumerable.Range(0, 150).Select(Pictures.Draw)]);

        var sample = Read(1000, new LabelSource.Given(new Dictionary<string, string> { ["a-1"] = "10", ["a-2"] = "9", ["a-3"] = "10" }));

        sample.Classes.Should().Equal("9", "10");
        sample.Training.Concat(sample.Measured).Where(r => r.Class >= 0).Select(r => (r.Id, r.Class)).Should().BeEquivalentTo([("a-1", 1), ("a-2", 0), ("a-3", 1)]);
    }

    [Fact]
    public void Ids_that_stand_twice_are_named()
    {
        Pictures.Write(folder.File("a.parquet"), "same", [.. Enumerable.Range(0, 150).Select(Pictures.Draw)]);
        Pictures.Write(folder.File("b.parquet"), "same", [Pictures.Draw(200)]);

        FluentActions.Invoking(() => Read(1000, null)).Should().Throw<DataException>().WithMessage("1 ids stand more than once in the pool: 'same-0'*");
    }

    private PoolSample Read(int mostRows, LabelSource? labels) => PoolSample.Read(
        ShardSet.Resolve([folder.Root]), [new VectorColumn("features", Pictures.Pixels)], labels, mostRows, _ => { }, TestContext.Current.CancellationToken);
}
