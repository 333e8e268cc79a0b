namespace ParquetPool.Tables;

/// <summary>A folder that is a table, whose log is read when it is asked for first.</summary>
/// <param name="root">Its full path or address.</param>
internal sealed class TablePlace(string root, TableFormat format)
{
    private Table? table;

    /// <exception cref="Errors.DataException">See <see cref="Tables.Table.Read"/>.</exception>
    public Table Table => table ??= Table.Read(root, format);

    /// <summary>The path of a file below the root.</summary>
    public string Below(string file) => file[(root.Length + 1)..];
}
