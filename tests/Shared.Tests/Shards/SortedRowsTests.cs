using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ParquetPool.Columns;
using ParquetPool.Errors;
using ParquetPool.Shards;

namespace ParquetPool.Shared.Tests.Shards;

public sealed class SortedRowsTests : IDisposable
{
    private static readonly SortSpec ByScore = new([new("score", Descending: true), new("id")]);

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(true, null)]
    [InlineData(false, null)]
    [InlineData(true, 100)]
    [InlineData(false, 0)]
    [InlineData(true, 1_000_000)]
    public void The_order_is_that_of_a_sort_in_memory(bool descending, int? limit)
    {
        var rows = Scores(parts: 3, rowsPerPart: 4000);
        var output = folder.File("ranked.parquet");

        var written = SortedRows.Write(Parts(3), new([new("score", descending), new("id")], limit), output);

        var byScore = descending ? rows.OrderByDescending(row => row.Score) : rows.OrderBy(row => row.Score);
        var expected = byScore.ThenBy(row => row.Id, StringComparer.Ordinal).Take(limit ?? int.MaxValue).ToList();
        written.Should().Be(expected.Count);
        ParquetFiles.Print(output).Select(row => $"{row[0]} {row[1]} {row[2]}").Should().Equal(expected.Select((row, i) => $"{i + 1} {row.Id} {row.Score.ToString("0.0#", CultureInfo.InvariantCulture)}"));
        folder.Files().Should().Equal("part-0.parquet", "part-1.parquet", "part-2.parquet", "ranked.parquet");
    }

    [Fact]
    public void Excluded_ids_are_left_out_and_ranks_have_no_gap()
    {
        var rows = Scores(parts: 2, rowsPerPart: 3000);
        var excluded = rows.Where((_, i) => i % 2 == 0).Select(row => row.Id).ToHashSet();

        var written = SortedRows.Write(Parts(2), ByScore with { ExcludeIds = excluded }, folder.File("ranked.parquet"));

        var expected = rows.Where(row => !excluded.Contains(row.Id)).OrderByDescending(row => row.Score).ThenBy(row => row.Id, StringComparer.Ordinal).ToList();
        written.Should().Be(expected.Count);
        ParquetFiles.Print(folder.File("ranked.parquet")).Select(row => (row[0], row[1])).Should().Equal(
            expected.Select((row, i) => ((i + 1).ToString(CultureInfo.InvariantCulture), row.Id)).Select(row => ((string?)row.Item1, (string?)row.Id)));
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(0xFEDCBA9876543210UL)]
    public void Draws_are_the_first_bits_of_a_hash_of_seed_and_id(ulong seed)
    {
        double Draw(string id) => (BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData([.. BitConverter.GetBytes(seed), .. Encoding.UTF8.GetBytes(id)])) >> 11) / (double)(1UL << 53);
        var ids = Scores(parts: 1, rowsPerPart: 500).Select(row => row.Id).ToList();

        SortedRows.Write(Parts(1), new([new("draw", Descending: true), new("id")], Columns: [("id", "id"), ("draw", "score")], Draws: new("draw", seed)), folder.File("ranked.parquet"), folder.File("ranked.csv"));

        File.ReadLines(folder.File("ranked.csv")).Skip(1).Select(line => line.Split(',')).Select(row => (row[1], double.Parse(row[2], CultureInfo.InvariantCulture)))
            .Should().Equal(ids.Select(id => (id, Draw(id))).OrderByDescending(row => row.Item2));
    }

    [Fact]
    public void The_CSV_has_the_same_rows()
    {
        ParquetFiles.FromSql(folder.File("part-0.parquet"), "SELECT * FROM (VALUES ('plain', 0.25), ('a \"quoted\", id', 0.5), ('none', NULL)) AS t(id, score)");

        SortedRows.Write([folder.File("part-0.parquet")], ByScore, folder.File("ranked.parquet"), folder.File("ranked.csv"));

        File.ReadAllText(folder.File("ranked.csv")).Should().Be("rank,id,score\n1,\"a \"\"quoted\"\", id\",0.50\n2,plain,0.25\n3,none,\n");
        folder.Files().Should().Equal("part-0.parquet", "ranked.csv", "ranked.parquet");
    }

    [Fact]
    public void The_same_rows_give_the_same_bytes_whatever_the_order_of_the_files()
    {
        Scores(parts: 3, rowsPerPart: 2000);

        SortedRows.Write(Parts(3), ByScore, folder.File("a.parquet"), folder.File("a.csv"));
        SortedRows.Write([.. Parts(3).Reverse()], ByScore, folder.File("b.parquet"), folder.File("b.csv"));

        File.ReadAllBytes(folder.File("b.parquet")).Should().Equal(File.ReadAllBytes(folder.File("a.parquet")));
        File.ReadAllBytes(folder.File("b.csv")).Should().Equal(File.ReadAllBytes(folder.File("a.csv")));
    }

    [Fact]
    public void A_file_that_cannot_be_sorted_is_named_and_nothing_is_left()
    {
        Scores(parts: 1, rowsPerPart: 10);

        Sorting([folder.File("gone.parquet")]).Should().Throw<DataException>().WithMessage("*gone.parquet: no such file*");
        Sorting([.. Parts(1)], new([new("bald")])).Should().Throw<DataException>().WithMessage("*part-0.parquet: no column bald: it has id, score");
        Sorting([]).Should().Throw<DataException>().WithMessage("no files to sort*");
        folder.Files().Should().Equal("part-0.parquet");
    }

    [Fact]
    public void An_output_that_cannot_be_written_is_named()
    {
        Scores(parts: 1, rowsPerPart: 10);
        var writing = () => SortedRows.Write(Parts(1), ByScore, Path.Combine(Parts(1)[0], "ranked.parquet"));

        writing.Should().Throw<IOException>().WithMessage("*ranked.parquet cannot be written*");
    }

    private Action Sorting(string[] files, SortSpec? spec = null) => () => SortedRows.Write(files, spec ?? ByScore, folder.File("ranked.parquet"), folder.File("ranked.csv"));

    private string[] Parts(int count) => [.. Enumerable.Range(0, count).Select(part => folder.File($"part-{part}.parquet"))];

    /// <summary>Scores with many ties, ids in no order.</summary>
    private List<(string Id, double Score)> Scores(int parts, int rowsPerPart)
    {
        var random = new Random(11);
        var rows = new List<(string Id, double Score)>();
        foreach (var path in Parts(parts))
        {
            var part = Enumerable.Range(0, rowsPerPart).Select(_ => ($"{random.Next():x8}-{rows.Count}", random.Next(50) / 100.0)).ToList();
            part = [.. part.Select((row, i) => ($"{row.Item1}-{i}", row.Item2))];
            using var writer = new ShardWriter(path, [new("id", ShardType.Text), new("score", ShardType.Double)]);
            writer.Write(rowsPerPart, part.Select(row => row.Item1).ToArray(), part.Select(row => row.Item2).ToArray());
            writer.Complete();
            rows.AddRange(part);
        }

        return rows;
    }
}
