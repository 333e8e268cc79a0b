using System.Buffers;

namespace ParquetPool.Trainer.Sources;

/// <summary>Finds a column whose numbers may have points between thousands: all points stand before three digits, and numbers without one are below 1,000.</summary>
internal sealed class ThousandsPoints
{
    private const int Group = 3;
    private static readonly SearchValues<byte> Numerals = SearchValues.Create(". 0123456789"u8);
    private string? pointed, plain;
    private bool isDecimal;

    /// <summary>What is to be known of the column; null for nothing.</summary>
    /// <param name="name">Its own.</param>
    public string? Note(string name) => isDecimal || pointed is null || plain is null ? null
        : $"column '{name}': numbers such as {pointed} beside {plain} are read as decimals; where the point parts thousands, write {pointed.Replace(".", "", StringComparison.Ordinal)}";

    /// <summary>Takes note of a cell that is a number.</summary>
    public void See(ReadOnlySpan<byte> cell)
    {
        if (isDecimal)
        {
            return;
        }
        var digits = cell.Trim("+- "u8);
        var point = digits.IndexOf((byte)'.');
        var whole = point < 0 ? digits : digits[..point];
        isDecimal = whole.Length is 0 or > Group || digits.ContainsAnyExcept(Numerals) || (point >= 0 && (digits.Length - point - 1 != Group || whole[0] == '0'));
        if (!isDecimal && point >= 0)
        {
            pointed ??= System.Text.Encoding.ASCII.GetString(digits);
        }
        else if (!isDecimal && whole.Length == Group)
        {
            plain ??= System.Text.Encoding.ASCII.GetString(digits);
        }
    }
}
