using System.Runtime.InteropServices;
using ParquetSharp;
using ParquetSharp.Schema;

namespace ParquetPool.Shared.Tests.Shards;

/// <summary>A file of ids and vectors written by Arrow's C++ library.</summary>
/// <param name="Codec">Of all columns.</param>
/// <param name="Id">Of the column <c>id</c>; null for a dictionary.</param>
/// <param name="Vector">Of the column <c>features</c>; null for a dictionary.</param>
/// <param name="GroupRows">Rows of a row group.</param>
/// <param name="IsSecond">Whether data pages are of version 2.</param>
internal sealed record ArrowFile(Compression Codec, Encoding? Id, Encoding? Vector, int GroupRows, bool IsSecond)
{
    private const int FixedBytes = 4;

    /// <summary>Writes a row for each id; <c>features</c> is a list of floats of some width, or whatever else a row of it is.</summary>
    public void Write<TId, TVector>(string path, TId[] ids, TVector[] vectors, LogicalType? type = null)
    {
        Column[] columns = [new Column<TId>("id", type), new Column<TVector>("features")];
        using var settings = Settings(typeof(TVector).IsArray && typeof(TVector) != typeof(byte[]) ? "features.list.item" : "features");
        using var file = new ParquetFileWriter(path, columns, settings);
        foreach (var rows in Enumerable.Range(0, ids.Length).Chunk(GroupRows))
        {
            using var group = file.AppendRowGroup();
            using (var column = group.NextColumn().LogicalWriter<TId>())
            {
                column.WriteBatch(ids[rows[0]..(rows[^1] + 1)]);
            }
            using (var column = group.NextColumn().LogicalWriter<TVector>())
            {
                column.WriteBatch(vectors[rows[0]..(rows[^1] + 1)]);
            }
        }
        file.Close();
    }

    /// <summary>Writes ids of four bytes, as fixed-size binary, and nothing else.</summary>
    public void WriteFixed(string path, IReadOnlyList<byte[]> ids)
    {
        using var type = LogicalType.None();
        using var id = new PrimitiveNode("id", Repetition.Required, type, PhysicalType.FixedLenByteArray, FixedBytes);
        using var schema = new GroupNode("schema", Repetition.Required, [id]);
        using var settings = Settings("id");
        using var file = new ParquetFileWriter(path, schema, settings);
        var memory = GCHandle.Alloc(ids.SelectMany(bytes => bytes).ToArray(), GCHandleType.Pinned);
        try
        {
            foreach (var rows in Enumerable.Range(0, ids.Count).Chunk(GroupRows))
            {
                using var group = file.AppendRowGroup();
                using var column = (ColumnWriter<FixedLenByteArray>)group.NextColumn();
                column.WriteBatch([.. rows.Select(row => new FixedLenByteArray(memory.AddrOfPinnedObject() + (row * FixedBytes)))]);
            }
        }
        finally
        {
            memory.Free();
        }
        file.Close();
    }

    private WriterProperties Settings(string vector)
    {
        using var builder = new WriterPropertiesBuilder();
        builder.Compression(Codec).DataPageVersion(IsSecond ? ParquetDataPageVersion.V2 : ParquetDataPageVersion.V1).DataPagesize(256);
        foreach (var (path, encoding) in new[] { ("id", Id), (vector, Vector) })
        {
            if (encoding is { } said)
            {
                builder.DisableDictionary(path).Encoding(path, said);
            }
        }
        return builder.Build();
    }
}
