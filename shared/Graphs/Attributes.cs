using Google.Protobuf;
using ParquetPool.Graphs.Onnx;
using static ParquetPool.Graphs.Onnx.AttributeProto.Types;

namespace ParquetPool.Graphs;

/// <summary>Makes and reads node attributes.</summary>
public static class Attributes
{
    public static AttributeProto Int(string name, long value) => new() { Name = name, Type = AttributeType.Int, I = value };

    public static AttributeProto Float(string name, float value) => new() { Name = name, Type = AttributeType.Float, F = value };

    public static AttributeProto Text(string name, string value) =>
        new() { Name = name, Type = AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    public static AttributeProto Ints(string name, params ReadOnlySpan<long> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeType.Ints };
        foreach (var value in values)
        {
            attribute.Ints.Add(value);
        }
        return attribute;
    }

    public static AttributeProto? Find(this NodeProto node, string name) => node.Attribute.FirstOrDefault(a => a.Name == name);

    public static long IntOr(this NodeProto node, string name, long otherwise) => node.Find(name)?.I ?? otherwise;

    public static float FloatOr(this NodeProto node, string name, float otherwise) => node.Find(name)?.F ?? otherwise;

    public static long[] IntsOr(this NodeProto node, string name, params long[] otherwise) => node.Find(name) is { } a ? [.. a.Ints] : otherwise;

    public static string TextOr(this NodeProto node, string name, string otherwise) => node.Find(name)?.S.ToStringUtf8() ?? otherwise;

    /// <summary>The input at <paramref name="index"/>, or null where it is left out.</summary>
    public static string? InputAt(this NodeProto node, int index) =>
        index < node.Input.Count && node.Input[index].Length > 0 ? node.Input[index] : null;
}
