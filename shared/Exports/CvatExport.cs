using System.Xml;
using ParquetPool.Errors;
using ParquetPool.Storage;

namespace ParquetPool.Exports;

/// <summary>CVAT's <c>annotations.xml</c>: the one tag of an image is its class; boxes and masks are none. Format: https://docs.cvat.ai/docs/manual/advanced/xml_format</summary>
internal static class CvatExport
{
    private static readonly XmlReaderSettings Settings = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, IgnoreWhitespace = true, CloseInput = true };

    /// <exception cref="DataException">The file is no such XML.</exception>
    public static void Read(SheetBuilder sheet)
    {
        try
        {
            using var local = StoredFiles.Open(sheet.Path);
            using var xml = XmlReader.Create(new TagStream(File.OpenRead(local.Path)), Settings);
            var (images, boxes) = (0, 0);
            var (image, tags) = ("", new List<string>());
            while (xml.Read())
            {
                if (xml is { NodeType: XmlNodeType.Element, Name: "image" })
                {
                    images++;
                    (image, tags) = (xml.GetAttribute("name") ?? "", []);
                    if (xml.IsEmptyElement)
                    {
                        sheet.Open();
                    }
                }
                else if (xml is { NodeType: XmlNodeType.Element, Name: "tag" })
                {
                    tags.Add(xml.GetAttribute("label") ?? "");
                }
                else if (xml is { NodeType: XmlNodeType.EndElement, Name: "image" })
                {
                    boxes += tags.Count == 0 ? 1 : 0;
                    Take(image, tags, sheet, $"image {images}");
                }
            }
            if (images == 0 || boxes == images)
            {
                throw new DataException($"{sheet.Path}: {(images == 0 ? "XML without images" : "its images have boxes or masks but no tags")}, expected CVAT's images with a tag each: label whole images with tags");
            }
        }
        catch (XmlException e)
        {
            throw new DataException($"{sheet.Path}: not XML that can be read ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')}): export it again", e);
        }
    }

    private static void Take(string image, List<string> tags, SheetBuilder sheet, string place)
    {
        var names = tags.Select(LabelChoice.OfCell).OfType<LabelChoice.One>().Distinct().ToList();
        if (names.Count > 1)
        {
            sheet.Note("labels name several classes and are left out", $"{place}: {SheetBuilder.Short(string.Join(", ", names.Select(n => n.Name)))}");
        }
        if (names is [var one])
        {
            sheet.Add(new LabelEntry(image, one.Name, "", double.NaN), place);
        }
        else
        {
            sheet.Open();
        }
    }
}
