namespace ParquetPool.Outputs;

/// <summary>A file or a folder of a run, here or in an object store.</summary>
/// <param name="Role">What names it, such as <c>--pool</c>.</param>
/// <param name="Path">Of an input also a glob.</param>
public sealed record Place(string Role, string Path)
{
    public override string ToString() => $"{Role} {Path}";
}
