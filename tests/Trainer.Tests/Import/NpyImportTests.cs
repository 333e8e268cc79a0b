using System.Runtime.InteropServices;
using ParquetPool.Columns;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Shards;
using ParquetPool.Trainer.Import;

namespace ParquetPool.Trainer.Tests.Import;

public sealed class NpyImportTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Floats_of_every_version_stay_as_they_are(byte version)
    {
        var bytes = MemoryMarshal.AsBytes<float>([1.5f, -2, 3, 4, 5, 6]).ToArray();

        Import(Sources.Npy("<f4", "(2, 3)", bytes, version)).Should().Be(new ImportSummary(2, 1, 3, null));

        using var duckDb = new DuckDb();
        duckDb.Rows($"SELECT id, CAST(features AS VARCHAR) FROM {Sql.ReadParquet(folder.File("pool", "a-00000.parquet"))}")
            .Select(row => (row[0], row[1])).Should().Equal(("a-0", "[1.5, -2.0, 3.0]"), ("a-1", "[4.0, 5.0, 6.0]"));
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.NegativeInfinity, "-Infinity")]
    public void A_number_that_is_none_is_told_where_it_stands(float number, string name)
    {
        var bytes = MemoryMarshal.AsBytes<float>([1, 2, 3, 4, number, 6]).ToArray();

        FluentActions.Invoking(() => Import(Sources.Npy("<f4", "(2, 3)", bytes))).Should().Throw<DataException>().WithMessage($"*a.npy: row 2, column 2 is {name}, expected a finite number: *");
        Directory.Exists(folder.File("pool")).Should().BeFalse("nothing was written");
    }

    [Fact]
    public void Doubles_are_rounded_and_dimensions_flattened()
    {
        Import(Sources.Npy("<f8", "(2, 1, 2)", MemoryMarshal.AsBytes<double>([0.1, 2, 3, 4]).ToArray())).Should().Be(new ImportSummary(2, 1, 2, null));

        Rows().SelectMany(row => row.Features).Should().Equal(0.1f, 2, 3, 4);
    }

    [Fact]
    public void An_array_whose_first_index_runs_fastest_is_turned()
    {
        // numpy.asfortranarray(numpy.arange(12.).reshape(2, 3, 2)) as it stands in memory.
        var bytes = MemoryMarshal.AsBytes<float>([0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11]).ToArray();

        Import(Sources.Npy("<f4", "(2, 3, 2)", bytes, order: "True")).Should().Be(new ImportSummary(2, 1, 6, null));

        Rows().SelectMany(row => row.Features).Should().Equal(Enumerable.Range(0, 12).Select(i => (float)i));
    }

    [Fact]
    public void Bytes_become_0_to_1()
    {
        Import(Sources.Gzip(Sources.Npy("|u1", "(1, 3)", [0, 51, 255])));

        Rows().Single().Features.Should().Equal(0, 0.2f, 1);
    }

    [Theory]
    [InlineData("first\nsecond\n")]
    [InlineData("id\nfirst\nsecond\n")]
    [InlineData("score,id\n0.5,first\n0.25,second\n")]
    public void Ids_come_from_a_file(string ids)
    {
        Import(TwoRows, folder.Write("ids", ids));

        Rows().Select(row => row.Id).Should().Equal("first", "second");
    }

    [Fact]
    public void Ids_come_from_Parquet()
    {
        using (var writer = new ShardWriter(folder.File("ids.parquet"), [new("id", ShardType.Int64)]))
        {
            writer.Write(2, new long[] { 12, 34 });
            writer.Complete();
        }

        Import(TwoRows, folder.File("ids.parquet"));

        Rows().Select(row => row.Id).Should().Equal("12", "34");
    }

    [Theory]
    [InlineData("first\n", "*ids: fewer ids than rows*")]
    [InlineData("first\nsecond\nthird\n", "*ids: more ids than rows*")]
    [InlineData("first\n\n", "*ids: row 2: id is empty*")]
    public void Ids_that_do_not_fit_are_refused(string ids, string message)
    {
        FluentActions.Invoking(() => Import(TwoRows, folder.Write("ids", ids))).Should().Throw<DataException>().WithMessage(message);
        folder.Files().Should().Equal("a.npy", "ids");
    }

    [Fact]
    public void An_array_that_cannot_be_imported_says_why()
    {
        Fails("text, not an array"u8.ToArray()).WithMessage("*a.npy: not a NumPy file of version 1 to 3*");
        Fails(Sources.Npy("<f4", "(2, 1)", new byte[8], version: 4)).WithMessage("*not a NumPy file of version 1 to 3*");
        Fails(Sources.Npy("<i8", "(1, 1)", new byte[8])).WithMessage("*numbers of type '<i8', expected '<f2', '<f4', '<f8' or '|u1'*");
        Fails(Sources.Npy("<f4", "(2, 2)", new byte[15], order: "True")).WithMessage("*ends in column 2, its header says 2 rows of 2 values*");
        Fails(Sources.Npy("<f4", "(2, 2)", new byte[17], order: "True")).WithMessage("*goes on after the 2 rows of 2 values*");
        Fails(Sources.Npy("<f4", "(2,)", new byte[8])).WithMessage("*shape (2,), expected (rows, values)*");
        Fails(Sources.Npy("<f4", "(0, 2)", [])).WithMessage("*shape (0, 2), expected*");
        Fails(Sources.Npy("<f4", "(2, 0)", [])).WithMessage("*a row has 0 values*");
        Fails(Sources.Npy("<f4", "(2, 2)", new byte[15])).WithMessage("*ends in row 1, its header says 2 rows of 2 values*");
        Fails(Sources.Npy("<f4", "(2, 2)", new byte[17])).WithMessage("*goes on after the 2 rows of 2 values*");
        Fails(Sources.Npy("<f4", "(2, 2)", [])[..30]).WithMessage("*ends in its header*");
    }

    private static byte[] TwoRows => Sources.Npy("|u1", "(2, 1)", [1, 2]);

    private FluentAssertions.Specialized.ExceptionAssertions<DataException> Fails(byte[] npy) =>
        FluentActions.Invoking(() => Import(npy)).Should().Throw<DataException>();

    private ImportSummary Import(byte[] npy, string? ids = null) =>
        ImportRun.Execute(new() { Source = new() { Npy = folder.Write("a.npy", npy) }, Shards = new(Path.Combine(folder.Root, "pool")), Ids = ids }, ct: TestContext.Current.CancellationToken);

    private List<Sources.Row> Rows() => Sources.ReadAll(folder.File("pool"));
}
