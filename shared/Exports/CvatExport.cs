using System.Xml;
using ParquetPool.Errors;
using ParquetPool.Storage;

namespace ParquetPool.Exports;

/// <summary>CVAT's <c>annotations.xml</c>: the one tag of an image is its class; boxes and masks are none. Format: https://docs.cvat.ai/docs/manual/advanced/xml_format</summary>
/// <remarks>Where all tags are one and an attribute of theirs differs, that is the class, or the one that <c>--control</c> names; <c>--control tag</c> takes the tags.</remarks>
internal static class CvatExport
{
    private const string Tag = "tag";
    private static readonly XmlReaderSettings Settings = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, IgnoreWhitespace = true, CloseInput = true };

    /// <exception cref="DataException">The file is no such XML.</exception>
    public static void Read(SheetBuilder sheet)
    {
        try
        {
            using var local = UnpackedFile.Open(sheet.Path);
            using var xml = XmlReader.Create(new TagStream(File.OpenRead(local.Path)), Settings);
            var (images, boxes) = (0, 0);
            var found = new List<(string Image, List<GivenTag> Tags, string Place)>();
            var (image, tags) = ("", new List<GivenTag>());
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
                else if (xml is { NodeType: XmlNodeType.Element, Name: Tag })
                {
                    tags.Add(new GivenTag(xml.GetAttribute("label") ?? "", AttributesOf(xml)));
                }
                else if (xml is { NodeType: XmlNodeType.EndElement, Name: "image" })
                {
                    boxes += tags.Count == 0 ? 1 : 0;
                    found.Add((image, tags, $"image {images}"));
                }
            }
            if (images == 0 || boxes == images)
            {
                throw new DataException($"{sheet.Path}: {(images == 0 ? "XML without images" : "its images have boxes or masks but no tags")}, expected CVAT's images with a tag each: label whole images with tags");
            }
            var attribute = AttributeOf(sheet, [.. found.SelectMany(f => f.Tags)]);
            foreach (var (name, of, place) in found)
            {
                Take(name, [.. of.Select(tag => attribute is null ? tag.Label : tag.Attributes.GetValueOrDefault(attribute, ""))], sheet, place);
            }
        }
        catch (XmlException e)
        {
            throw new DataException($"{sheet.Path}: not XML that can be read ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')}): export it again", e);
        }
    }

    /// <summary>The attribute that holds the classes; null where the tags are the classes.</summary>
    private static string? AttributeOf(SheetBuilder sheet, IReadOnlyList<GivenTag> tags)
    {
        if (sheet.Control != LabelStudioExport.Control && tags.Any(tag => tag.Attributes.ContainsKey(sheet.Control)))
        {
            return sheet.Control;
        }
        if (sheet.Control == Tag || tags.DistinctBy(tag => tag.Label).Count() != 1)
        {
            return null;
        }
        var differing = tags.SelectMany(tag => tag.Attributes).Distinct().GroupBy(a => a.Key, a => a.Value).Where(values => values.Count() > 1).ToList();
        if (differing is [] or [_, _, ..] || differing[0].All(value => bool.TryParse(value, out _)))
        {
            return differing is [] ? null : throw new DataException(
                $"{sheet.Path}: all tags are '{SheetBuilder.Short(tags[0].Label)}', and they differ in {string.Join(" and ", differing.Take(5).Select(d => $"{SheetBuilder.Short(d.Key)} ({string.Join(", ", d.Order(StringComparer.Ordinal).Take(4).Select(SheetBuilder.Short))})"))}: say with --control which holds the classes, --control {differing[0].Key} or --control {Tag}");
        }
        foreach (var tag in tags)
        {
            sheet.Note($"tags are all '{SheetBuilder.Short(tag.Label)}' and labels are what their attribute {SheetBuilder.Short(differing[0].Key)} says: --control {Tag} would take the tags", $"{differing[0].Count()} values");
        }
        return differing[0].Key;
    }

    /// <summary>The values within a tag, whose end the reader then stands at.</summary>
    private static Dictionary<string, string> AttributesOf(XmlReader xml)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (xml.IsEmptyElement)
        {
            return values;
        }
        var name = "";
        while (xml.Read() && xml is not { NodeType: XmlNodeType.EndElement, Name: Tag })
        {
            if (xml is { NodeType: XmlNodeType.Element, Name: "attribute" })
            {
                name = xml.GetAttribute("name") ?? "";
            }
            else if (xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA)
            {
                values[name] = xml.Value;
            }
        }
        return values;
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

    private sealed record GivenTag(string Label, Dictionary<string, string> Attributes);
}
