using System.Globalization;
using ParquetPool.Errors;
using ParquetPool.Pictures;

namespace ParquetPool.Trainer.Probing;

/// <summary>What <c>trainer probe</c> is asked.</summary>
/// <param name="Pool">Shards whose rows the networks are shown.</param>
/// <param name="Out">The folder of the outputs.</param>
internal sealed record ProbeOptions(IReadOnlyList<string> Pool, string Out)
{
    private const int MostDepth = 64;
    private const int MostUnits = 8192;
    private const int MostRows = 1_000;

    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>The id of the row that is learnt; null for the one that a draw by id and seed puts first.</summary>
    public string? Row { get; init; }

    /// <summary>What the layers are.</summary>
    public ProbeNetwork Network { get; init; }

    /// <summary>How the feature column is a picture, where the pool does not remember it.</summary>
    public PictureFormat? Image { get; init; }

    public IReadOnlyList<int> Depths { get; init; } = [1, 2, 4, 8];

    /// <summary>Units of a hidden dense layer, or channels of a hidden convolution; null for 256 and 16.</summary>
    public int? Units { get; init; }

    /// <summary>The most steps that a network learns.</summary>
    public int Steps { get; init; } = 2000;

    /// <summary>Other rows that the networks are measured on.</summary>
    public int Rows { get; init; } = 50;

    public ulong Seed { get; init; }

    private static readonly OptionRanges<ProbeOptions> Ranges = new()
    {
        { "--units", options => options.Units, OptionRange.Between(1, MostUnits) },
        { "--steps", options => options.Steps, OptionRange.AtLeast(1) },
        { "--rows", options => options.Rows, OptionRange.Between(1, MostRows) },
    };

    /// <exception cref="UsageException">A number is out of its range.</exception>
    public void Check()
    {
        Ranges.Require(this);
        if (Depths.Count == 0)
        {
            throw new UsageException("--depths names none, expected whole numbers separated by commas, such as 1,2,4");
        }
        foreach (var depth in Depths.Where(depth => depth is < 1 or > MostDepth))
        {
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--depths holds {depth}, expected layers from 1 to {MostDepth}"));
        }
    }
}

/// <summary>What the layers of a probed network are.</summary>
internal enum ProbeNetwork
{
    /// <summary>Dense layers.</summary>
    Mlp,

    /// <summary>Convolutions of 5 × 5 pixels.</summary>
    Cnn,
}
