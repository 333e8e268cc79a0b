using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Fuzz;

/// <summary>Changes fields of an ONNX model, so that it stays one.</summary>
internal static class ModelMutator
{
    private static readonly string[] Operators =
    [
        "Dropout", "Softmax", "Loop", "If", "Scan", "MatMul", "Gemm", "Conv", "Reshape", "Identity", "RandomUniform", "Bernoulli", "BatchNormalization", "Shape", "Gather", "Concat", "Expand", "Tile", "ConstantOfShape", "Range", "Pad", "Resize", "Nope", "",
    ];

    public static byte[] Change(byte[] bytes, Random draw)
    {
        try
        {
            var model = ModelProto.Parser.ParseFrom(bytes);
            var messages = All(model).ToList();
            var message = messages[draw.Next(messages.Count)];
            var fields = message.Descriptor.Fields.InDeclarationOrder().Where(f => f.IsRepeated ? ((IList)f.Accessor.GetValue(message)).Count > 0 : f.FieldType == FieldType.Message ? f.Accessor.GetValue(message) is not null : true).ToList();
            Change(message, fields[draw.Next(fields.Count)], draw);
            return model.ToByteArray();
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or ArgumentException or InvalidCastException)
        {
            return ByteMutator.Change(bytes, draw, bytes);
        }
    }

    private static void Change(IMessage message, FieldDescriptor field, Random draw)
    {
        if (!field.IsRepeated)
        {
            if (draw.Next(4) == 0)
            {
                field.Accessor.Clear(message);
            }
            else if (field.FieldType != FieldType.Message)
            {
                field.Accessor.SetValue(message, Value(field, draw, message));
            }
            return;
        }
        var list = (IList)field.Accessor.GetValue(message);
        var at = draw.Next(list.Count);
        switch (draw.Next(4))
        {
            case 0:
                list.RemoveAt(at);
                break;
            case 1:
                list.Insert(at, list[draw.Next(list.Count)]);
                break;
            case 2 when list.Count > 1:
                var other = draw.Next(list.Count);
                (list[at], list[other]) = (list[other], list[at]);
                break;
            default:
                if (field.FieldType != FieldType.Message)
                {
                    list[at] = Value(field, draw, message);
                }
                break;
        }
    }

    private static object Value(FieldDescriptor field, Random draw, IMessage message) => field.FieldType switch
    {
        FieldType.String => message is NodeProto && field.Name == "op_type" ? Operators[draw.Next(Operators.Length)] : Extremes.Text(draw),
        FieldType.Bytes => ByteString.CopyFrom(new byte[draw.Next(64)]),
        FieldType.Int64 => Extremes.Whole(draw),
        FieldType.UInt64 => (ulong)Extremes.Whole(draw),
        FieldType.Int32 => draw.Next(2) == 0 ? draw.Next(0, 25) : (int)Extremes.Whole(draw),
        FieldType.Float => draw.Next(4) switch { 0 => float.NaN, 1 => float.PositiveInfinity, 2 => -1f, _ => 1e38f },
        FieldType.Double => double.NaN,
        FieldType.Enum => draw.Next(0, 12),
        _ => throw new InvalidCastException(),
    };

    private static IEnumerable<IMessage> All(IMessage message) =>
        message.Descriptor.Fields.InDeclarationOrder().Where(f => f.FieldType == FieldType.Message)
            .SelectMany(f => f.Accessor.GetValue(message) switch { IList list => list.Cast<IMessage>(), IMessage one => [one], _ => Array.Empty<IMessage>() })
            .SelectMany(All).Prepend(message);
}
