using ParquetPool.Errors;
using ParquetPool.Shards;
using ParquetPool.Trainer.Tests.Training;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Tests.TrainingSets;

public sealed class LabelledRowReaderTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Only_labelled_rows_are_kept()
    {
        Blobs.Write(folder.File("a.parquet"), Enumerable.Range(0, 3000));
        Blobs.Write(folder.File("b.parquet"), Enumerable.Range(3000, 10));

        var rows = Read(new LabelSource.Given(new Dictionary<string, string> { ["row-5"] = "x", ["row-2999"] = "y", ["row-3003"] = "x" }));

        rows.Select(r => (r.Id, r.Label)).Should().Equal(("row-5", "x"), ("row-2999", "y"), ("row-3003", "x"));
        rows[1].Features.Should().Equal(Blobs.Features(2999));
    }

    [Fact]
    public void A_label_column_labels_the_rows_where_it_is_not_null()
    {
        Blobs.Write(folder.File("a.parquet"), Enumerable.Range(0, 6), label: r => r < 2 ? Blobs.Label(r) : null);

        Read(new LabelSource.Column("label")).Select(r => (r.Id, r.Label)).Should().Equal(("row-0", "class-0"), ("row-1", "class-1"));
    }

    [Fact]
    public void Labels_for_unknown_ids_are_counted_and_named()
    {
        Blobs.Write(folder.File("a.parquet"), Enumerable.Range(0, 6));
        var labels = new LabelSource.Given(Enumerable.Range(4, 6).ToDictionary(r => $"row-{r}", Blobs.Label));

        FluentActions.Invoking(() => Read(labels)).Should().Throw<DataException>()
            .WithMessage("4 labels are for ids that are not in the pool: 'row-6', 'row-7', 'row-8', ...: *");
    }

    [Fact]
    public void Labelled_ids_that_stand_twice_are_named_and_unlabelled_ones_do_not_matter()
    {
        Blobs.Write(folder.File("a.parquet"), Enumerable.Range(0, 6));
        Blobs.Write(folder.File("b.parquet"), Enumerable.Range(4, 2));

        FluentActions.Invoking(() => Read(new LabelSource.Column("label"))).Should().Throw<DataException>()
            .WithMessage("2 labelled ids stand more than once in the pool: 'row-4' (again in b row 0), 'row-5' (again in b row 1): *");
        Read(new LabelSource.Given(new Dictionary<string, string> { ["row-1"] = "x" })).Should().ContainSingle();
    }

    [Fact]
    public void Labelled_rows_with_a_vector_at_fault_are_named()
    {
        Blobs.Write(folder.File("a.parquet"), Enumerable.Range(0, 6), damage: features => features[(3 * Blobs.Width) + 2] = float.NaN);

        FluentActions.Invoking(() => Read(new LabelSource.Column("label"))).Should().Throw<DataException>()
            .WithMessage("1 labelled rows have vectors that cannot be learnt from (vector holds NaN or infinity): 'row-3' (a row 3): *");
        Read(new LabelSource.Given(new Dictionary<string, string> { ["row-1"] = "x" })).Should().ContainSingle("the faulty row is not labelled");
    }

    [Fact]
    public void A_pool_without_labels_is_refused()
    {
        Blobs.Write(folder.File("a.parquet"), Enumerable.Range(0, 6), label: _ => null);

        FluentActions.Invoking(() => Read(new LabelSource.Column("label"))).Should().Throw<DataException>().WithMessage("no row is labelled*");
    }

    private IReadOnlyList<(string Id, float[] Features, string Label)> Read(LabelSource labels) =>
        LabelledRowReader.Read(ShardSet.Resolve([folder.File("*.parquet")]), Blobs.Columns, labels, _ => { }, TestContext.Current.CancellationToken);
}
