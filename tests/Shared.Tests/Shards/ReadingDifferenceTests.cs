using System.Globalization;
using ParquetPool.Engine;
using ParquetPool.ShardRows;
using ParquetPool.Shards;
using ParquetSharp;

namespace ParquetPool.Shared.Tests.Shards;

/// <summary>Rows are what was written, and what DuckDB's own SQL makes of the file, whoever wrote it, of whatever type, encoding, compression and shape.</summary>
public sealed class ReadingDifferenceTests : IDisposable
{
    private const int Rows = 60;
    private const int Width = 4;
    private static readonly Compression[] Codecs = [Compression.Uncompressed, Compression.Snappy, Compression.Gzip, Compression.Brotli, Compression.Zstd, Compression.Lz4];
    private static readonly int[] Groups = [1, 7, 25, Rows];

    private static readonly Dictionary<string, (Encoding?[] Encodings, Action<ArrowFile, string, float?[]?[]> Write)> Vectors = new()
    {
        ["float"] = ([null, Encoding.Plain, Encoding.ByteStreamSplit], (file, path, rows) => Write(file, path, rows)),
        ["double"] = ([null, Encoding.Plain, Encoding.ByteStreamSplit], (file, path, rows) => Write(file, path, Lists(rows, value => (double?)value))),
        ["int"] = ([null, Encoding.Plain, Encoding.DeltaBinaryPacked], (file, path, rows) => Write(file, path, Lists(rows, value => (int?)value))),
        ["int8"] = ([null, Encoding.Plain, Encoding.DeltaBinaryPacked], (file, path, rows) => Write(file, path, Lists(rows, value => (sbyte?)value))),
        ["blob"] = ([null, Encoding.Plain, Encoding.DeltaLengthByteArray, Encoding.DeltaByteArray], (file, path, rows) => Write(file, path, Array.ConvertAll(rows, Packed))),
    };

    private readonly TestFolder folder = new();
    private readonly DuckDb oracle = new();

    public void Dispose()
    {
        oracle.Dispose();
        folder.Dispose();
    }

    public static TheoryData<string> Kinds => [.. Vectors.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Vectors_that_Arrow_writes_are_read(string kind)
    {
        var (encodings, write) = Vectors[kind];
        foreach (var (n, encoding) in encodings.SelectMany(encoding => Codecs.Select(_ => encoding)).Index())
        {
            var rows = Made(nulls: n % 3, isWhole: kind.StartsWith("int", StringComparison.Ordinal), hasNullElements: kind != "blob" && n % 2 == 0);
            var path = folder.File($"{kind}-{n}.parquet");
            write(new ArrowFile(Codecs[n % Codecs.Length], null, encoding, Groups[n % Groups.Length], n % 2 == 1), path, rows);

            Expect(path, [.. Enumerable.Range(0, Rows).Select(i => $"{i}")], rows);
        }
    }

    [Fact]
    public void Ids_that_Arrow_writes_are_read()
    {
        var (n, day) = (0, new DateTime(2024, 2, 28, 23, 59, 0, DateTimeKind.Utc));
        Encoding?[] whole = [null, Encoding.Plain, Encoding.DeltaBinaryPacked], texts = [null, Encoding.Plain, Encoding.DeltaByteArray, Encoding.DeltaLengthByteArray], others = [null, Encoding.Plain];
        Ids(texts, i => $"é{new string('x', i % 9)}{i}", id => id);
        Ids(texts, i => System.Text.Encoding.UTF8.GetBytes($"{i}"), System.Text.Encoding.UTF8.GetString);
        Ids(texts, i => new byte[] { 0xFF, (byte)i }, id => $"0x{Convert.ToHexStringLower(id)}");
        Ids(whole, i => i - 30, Number);
        Ids(whole, i => (long)i << 40, Number);
        Ids(whole, i => ulong.MaxValue - (ulong)i, Number);
        Ids(whole, i => (sbyte)(i - 30), Number);
        Ids(whole, i => (ushort)(i + 60000), Number);
        Ids(others, i => (i * 5 - 2) / 4m, id => id.ToString("0.###", CultureInfo.InvariantCulture), LogicalType.Decimal(29, 3));
        Ids(others, i => new Guid(i, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), id => id.ToString());
        Ids(whole, i => new Date(19000 + i), id => id.DateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        Ids(whole, i => day.AddMinutes(i), id => id.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), LogicalType.Timestamp(isAdjustedToUtc: true, TimeUnit.Micros));
        Ids(whole, i => day.AddMilliseconds(i), id => id.ToString("yyyy-MM-dd HH:mm:ss.FFF", CultureInfo.InvariantCulture), LogicalType.Timestamp(isAdjustedToUtc: false, TimeUnit.Millis));
        Ids(others, i => new Int96(i * 1000, 0, 2440588 + i), id => new DateTime(1970, 1, 1).AddDays(id.C - 2440588).AddTicks(id.A / 100).ToString("yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture));
        byte[][] codes = [.. Enumerable.Range(0, Rows).Select(i => new byte[] { 0xC3, 0x28, 1, (byte)i })];
        File().WriteFixed(folder.File("fixed.parquet"), codes);
        ParquetFiles.ReadAll(new("fixed", folder.File("fixed.parquet")), new RowSchema([])).Select(row => row.Id).Should().Equal(codes.Select(id => $"0x{Convert.ToHexStringLower(id)}"));

        void Ids<T>(Encoding?[] encodings, Func<int, T> id, Func<T, string> text, LogicalType? type = null)
        {
            foreach (var encoding in encodings)
            {
                T[] ids = [.. Enumerable.Range(0, Rows).Select(id)];
                var rows = Made(nulls: n % 3, isWhole: false, hasNullElements: false);
                var path = folder.File($"{typeof(T).Name}-{n}.parquet");
                (File() with { Id = encoding }).Write(path, ids, rows, type);
                Expect(path, [.. ids.Select(text)], rows);
            }
        }

        ArrowFile File() => new(Codecs[++n % Codecs.Length], null, null, Groups[n % Groups.Length], n % 2 == 1);
        static string Number<T>(T id) => string.Create(CultureInfo.InvariantCulture, $"{id}");
    }

    [Fact]
    public void Files_of_parquet_rs_are_read()
    {
        var files = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "TestData", "parquet-rs"), "*.parquet");
        foreach (var path in files)
        {
            var kinds = Path.GetFileName(path).Split('-');
            float?[]?[] rows = [.. Enumerable.Range(0, Rows).Select(i => i % 5 == 4 ? null : (float?[])[i, -i, kinds[1] == "int16" ? 0 : i / 2f, 1])];
            Expect(path, [.. Enumerable.Range(0, Rows).Select(i => IdOfParquetRs(kinds[0], i))], rows);
        }
        files.Should().HaveCount(14);
    }

    [Fact]
    public void Files_of_DuckDB_and_Parquet_Net_are_read()
    {
        foreach (var (n, type) in new[] { "FLOAT[]", "DOUBLE[]", "SMALLINT[]", "FLOAT[4]", "DOUBLE[2][]", "BLOB" }.Index())
        {
            var rows = Made(nulls: 1, isWhole: true, hasNullElements: false);
            var values = rows.Select((row, i) => $"({i}, {(row is null ? "NULL" : type == "BLOB" ? $"unhex('{Convert.ToHexString(Packed(row)!)}')" : type == "DOUBLE[2][]" ? $"[[{row[0]}, {row[1]}], [{row[2]}, {row[3]}]]" : $"[{string.Join(", ", row)}]")})");
            foreach (var options in new[] { ", COMPRESSION snappy, ROW_GROUP_SIZE 7", ", COMPRESSION zstd, PARQUET_VERSION V2", ", COMPRESSION uncompressed, DICTIONARY_SIZE_LIMIT 1", ", COMPRESSION gzip", ", COMPRESSION lz4_raw, PARQUET_VERSION V2" })
            {
                var theirs = ParquetFiles.FromSql(folder.File($"duckdb-{n}.parquet"), $"SELECT id, CAST(features AS {type}) AS features FROM (VALUES {string.Join(", ", values)}) AS rows(id, features)", options);
                var ours = folder.File("ours.parquet");
                ShardSubset.WriteWithout(theirs, [], ours);

                Expect(theirs.Path, [.. Enumerable.Range(0, Rows).Select(i => $"{i}")], rows);
                Expect(ours, [.. Enumerable.Range(0, Rows).Select(i => $"{i}")], rows);
            }
        }
    }

    /// <summary>The rows that a reader gives are those written, and DuckDB's SQL tells the same of them.</summary>
    private void Expect(string path, string[] ids, float?[]?[] rows)
    {
        var found = ParquetFiles.ReadAll(new(Path.GetFileNameWithoutExtension(path), path), ParquetFiles.Features(Width), capacity: 11);
        found.Select(row => row.Id).Should().Equal(ids, path);
        found.Select(row => row.Faults).Should().Equal(rows.Select(row => row is null ? RowFaults.NullVector : row.Contains(null) ? RowFaults.NotFinite : RowFaults.None), path);
        found.Where(row => row.Faults == RowFaults.None).SelectMany(row => row.Vector).Should().Equal(rows.Where(row => row?.Contains(null) == false).SelectMany(row => row!).Select(value => value!.Value), path);

        var blob = oracle.Rows($"SELECT column_type FROM (DESCRIBE SELECT features FROM {Sql.ReadParquet(path)})").Single()[0] == "BLOB";
        var numbers = oracle.Rows($"SELECT {(blob ? "hex(features)" : "CAST(features AS VARCHAR)")} FROM {Sql.ReadParquet(path)}").Select(row => row[0]).ToList();
        numbers.Select(text => text is null).Should().Equal(rows.Select(row => row is null), path);
        numbers.Zip(found).Where(row => row.Second.Faults == RowFaults.None).SelectMany(row => Parsed(row.First!, blob)).Should().Equal(found.Where(row => row.Faults == RowFaults.None).SelectMany(row => row.Vector), path);
    }

    private static IEnumerable<float> Parsed(string text, bool isHex) => isHex
        ? Convert.FromHexString(text).Chunk(sizeof(float)).Select(bytes => BitConverter.ToSingle(bytes))
        : text.Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Split(", ").Select(number => float.Parse(number, CultureInfo.InvariantCulture));

    private static string IdOfParquetRs(string kind, int i) => kind switch
    {
        "text" => $"row {i}",
        "int64" => $"{(i * 7) - 3}",
        "uint32" => $"{i + 4_000_000_000}",
        "int8" => $"{i - 30}",
        "bytes" => $"0xff{i:x2}0007",
        "date" => new DateTime(2023, 11, 14).AddDays(i).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => new DateTime(2023, 11, 14, 22, 13, 20).AddMinutes(i).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
    };

    /// <summary>Vectors of numbers that every type holds exactly.</summary>
    /// <param name="nulls">0 for none, 1 for every fifth row, 2 for the last half.</param>
    private static float?[]?[] Made(int nulls, bool isWhole, bool hasNullElements) =>
        [.. Enumerable.Range(0, Rows).Select(i => (nulls == 1 && i % 5 == 4) || (nulls == 2 && i >= Rows / 2) ? null : (float?[])[i, hasNullElements && i % 7 == 6 ? null : -i, isWhole ? i / 2 : i / 2f, 1])];

    private static T?[]?[] Lists<T>(float?[]?[] rows, Func<float, T?> convert)
        where T : struct => Array.ConvertAll(rows, row => row is null ? null : Array.ConvertAll(row, value => value is { } number ? convert(number) : null));

    private static byte[]? Packed(float?[]? row) => row?.SelectMany(value => BitConverter.GetBytes(value!.Value)).ToArray();

    private static void Write<T>(ArrowFile file, string path, T[] vectors) => file.Write(path, [.. Enumerable.Range(0, Rows)], vectors);
}
