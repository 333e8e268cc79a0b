using System.Globalization;
using System.Text.Json;
using ParquetPool.Engine;
using ParquetPool.Errors;

namespace ParquetPool.ShardRows;

/// <summary>Reads the pictures of a Parquet file, as files' bytes or as paths, with their labels.</summary>
internal static class PictureTable
{
    private static readonly string[] PathNames = ["image", "path", "file_name", "image_path", "filepath", "file", "filename"];

    /// <summary>The rows, streamed. Numbers that stand for the classes of Hugging Face's <c>ClassLabel</c> become their names; -1 is no label.</summary>
    /// <param name="image">The column of pictures; null for the only one that can be.</param>
    /// <param name="label">The column of labels; null for <c>label</c> where there is one.</param>
    /// <exception cref="DataException">The file is missing or not Parquet, or no column, or more than one, can be that of the pictures.</exception>
    public static IEnumerable<PictureRow> Read(string path, string? image, string? label)
    {
        using var duckDb = DuckDb.Lent();
        var schema = ShardSchema.Read(duckDb, path);
        var pictures = ImageColumn(schema, path, image);
        var labels = label is not null || schema.Has("label") ? schema.Require(label ?? "label", column => column.IsLabelLike, "text, numbers or booleans") : (ColumnType?)null;
        var names = labels is { } named ? ClassNames(duckDb, path, named.Name) : [];
        var file = pictures.FileExpression ?? "CAST(NULL AS BLOB)";
        var where = pictures.FileExpression is null ? pictures.TextExpression : StructMembers.Find([pictures], $"{pictures.Name}.path") is { } member ? member.TextExpression : "CAST(NULL AS VARCHAR)";
        using var rows = Guard(path, () => duckDb.Query($"SELECT {file}, {where}, {labels?.TextExpression ?? "CAST(NULL AS VARCHAR)"}, {schema.IdExpression} FROM {Sql.ReadParquet(path)}"));
        while (Guard(path, rows.Next))
        {
            for (var row = 0; row < rows.Count; row++)
            {
                yield return new(rows.IsValid(0, row) ? rows.Bytes(0, row).ToArray() : null, Text(rows, 1, row), Label(Text(rows, 2, row), names), Text(rows, 3, row));
            }
        }
    }

    /// <summary>Whether a Parquet file's rows hold the files of pictures, as Hugging Face has them, and no vectors.</summary>
    internal static bool IsOne(string path)
    {
        try
        {
            using var duckDb = DuckDb.Lent();
            var columns = ShardSchema.Read(duckDb, path).Columns;
            return columns.Any(column => !column.IsBlob && column.FileExpression is not null) && !columns.Any(column => column.IsRealVector);
        }
        catch (DataException)
        {
            return false; // Whoever reads its rows says what is wrong with it.
        }
    }

    private static ColumnType ImageColumn(ShardSchema schema, string path, string? asked)
    {
        if (asked is not null)
        {
            return schema.Require(asked, column => column.FileExpression is not null || column.Type == "VARCHAR", "a struct of bytes and a path, bytes, or paths");
        }
        List<ColumnType> files = [.. schema.Columns.Where(column => column.FileExpression is not null)];
        List<ColumnType> found = files.Count > 0 ? files : [.. schema.Columns.Where(column => column.Type == "VARCHAR" && PathNames.Contains(column.Name.ToLowerInvariant()))];
        return found.Count == 1 ? found[0]
            : files.Where(column => column.Name == "image").Take(1).ToList() is [var image] ? image
            : throw new DataException($"{path}: {(found.Count == 0 ? "no column" : $"columns {string.Join(", ", found.Select(column => column.Name))}")} may hold pictures, expected one of bytes, of struct<bytes, path> or of paths: it has {string.Join(", ", schema.Columns.Select(column => column.Name))}; name it with --image-column");
    }

    private static string? Label(string? text, string[] names) =>
        text is null or "" or "-1" ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < names.Length ? names[number]
        : text;

    /// <summary>The names that Hugging Face's footer gives the numbers of a column; none where it says nothing.</summary>
    private static string[] ClassNames(DuckDb duckDb, string path, string column)
    {
        foreach (var row in Guard(path, () => duckDb.Rows($"SELECT decode(value) FROM parquet_kv_metadata({Sql.Text(Sql.Literal(path))}) WHERE key = 'huggingface'::BLOB").ToList()))
        {
            try
            {
                using var json = JsonDocument.Parse(row[0] ?? "");
                return [.. json.RootElement.GetProperty("info").GetProperty("features").GetProperty(column).GetProperty("names").EnumerateArray().Select(name => name.GetString()!)];
            }
            catch (Exception other) when (other is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                // No class label, or of another version.
            }
        }
        return [];
    }

    private static string? Text(DuckDbQuery rows, int column, int row) => rows.IsValid(column, row) ? rows.Text(column, row) : null;

    private static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DuckDbException refused)
        {
            throw ShardSchema.Unreadable(path, refused);
        }
    }
}

/// <summary>A row that is a picture.</summary>
/// <param name="Bytes">Its file; null where the row has only a path.</param>
/// <param name="Id">What names the row; null where no column <c>id</c> does.</param>
internal sealed record PictureRow(byte[]? Bytes, string? Path, string? Label, string? Id);
