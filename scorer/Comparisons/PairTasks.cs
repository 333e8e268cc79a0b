using System.Text.Encodings.Web;
using System.Text.Json;
using System.Xml.Linq;
using ParquetPool.Preferences;
using ParquetPool.Scorer.Labelling;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Comparisons;

/// <summary>Pairs as tasks for Label Studio's pairwise template, which <see cref="PairwiseExport"/> reads back.</summary>
/// <remarks>Memory: <see cref="PairsAtOnce"/> pairs with their texts and pictures. Format: https://labelstud.io/tags/pairwise</remarks>
internal static class PairTasks
{
    private const int PairsAtOnce = 200;
    private const string LeftSide = "left";
    private const string RightSide = "right";

    /// <summary>Writes the tasks.</summary>
    public static void Write(string path, IReadOnlyList<AskedPair> pairs, ShownFields fields, AskedRowReader pool, Action<long> advance, CancellationToken stopping) => WholeFile.Write(path, stream =>
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartArray();
        foreach (var chunk in pairs.Index().Chunk(PairsAtOnce))
        {
            stopping.ThrowIfCancellationRequested();
            AskedRow[] rows = [.. chunk.SelectMany(pair => new[] { pair.Item.Left, pair.Item.Right }).Select(row => new AskedRow(0, row.Id, row.Shard, row.Row, null, null, null))];
            var shown = pool.Read(rows).Select((row, place) => fields.ValuesOf(rows[place].Id, row)).ToList();
            foreach (var (place, (order, pair)) in chunk.Index())
            {
                Write(json, order + 1, pair, shown[2 * place], shown[(2 * place) + 1]);
            }
            advance(chunk.Length);
        }
        json.WriteEndArray();
    });

    /// <summary>The labelling interface: both rows side by side, a choice of one, and two words for neither.</summary>
    public static string Interface(IReadOnlyList<(string Name, bool IsImage)> fields, string question)
    {
        return new XElement(
            "View",
            new XElement("Header", new XAttribute("value", question)),
            new XElement(
                "Pairwise",
                new XAttribute("name", PairwiseExport.Control), new XAttribute("toName", $"{Named(LeftSide, fields[0].Name)},{Named(RightSide, fields[0].Name)}"),
                new XAttribute("leftClass", LeftSide), new XAttribute("rightClass", RightSide)),
            new XElement("View", new XAttribute("style", "display: flex; gap: 2em;"), Side(LeftSide), Side(RightSide)),
            new XElement(
                "Choices",
                new XAttribute("name", PairwiseExport.Otherwise), new XAttribute("toName", Named(LeftSide, fields[0].Name)), new XAttribute("choice", "single"), new XAttribute("showInline", "true"),
                Word(PreferenceAnswer.Equal), Word(PreferenceAnswer.Incomparable))).ToString() + "\n";

        XElement Side(string side) => new(
            "View",
            fields.Select(f => new XElement(f.IsImage ? "Image" : "Text", new XAttribute("name", Named(side, f.Name)), new XAttribute("value", $"${Named(side, f.Name)}"))));

        static XElement Word(PreferenceAnswer answer) => new("Choice", new XAttribute("value", PreferenceAnswers.Word(answer)));
    }

    private static void Write(Utf8JsonWriter json, int order, AskedPair pair, IReadOnlyList<(string Name, string? Value)> left, IReadOnlyList<(string Name, string? Value)> right)
    {
        json.WriteStartObject();
        json.WriteStartObject("data");
        WriteIds(json, pair);
        foreach (var (side, values) in new[] { (LeftSide, left), (RightSide, right) })
        {
            foreach (var (name, value) in values)
            {
                json.WriteString(Named(side, name), value ?? "");
            }
        }
        json.WriteEndObject();
        json.WriteStartObject("meta");
        WriteIds(json, pair);
        json.WriteNumber("order", order);
        if (pair is { Variance: { } variance, Preference: { } preference })
        {
            json.WriteNumber("variance", variance);
            json.WriteNumber("preference", preference);
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteIds(Utf8JsonWriter json, AskedPair pair)
    {
        json.WriteString(PairwiseExport.LeftId, pair.Left.Id);
        json.WriteString(PairwiseExport.RightId, pair.Right.Id);
    }

    /// <summary>A field of one side; no field of the pool is called as the ids are.</summary>
    private static string Named(string side, string field) => $"{side}_shown_{field}";
}
