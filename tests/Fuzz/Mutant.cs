namespace ParquetPool.Fuzz;

/// <summary>A damaged file.</summary>
/// <param name="File">Its path in the stage.</param>
internal sealed record Mutant(string File, byte[] Bytes)
{
    private const int MostChanges = 3;

    /// <summary>The mutant of a number: the same for the same stage, kind, number and seed.</summary>
    public static Mutant Of(Stage stage, Kind kind, int number, ulong seed)
    {
        var draw = new Random((int)(Hash(kind.Name) ^ ((uint)number * 2654435761u) ^ ((uint)seed * 40503u)));
        var file = kind.Files[number % kind.Files.Count];
        var bytes = stage.Bytes(file);
        var format = Path.GetExtension(file);
        for (var change = draw.Next(1, MostChanges + 1); change > 0; change--)
        {
            bytes = draw.Next(4) == 0 ? ByteMutator.Change(bytes, draw, stage.Bytes(kind.Files[draw.Next(kind.Files.Count)])) : format switch
            {
                ".json" or ".jsonl" or ".ndjson" => JsonMutator.Change(bytes, draw),
                ".csv" or ".txt" or ".sha256" => LineMutator.Change(bytes, draw),
                ".onnx" => ModelMutator.Change(bytes, draw),
                ".parquet" => draw.Next(4) == 0 ? ByteMutator.ChangeEnd(bytes, draw) : TableMutator.Change(bytes, draw),
                ".cells" => IndexMutator.Change(bytes, draw),
                _ => ByteMutator.Change(bytes, draw, bytes),
            };
        }
        return new Mutant(file, bytes);
    }

    private static uint Hash(string text) => text.Aggregate(2166136261u, (hash, c) => (hash ^ c) * 16777619u);
}
