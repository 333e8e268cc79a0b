using System.Text.Encodings.Web;
using System.Text.Json;
using System.Xml.Linq;
using ParquetPool.Exports;

namespace ParquetPool.Scorer.Labelling;

/// <summary>Tasks as Label Studio imports them, each with the model's prediction as a pre-annotation.</summary>
/// <remarks>
/// The row's id is <c>row_id</c> of a task's data and meta, for Label Studio gives tasks numbers of its own. Formats:
/// https://labelstud.io/guide/tasks and https://labelstud.io/guide/predictions
/// </remarks>
internal sealed class LabelStudioTasks : IDisposable
{
    private const string QuestionText = LabelStudioExport.Question + "_text";

    private readonly Utf8JsonWriter json;
    private readonly string modelVersion;

    public LabelStudioTasks(Stream stream, string modelVersion)
    {
        json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        this.modelVersion = modelVersion;
        json.WriteStartArray();
    }

    /// <param name="fields">What people are shown, the first of which the prediction is about.</param>
    public void Write(AskedRow row, IReadOnlyList<(string Name, string? Value)> fields)
    {
        json.WriteStartObject();
        json.WriteStartObject("data");
        json.WriteString(LabelStudioExport.RowId, row.Id);
        WriteQuestion(row);
        foreach (var (name, value) in fields)
        {
            json.WriteString(name, value ?? "");
        }
        json.WriteEndObject();
        json.WriteStartObject("meta");
        json.WriteString(LabelStudioExport.RowId, row.Id);
        WriteQuestion(row);
        json.WriteNumber("rank", row.Place);
        if (row.Score is { } ranked && double.IsFinite(ranked))
        {
            json.WriteNumber("score", ranked);
        }
        json.WriteString("shard", row.Shard);
        json.WriteNumber("row", row.Row);
        json.WriteEndObject();
        if (row is { Predicted: { Length: > 0 } predicted, Question: null })
        {
            WritePrediction(row, predicted, fields[0].Name);
        }
        json.WriteEndObject();
    }

    private void WriteQuestion(AskedRow row)
    {
        if (row.Question is var (name, text))
        {
            json.WriteString(LabelStudioExport.Question, name);
            json.WriteString(QuestionText, text);
        }
    }

    private void WritePrediction(AskedRow row, string predicted, string toName)
    {
        json.WriteStartArray("predictions");
        json.WriteStartObject();
        json.WriteString("model_version", modelVersion);
        json.WriteNumber("score", row.Confidence ?? row.Score ?? 0);
        json.WriteStartArray("result");
        json.WriteStartObject();
        json.WriteString("from_name", LabelStudioExport.Control);
        json.WriteString("to_name", toName);
        json.WriteString("type", "choices");
        json.WriteStartObject("value");
        json.WriteStartArray("choices");
        json.WriteStringValue(predicted);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <summary>Ends the file.</summary>
    public void Complete()
    {
        json.WriteEndArray();
        json.Flush();
    }

    public void Dispose() => json.Dispose();

    /// <summary>The labelling interface that shows the fields and offers the classes.</summary>
    public static string Interface(IReadOnlyList<(string Name, bool IsImage)> fields, IReadOnlyList<string> classes) => Interface(fields, LabelStudioExport.Control, classes, []);

    /// <summary>The labelling interface that shows the fields and a question, and takes yes or no.</summary>
    public static string QuestionInterface(IReadOnlyList<(string Name, bool IsImage)> fields) =>
        Interface(fields, LabelStudioExport.Answer, [LabelEntry.Yes, LabelEntry.No], [new XElement("Header", new XAttribute("value", $"${QuestionText}"))]);

    private static string Interface(IReadOnlyList<(string Name, bool IsImage)> fields, string control, IReadOnlyList<string> choices, XElement[] heading) => new XElement(
        "View",
        heading,
        fields.Select(f => new XElement(f.IsImage ? "Image" : "Text", new XAttribute("name", f.Name), new XAttribute("value", $"${f.Name}"))),
        new XElement(
            "Choices",
            new XAttribute("name", control), new XAttribute("toName", fields[0].Name), new XAttribute("choice", "single"), new XAttribute("showInline", "true"),
            choices.Select(c => new XElement("Choice", new XAttribute("value", c))))).ToString() + "\n";
}
