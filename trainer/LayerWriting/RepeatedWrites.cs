namespace ParquetPool.Trainer.LayerWriting;

/// <summary>What a list of layers made when it was first written, so that it can be written again with the same weights and the same draws of dropout.</summary>
/// <param name="outer">Where the list is itself part of one that is written again.</param>
internal sealed class RepeatedWrites(Initialiser initialiser, RepeatedWrites? outer)
{
    private readonly List<string> made = [];
    private readonly uint first = initialiser.Tensors;
    private int place;

    /// <summary>Begins with the list's first layer.</summary>
    public void Begin() => (place, initialiser.Tensors) = (0, first);

    /// <summary>The next value: made the first time.</summary>
    public string Next(Func<string> make)
    {
        if (place == made.Count)
        {
            made.Add(outer is null ? make() : outer.Next(make));
        }
        return made[place++];
    }
}
