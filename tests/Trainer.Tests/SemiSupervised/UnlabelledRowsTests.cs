using ParquetPool.Columns;
using ParquetPool.Errors;
using ParquetPool.Shards;
using ParquetPool.Trainer.SemiSupervised;
using ParquetPool.Trainer.Tests.Training;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Tests.SemiSupervised;

public sealed class UnlabelledRowsTests : IDisposable
{
    private readonly TestFolder folder = new();

    public UnlabelledRowsTests()
    {
        Blobs.Write(folder.File("a.parquet"), Enumerable.Range(0, 90));
        Blobs.Write(folder.File("b.parquet"), Enumerable.Range(90, 60), damage: features => features[0] = float.NaN);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void No_row_that_is_held_out_or_would_be_is_among_them_and_labelled_ones_are_told()
    {
        var set = Blobs.Set(60);

        var read = Read(set, "*.parquet");

        read.Rows.Should().OnlyContain(row => row.Class == -1 && Holdout.Place(row.Id) >= 0.2);
        read.Rows.Select(row => row.Id).Should().NotIntersectWith(set.Holdout.Concat(set.Training).Select(row => row.Id)).And.BeInAscendingOrder(StringComparer.Ordinal);
        (read.Pool, read.Labelled, read.Faulty).Should().Be((150, set.Training.Count, 1));
        (read.Rows.Count + read.Labelled + read.HeldOut + read.Faulty).Should().Be(150);
        read.Notes().Should().Contain($"{set.Training.Count} rows of the unlabelled pool are labelled: they are learnt from by their labels, and not guessed");
    }

    [Fact]
    public void As_many_as_asked_for_are_drawn_by_id_and_seed_whatever_the_order_of_the_shards()
    {
        string[] Drawn(ulong seed, params string[] files) => [.. Read(Blobs.Set(60), files, mostRows: 20, seed).Rows.Select(row => row.Id)];

        var drawn = Drawn(1, "a.parquet", "b.parquet");

        drawn.Should().HaveCount(20);
        Drawn(1, "b.parquet", "a.parquet").Should().Equal(drawn);
        Drawn(2, "a.parquet", "b.parquet").Should().NotEqual(drawn);
    }

    [Fact]
    public void Fewer_rows_than_a_step_takes_are_refused() =>
        FluentActions.Invoking(() => Read(Blobs.Set(60), ["a.parquet"], leastRows: 64)).Should().Throw<DataException>().WithMessage("the unlabelled pool has 90 rows, of which * can be learnt from (*), expected 64 or more, as a step takes: add shards, lower --batch-rows or leave --learn out");

    [Fact]
    public void Vectors_of_another_width_are_refused()
    {
        using (var writer = new ShardWriter(folder.File("narrow.parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatList, 4)]))
        {
            writer.Write(2, new string[] { "x", "y" }, new float[8]);
            writer.Complete();
        }

        FluentActions.Invoking(() => Read(Blobs.Set(60), "narrow.parquet")).Should().Throw<DataException>().WithMessage("the unlabelled pool's column features has vectors of 4 numbers, the labelled rows' of 16 numbers: *");
    }

    private UnlabelledRows Read(TrainingSet set, params string[] files) => Read(set, files, mostRows: 1000);

    private UnlabelledRows Read(TrainingSet set, string[] files, int mostRows = 1000, ulong seed = 1, int leastRows = 10) =>
        UnlabelledRows.Read(ShardSet.Resolve([.. files.Select(file => folder.File(file))]), set, new(mostRows, 0.2, seed, leastRows), _ => { }, TestContext.Current.CancellationToken);
}
