using ParquetPool.Storage;

namespace ParquetPool.Labels;

/// <summary>Tells label files apart by how they begin, whatever they are called.</summary>
internal static class LabelFormat
{
    private const int MostBlanks = 4096;

    public enum Kind
    {
        Table,
        Json,
        Xml,
    }

    /// <exception cref="Errors.DataException">There is no such file.</exception>
    public static Kind Of(string path)
    {
        using var local = StoredFiles.Open(path);
        using var text = new StreamReader(local.Path);
        var next = text.Read();
        for (var read = 1; read < MostBlanks && next >= 0 && (char.IsWhiteSpace((char)next) || next is '\uFEFF' or '\u001E'); read++)
        {
            next = text.Read();
        }
        return next switch { '[' or '{' => Kind.Json, '<' => Kind.Xml, _ => Kind.Table };
    }
}
