using System.Globalization;
using ParquetPool.Decoding;
using ParquetPool.Errors;

namespace ParquetPool.Collections;

/// <summary>What is wrong with each picture that was read, by thresholds that can be set.</summary>
/// <remarks>Memory: some hundred bytes a picture.</remarks>
public sealed class PictureIssues
{
    private const string OddSize = "odd-size";

    private static readonly Dictionary<string, double> Defaults = new(StringComparer.Ordinal)
    {
        ["dark"] = 0.32,
        ["light"] = 0.95,
        ["blurry"] = 0.15,
        ["low-information"] = 3,
        ["near-uniform"] = 2,
        ["grey"] = 4,
        ["odd-aspect"] = 0.35,
        [OddSize] = 5,
    };

    private readonly Dictionary<string, double> thresholds = new(Defaults, StringComparer.Ordinal);
    private readonly Dictionary<UInt128, string> firsts = [];
    private readonly List<(string Id, double Side)> sides = [];
    private readonly List<PictureIssue> found = [];

    /// <param name="settings">Such as <c>dark=0.25</c>.</param>
    /// <exception cref="UsageException">One names no issue or no number.</exception>
    public PictureIssues(IEnumerable<string> settings)
    {
        foreach (var setting in settings)
        {
            var parts = setting.Split('=');
            thresholds[parts[0]] = parts.Length == 2 && Defaults.ContainsKey(parts[0]) && double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var threshold) && double.IsFinite(threshold)
                ? threshold
                : throw new UsageException($"--issue {setting} is no threshold, expected NAME=NUMBER with one of {string.Join(", ", Defaults.Keys)}, such as dark=0.25");
        }
    }

    /// <summary>Takes a picture in.</summary>
    /// <param name="hash">Of the file's bytes.</param>
    public void Add(string id, string path, DecodedPicture picture, PictureMeasures measures, UInt128 hash)
    {
        Below("dark", measures.Bright);
        Above("light", measures.Dim);
        Below("blurry", measures.Edges);
        Below("low-information", measures.Information);
        Below("near-uniform", measures.Contrast);
        Below("grey", measures.Colour);
        Below("odd-aspect", (double)Math.Min(picture.Width, picture.Height) / Math.Max(picture.Width, picture.Height));
        if (PictureFileKind.IsNamedSo(path) && !picture.Kind.HasExtension(path))
        {
            found.Add(new(id, "wrong-extension", null, null, picture.Kind.Name));
        }
        if (!firsts.TryAdd(hash, id))
        {
            found.Add(new(id, "exact-copy", null, null, firsts[hash]));
        }
        sides.Add((id, Math.Sqrt((double)picture.Width * picture.Height)));

        void Below(string issue, double value) => Judge(issue, value, value < thresholds[issue]);

        void Above(string issue, double value) => Judge(issue, value, value > thresholds[issue]);

        void Judge(string issue, double value, bool isWrong)
        {
            if (isWrong)
            {
                found.Add(new(id, issue, value, thresholds[issue], null));
            }
        }
    }

    /// <summary>All that was found, in the order of the pictures; those of a size unlike the others' last.</summary>
    public IReadOnlyList<PictureIssue> All()
    {
        var ordered = sides.Select(of => of.Side).Order().ToList();
        var middle = ordered.Count == 0 ? 1 : ordered[ordered.Count / 2];
        var times = thresholds[OddSize];
        return [.. found, .. sides.Where(of => of.Side > middle * times || of.Side < middle / times).Select(of => new PictureIssue(of.Id, OddSize, of.Side / middle, times, null))];
    }
}

/// <summary>Something wrong with a picture.</summary>
/// <param name="Value">The measure; null where there is none.</param>
/// <param name="Threshold">That it did not keep.</param>
/// <param name="Of">The id of what it is a copy of, or the format that it is.</param>
public sealed record PictureIssue(string Id, string Issue, double? Value, double? Threshold, string? Of);
