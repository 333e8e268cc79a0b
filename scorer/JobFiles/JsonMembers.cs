using System.Globalization;
using System.Text.Json;
using ParquetPool.Scorer.Jobs;

namespace ParquetPool.Scorer.JobFiles;

/// <summary>The members of a JSON object by name; whatever is not as expected becomes a mistake.</summary>
internal sealed class JsonMembers
{
    private readonly PlacedJson place;
    private readonly List<Mistake> mistakes;
    private readonly string what;
    private readonly Dictionary<string, PlacedJson> values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PlacedJson> names = new(StringComparer.Ordinal);

    /// <param name="what">Of what the object is, e.g. <c>a job</c>.</param>
    /// <param name="known">The names it may have; null for any.</param>
    public JsonMembers(PlacedJson place, string what, IReadOnlyList<string>? known, List<Mistake> mistakes)
    {
        (this.place, this.mistakes, this.what) = (place, mistakes, what);
        if (place.Kind != JsonValueKind.Object)
        {
            mistakes.Add(place.Wrong($"{what} is {Kind(place)}, expected an object"));
        }
        foreach (var (name, value) in place.Members)
        {
            if (known is not null && !known.Contains(name.Text))
            {
                mistakes.Add(name.Wrong($"unknown key '{name.Text}' of {what}, expected one of {string.Join(", ", known)}"));
            }
            else if (!values.TryAdd(name.Text, value))
            {
                mistakes.Add(name.Wrong($"'{name.Text}' stands twice in {what}: remove one"));
            }
            names.TryAdd(name.Text, name);
        }
    }

    public IEnumerable<string> Names => values.Keys;

    /// <summary>Where a name stands.</summary>
    public PlacedJson PlaceOf(string name) => names[name];

    public PlacedJson Place => place;

    /// <summary>Null where there is none.</summary>
    public PlacedJson? this[string name] => values.GetValueOrDefault(name);

    /// <summary>The value, which must be there; null where it is not.</summary>
    public PlacedJson? Required(string name)
    {
        if (place.Kind == JsonValueKind.Object && !values.ContainsKey(name))
        {
            mistakes.Add(place.Wrong($"{what} has no '{name}'"));
        }
        return this[name];
    }

    /// <summary>A string that is not empty; null where there is none.</summary>
    public string? Text(PlacedJson? value, string name)
    {
        if (value is not null && (value.Kind != JsonValueKind.String || value.Text.Length == 0))
        {
            mistakes.Add(value.Wrong($"'{name}' is {Kind(value)}, expected text"));
            return null;
        }
        return value?.Text;
    }

    /// <summary>A whole number of at least <paramref name="least"/>.</summary>
    public int Number(string name, int least, int otherwise)
    {
        if (this[name] is not { } value)
        {
            return otherwise;
        }
        if (value.Kind == JsonValueKind.Number && int.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least)
        {
            return number;
        }
        mistakes.Add(value.Wrong($"'{name}' is {Kind(value)}, expected a whole number of at least {least}"));
        return otherwise;
    }

    /// <summary>A time span such as <c>"90s"</c>; null where there is none.</summary>
    public TimeSpan? Span(string name)
    {
        if (this[name] is not { } value)
        {
            return null;
        }
        if (value.Kind == JsonValueKind.String && Duration.Parse(value.Text) is { } span)
        {
            return span;
        }
        mistakes.Add(value.Wrong($"'{name}' is {Kind(value)}, expected a time span such as \"90s\", \"15m\", \"2h\" or \"1d\""));
        return null;
    }

    /// <summary>Which of some words; the first where there is none.</summary>
    public int Choice(string name, params string[] words)
    {
        var at = this[name] is { Kind: JsonValueKind.String } value ? Array.IndexOf(words, value.Text) : this[name] is null ? 0 : -1;
        if (at < 0)
        {
            mistakes.Add(this[name]!.Wrong($"'{name}' is {Kind(this[name]!)}, expected {string.Join(" or ", words)}"));
        }
        return Math.Max(at, 0);
    }

    internal static string Kind(PlacedJson value) => value.Kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"\"{value.Text}\"",
        _ => value.Text,
    };
}
