using System.Text.RegularExpressions;
using ParquetPool.Engine;

namespace ParquetPool.Texts;

/// <summary>Texts in cells of CSV files that a spreadsheet would run as formulas, made harmless, and back without loss.</summary>
/// <remarks>
/// A text that begins, behind any apostrophes, with <c>=</c>, <c>+</c>, <c>-</c>, <c>@</c> (or their wide forms), a tab or a line break, and
/// is no plain number, gets an apostrophe before it. Who reads takes it away again: of each text that begins with an apostrophe, or
/// several, before such a character.
/// </remarks>
public static partial class CellText
{
    private const string Formula = @"^'*[=+\-@\t\r\n＝＋－＠]";
    private const string Number = @"^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?$";

    /// <summary>The text as a cell may hold it.</summary>
    public static string Protect(string text) => IsRisky(text) ? "'" + text : text;

    /// <summary>The text that a cell stands for.</summary>
    public static string? Restore(string? cell) => cell is ['\'', ..] && Formulas().IsMatch(cell) ? cell[1..] : cell;

    /// <summary>The field of a CSV file: protected, and in quotes where it holds a comma, a quote or a line break.</summary>
    public static string Field(string? text)
    {
        var cell = Protect(text ?? "");
        return cell.AsSpan().ContainsAny(",\"\r\n") ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
    }

    /// <summary>What DuckDB makes of a text column to the same end.</summary>
    internal static string ProtectExpression(string column) =>
        $"CASE WHEN regexp_matches({Sql.Name(column)}, {Sql.Text(Formula)}) AND NOT regexp_matches({Sql.Name(column)}, {Sql.Text(Number)}) THEN concat('''', {Sql.Name(column)}) ELSE {Sql.Name(column)} END AS {Sql.Name(column)}";

    private static bool IsRisky(string text) => text.Length > 0 && Formulas().IsMatch(text) && !Numbers().IsMatch(text);

    [GeneratedRegex(Formula, RegexOptions.CultureInvariant)]
    private static partial Regex Formulas();

    [GeneratedRegex(Number, RegexOptions.CultureInvariant)]
    private static partial Regex Numbers();
}
