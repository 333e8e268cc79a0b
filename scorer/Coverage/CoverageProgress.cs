using ParquetPool.Storage;

namespace ParquetPool.Scorer.Coverage;

/// <summary>How far a pool's rows have been measured: the folder <c>progress</c> beside the outputs, removed at the end.</summary>
/// <remarks>A part holds the rarities of rows that follow one another, in the order in which they are read; each is one file. A killed run loses the part it was at.</remarks>
/// <param name="key">All that decides a row's rarity, and which rows there are.</param>
/// <param name="clock">Says when a part is long enough.</param>
/// <param name="length">Of a part, at least, but for the last.</param>
internal sealed class CoverageProgress(string folder, string key, TimeProvider clock, TimeSpan length)
{
    /// <summary>What a killed run loses.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromSeconds(10);

    private int parts;
    private int kept;
    private long began = clock.GetTimestamp();

    /// <summary>Takes up what a killed run has measured; removes what is of another.</summary>
    /// <param name="rarities">[row]: those of the first rows are filled in.</param>
    /// <returns>How many rows need not be measured.</returns>
    public int Resume(double[] rarities)
    {
        while (File(parts).Resume(reader => kept = Read(reader, rarities)))
        {
            parts++;
        }
        if (parts == 0)
        {
            Remove();
        }
        TemporaryFile.RemoveFrom(folder);
        began = clock.GetTimestamp();
        return kept;
    }

    /// <summary>Told that rows up to <paramref name="end"/> are measured.</summary>
    public void Measured(double[] rarities, int end)
    {
        if (end < rarities.Length && clock.GetElapsedTime(began) < length)
        {
            return;
        }
        File(parts).Keep(writer =>
        {
            writer.Write(kept);
            writer.Write(end);
            for (var row = kept; row < end; row++)
            {
                writer.Write(rarities[row]);
            }
        });
        (parts, kept, began) = (parts + 1, end, clock.GetTimestamp());
    }

    /// <summary>Removes the folder.</summary>
    public void Remove()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private int Read(BinaryReader reader, double[] rarities)
    {
        var (first, end) = (reader.ReadInt32(), reader.ReadInt32());
        if (first != kept || end < first || end > rarities.Length)
        {
            throw new FormatException();
        }
        for (var row = first; row < end; row++)
        {
            rarities[row] = reader.ReadDouble();
        }
        return end;
    }

    private ProgressFile File(int part) => new(Path.Combine(folder, FormattableString.Invariant($"{part:D5}")), key);
}
