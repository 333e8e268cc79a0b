using System.Text;
using System.Text.Json;
using ParquetPool.Errors;
using ParquetPool.Storage;

namespace ParquetPool.Exports;

/// <summary>Labels as labelling tools export them in JSON, told apart by what their elements look like.</summary>
/// <remarks>Read as <see cref="JsonElements"/> says, so exports of any size take little memory.</remarks>
internal static class LabelJson
{
    private const string Readable = "expected an export of Label Studio, doccano, Prodigy, Labelbox, Argilla or CVAT (Datumaro), or records with id and label";

    /// <exception cref="DataException">The file is no such export, or an element does not say which row it is.</exception>
    public static void Read(SheetBuilder sheet)
    {
        var studio = new LabelStudioExport(sheet);
        TaskCounter? counter = null;
        var place = 0;
        try
        {
            using var local = UnpackedFile.Open(sheet.Path);
            using var file = new FileStream(local.Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
            using var text = Utf8(file);
            foreach (var (element, around) in new JsonElements(text).Read())
            {
                Read(element, around, sheet, studio, record => (counter ??= RecordExport.Counter(record, sheet)).See(name => RecordExport.ValueOf(record, name)), ++place);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new DataException($"{sheet.Path}: not JSON that can be read (element {place + 1}: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}): export it again", e);
        }
        if (place == 0)
        {
            throw new DataException($"{sheet.Path}: no element in it, {Readable}: export it again");
        }
        studio.Complete();
        if (!sheet.IsForIds)
        {
            counter?.Require();
        }
    }

    private static void Read(JsonElement element, JsonElement around, SheetBuilder sheet, LabelStudioExport studio, Action<JsonElement> see, int number)
    {
        var place = $"element {number}";
        Action read =
            JsonField.Get(element, "data_row") is not null || JsonField.Get(element, "DataRow ID") is not null ? () => LabelboxExport.Read(element, sheet, place)
            : JsonField.Get(element, "images") is not null && JsonField.Get(element, "categories") is not null ? () => throw Refused("COCO's boxes and masks are no classes of rows")
            : JsonField.Get(around, "categories", "label") is { } labels ? () => DatumaroExport.Read(element, labels, sheet, place)
            : LabelStudioExport.Is(element) ? () => studio.Read(element, $"task {number}")
            : ArgillaExport.Is(element) ? () => ArgillaExport.Read(element, sheet, place)
            : ProdigyExport.Is(element) ? () => ProdigyExport.Read(element, sheet, place)
            : RecordExport.Is(element, sheet) ? () =>
            {
                see(element);
                RecordExport.Read(element, sheet, place);
            }
        : () => throw Refused(element.ValueKind == JsonValueKind.Object ? $"it has {string.Join(", ", element.EnumerateObject().Take(8).Select(f => SheetBuilder.Short(f.Name)).DefaultIfEmpty("nothing"))}" : $"it is {element.ValueKind}");
        read();

        DataException Refused(string why) => new($"{sheet.Path}: {place} is no label that is known ({why}), {Readable}: export it in another form, or hand over a CSV with id and label");
    }

    private static Stream Utf8(FileStream file)
    {
        Span<byte> start = stackalloc byte[2];
        var count = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return count < start.Length ? file
            : start.SequenceEqual((ReadOnlySpan<byte>)[0xFF, 0xFE]) || start[1] == 0 ? Encoding.CreateTranscodingStream(file, Encoding.Unicode, new UTF8Encoding(false))
            : start.SequenceEqual((ReadOnlySpan<byte>)[0xFE, 0xFF]) ? Encoding.CreateTranscodingStream(file, Encoding.BigEndianUnicode, new UTF8Encoding(false))
            : file;
    }
}
