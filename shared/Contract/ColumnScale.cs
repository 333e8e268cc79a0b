using System.Globalization;
using System.Text.Json.Serialization;
using ParquetPool.Engine;
using ParquetPool.Statistics;

namespace ParquetPool.Contract;

/// <summary>Where the numbers of a column lie: their quartiles, and what all but one in a hundred of them lie between. Zeros are left out, which are zeros on every scale.</summary>
/// <param name="Column">Its name.</param>
/// <param name="Low">One in two hundred lies below.</param>
/// <param name="High">One in two hundred lies above.</param>
public sealed record ColumnScale(string Column, float Low, float LowerQuartile, float UpperQuartile, float High)
{
    private const int LeastNumbers = 100;
    private const int MostRows = 1000;
    private const double Outside = 0.005;

    /// <summary>The same of each feature alone; null where nobody knows, as in packages of earlier programs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FeatureScales? Features { get; init; }

    /// <summary>Whether all five are numbers, ascending.</summary>
    internal bool IsSound => Column is not null && float.IsFinite(Low) && Low <= LowerQuartile && LowerQuartile <= UpperQuartile && UpperQuartile <= High && float.IsFinite(High) && Features is null or { IsSound: true };

    /// <summary>Of a column's numbers, of which NaN count for nothing; null where fewer than a hundred are left.</summary>
    public static ColumnScale? Of(string column, IEnumerable<float> numbers)
    {
        double[] sorted = [.. numbers.Where(number => number != 0 && float.IsFinite(number)).Select(number => (double)number)];
        Array.Sort(sorted);
        return sorted.Length < LeastNumbers ? null : new ColumnScale(column, At(Outside), At(0.25), At(0.75), At(1 - Outside));

        float At(double share) => (float)Quantile.Of(sorted, share);
    }

    /// <summary>The same with that of each feature.</summary>
    /// <param name="rows">[row][feature].</param>
    public static ColumnScale? Of(string column, float[] rows, int width) => Of(column, rows) is { } scale ? scale with { Features = FeatureScales.Of(rows, width) } : null;

    /// <summary>The inputs of a model with the scales of the columns that it learnt from; those of token ids and of pictures have none.</summary>
    /// <param name="columns">Of the rows, in order.</param>
    /// <param name="rows">[row][feature], joined; a thousand of them, evenly spaced, are looked at.</param>
    public static IReadOnlyList<ModelInput> Learnt(IReadOnlyList<ModelInput> inputs, IReadOnlyList<VectorColumn> columns, IReadOnlyList<float[]> rows)
    {
        float[][] looked = [.. Enumerable.Range(0, Math.Min(rows.Count, MostRows)).Select(at => rows[(int)((long)at * rows.Count / Math.Min(rows.Count, MostRows))])];
        var (scales, start) = (new Dictionary<string, ColumnScale>(), 0);
        foreach (var column in columns)
        {
            if (Of(column.Name, [.. looked.SelectMany(row => new ArraySegment<float>(row, start, column.Width))], column.Width) is { } scale)
            {
                scales[column.Name] = scale;
            }
            start += column.Width;
        }
        return [.. inputs.Select(input => input.Tokens is null && input.Pixels is null && input.Columns.Any(scales.ContainsKey) ? input with { Scales = [.. input.Columns.Where(scales.ContainsKey).Select(name => scales[name])] } : input)];
    }

    /// <summary>Whether numbers that lie so may be on one scale with others: neither has a quartile where the other has nothing.</summary>
    public bool IsLike(ColumnScale other) => Holds(other) && other.Holds(this);

    /// <summary>The same divided by its largest number, for what does not depend on it, as a cosine does not.</summary>
    public ColumnScale OfOne()
    {
        var most = Math.Max(Math.Abs(Low), Math.Abs(High));
        return most > 0 ? this with { Low = Low / most, LowerQuartile = LowerQuartile / most, UpperQuartile = UpperQuartile / most, High = High / most } : this;
    }

    /// <summary>In words.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"half of them between {LowerQuartile:G3} and {UpperQuartile:G3}, nearly all between {Low:G3} and {High:G3}");

    private bool Holds(ColumnScale other) => other.LowerQuartile >= Low && other.UpperQuartile <= High;
}
