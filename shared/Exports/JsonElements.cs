using System.Text.Json;

namespace ParquetPool.Exports;

/// <summary>The elements of a JSON file of any size, one at a time.</summary>
/// <remarks>
/// The file is a list of elements, elements one after another (JSON Lines), or an object around such a list (a page of an API). Memory holds one
/// element, in which texts of more than <see cref="LongestText"/> bytes, pictures that is, are empty.
/// </remarks>
internal sealed class JsonElements(Stream stream)
{
    /// <summary>Bytes of a text beyond which it is read as an empty one.</summary>
    public const int LongestText = 1 << 16;

    /// <summary>Bytes of an element, without its longest texts.</summary>
    public const int LargestElement = 1 << 26;

    private static readonly HashSet<string> Lists = ["tasks", "results", "items", "records", "annotations_list"];
    private readonly JsonBytes bytes = new(stream);

    /// <summary>The elements, each until the next is asked for, and the fields beside their list that were read so far: an empty object where there are none.</summary>
    /// <exception cref="JsonException">The file is no JSON, is cut short, or an element is too large.</exception>
    public IEnumerable<(JsonElement Element, JsonElement Around)> Read()
    {
        var none = JsonDocument.Parse("{}").RootElement;
        for (var first = bytes.Peek(); first >= 0; first = bytes.Peek())
        {
            if (first == '[')
            {
                foreach (var element in ReadList())
                {
                    yield return (element, none);
                }
            }
            else if (first == '{')
            {
                foreach (var read in ReadObject(none))
                {
                    yield return read;
                }
            }
            else
            {
                throw new JsonException($"unexpected '{(char)first}' in place of an object or a list");
            }
        }
    }

    private IEnumerable<JsonElement> ReadList()
    {
        bytes.Expect('[');
        if (bytes.Peek() == ']')
        {
            bytes.Expect(']');
            yield break;
        }
        while (true)
        {
            bytes.Clear();
            bytes.CopyValue();
            using (var element = bytes.ToDocument())
            {
                yield return element.RootElement;
            }
            if (bytes.Peek() == ']')
            {
                bytes.Expect(']');
                yield break;
            }
            bytes.Expect(',');
        }
    }

    /// <summary>An object, or the elements of the list in it.</summary>
    private IEnumerable<(JsonElement Element, JsonElement Around)> ReadObject(JsonElement none)
    {
        var fields = new List<byte[]>();
        var hasList = false;
        bytes.Expect('{');
        while (bytes.Peek() != '}')
        {
            bytes.Clear();
            bytes.CopyValue();
            var key = bytes.ToArray();
            bytes.Expect(':');
            if (bytes.Peek() == '[' && Lists.Contains(Name(key)))
            {
                hasList = true;
                using var around = Join(fields);
                foreach (var element in ReadList())
                {
                    yield return (element, around.RootElement);
                }
            }
            else
            {
                bytes.Clear();
                bytes.CopyValue();
                fields.Add([.. key, (byte)':', .. bytes.ToArray()]);
                if (fields.Sum(f => (long)f.Length) > LargestElement)
                {
                    throw new JsonException($"an object is larger than {LargestElement} bytes");
                }
            }
            if (bytes.Peek() != '}')
            {
                bytes.Expect(',');
            }
        }
        bytes.Expect('}');
        if (!hasList)
        {
            using var whole = Join(fields);
            yield return (whole.RootElement, none);
        }
    }

    private static string Name(byte[] key)
    {
        using var json = JsonDocument.Parse(key);
        return json.RootElement.ValueKind == JsonValueKind.String ? json.RootElement.GetString()! : throw new JsonException("a field has no name");
    }

    private static JsonDocument Join(List<byte[]> fields)
    {
        using var joined = new MemoryStream();
        joined.WriteByte((byte)'{');
        foreach (var (place, field) in fields.Index())
        {
            joined.Write(place > 0 ? ","u8 : default);
            joined.Write(field);
        }
        joined.WriteByte((byte)'}');
        return JsonDocument.Parse(joined.ToArray());
    }
}
