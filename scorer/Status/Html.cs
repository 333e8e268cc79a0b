using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace ParquetPool.Scorer.Status;

/// <summary>Markup. Whatever is put into it that is not markup itself becomes text: <c>Html.Of($"&lt;td&gt;{name}&lt;/td&gt;")</c>.</summary>
internal readonly record struct Html
{
    private readonly string? markup;

    private Html(string markup) => this.markup = markup;

    public static Html Of(Writer writer) => new(writer.ToString());

    /// <summary>As for <see cref="Of"/>, for each.</summary>
    public static Html Each<T>(IEnumerable<T> items, Func<T, Html> markup) => new(string.Concat(items.Select(item => markup(item).ToString())));

    public override string ToString() => markup ?? "";

    /// <summary>Collects the parts of an interpolated string.</summary>
    [InterpolatedStringHandler]
    internal sealed class Writer(int literalLength, int formattedCount)
    {
        private readonly StringBuilder text = new(literalLength + (16 * formattedCount));

        public void AppendLiteral(string markup) => text.Append(markup);

        public void AppendFormatted(Html markup) => text.Append(markup.ToString());

        public void AppendFormatted<T>(T value, string? format = null) =>
            text.Append(WebUtility.HtmlEncode(value is IFormattable number ? number.ToString(format, CultureInfo.InvariantCulture) : value?.ToString()));

        public override string ToString() => text.ToString();
    }
}
