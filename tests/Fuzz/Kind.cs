namespace ParquetPool.Fuzz;

/// <summary>A kind of input.</summary>
/// <param name="Name">Also of the folder of its corpus.</param>
/// <param name="Files">Those that are damaged, one at a time; by their paths in the stage.</param>
/// <param name="Copied">What lies in the work folder when the commands run: files and folders of the stage, beside the damaged one.</param>
/// <param name="Commands">
/// Command lines. <c>{s}</c> is the stage, <c>{w}</c> the work folder, which has the damaged file by the path that it has in the stage,
/// <c>{f}</c> the damaged file, <c>{words}</c> its lines, each an argument.
/// </param>
internal sealed record Kind(string Name, IReadOnlyList<string> Files, IReadOnlyList<string> Copied, params IReadOnlyList<string> Commands)
{
    /// <summary>Called instead of commands, with the damaged file.</summary>
    public Action<string>? Reads { get; init; }
}
