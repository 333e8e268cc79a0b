using System.Globalization;

namespace ParquetPool.Scorer.Jobs;

/// <summary>Cron expressions in words, as far as few words will do.</summary>
internal static class CronWords
{
    private static readonly string[] Days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
    private static readonly string[] Months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

    /// <summary>When an expression's times are: <c>at 02:30, Monday to Friday</c>; null where that takes more words than its signs.</summary>
    /// <param name="text">Five fields, or Quartz's six, the first of them 0.</param>
    public static string? Of(string text)
    {
        var fields = text.ToUpperInvariant().Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        var isQuartz = fields is ["0", _, _, _, _, _];
        if (fields.Length != 5 && !isQuartz)
        {
            return null;
        }
        if (isQuartz)
        {
            fields = fields[1..];
        }
        fields = Array.ConvertAll(fields, field => field == "*/1" ? "*" : field);
        var weekday = isQuartz ? 1 : 0; // Quartz counts Sunday as 1.
        return TimesOf(fields[0], fields[1]) is { } times && DaysOf(fields[2]) is { } day && NamesOf(fields[3], Months, 1) is { } months && NamesOf(fields[4], Days, weekday) is { } weekdays
            // A day of the month and a weekday: which of them counts depends on their first signs.
            && (day.Length == 0 || weekdays.Length == 0)
            ? string.Join(", ", new[] { times, weekdays, day, months.Length > 0 ? $"in {months}" : "" }.Where(part => part.Length > 0)) : null;
    }

    private static string? TimesOf(string minute, string hour) => (Number(minute, 59), Number(hour, 23)) switch
    {
        ({ } at, { } of) => FormattableString.Invariant($"at {of:00}:{at:00}"),
        ({ } at, _) when Hours(hour) is { } hours => $"at {string.Join(", ", hours.SkipLast(1).Select(of => Clock(of, at)))} and {Clock(hours[^1], at)}",
        ({ } at, _) when hour is "*" => FormattableString.Invariant($"every hour at minute {at}"),
        ({ } at, _) when Step(hour, 24) is { } hours => FormattableString.Invariant($"every {hours} hours at minute {at}"),
        _ when minute is "*" && hour is "*" => "every minute",
        _ when hour is "*" && Step(minute, 60) is { } minutes => FormattableString.Invariant($"every {minutes} minutes"),
        _ => null,
    };

    private static string Clock(int hour, int minute) => FormattableString.Invariant($"{hour:00}:{minute:00}");

    private static List<int>? Hours(string hour) =>
        hour.Split(',').Select(part => Number(part, 23)).ToList() is { Count: > 1 and <= 4 } hours && hours.TrueForAll(of => of is not null) ? [.. hours.Select(of => of!.Value)] : null;

    private static string? DaysOf(string day) => day is "*" or "?" ? ""
        : day.Split(',').All(part => Number(part, 31) > 0) ? $"on day {string.Join(", ", day.Split(','))} of the month"
        : day == "L" ? "on the last day of the month"
        : null;

    /// <summary>Names, a range of them or a list; empty for all.</summary>
    /// <param name="first">The number of the first name.</param>
    private static string? NamesOf(string field, string[] names, int first)
    {
        string? Name(string part) => Array.Find(names, name => name[..3].Equals(part, StringComparison.OrdinalIgnoreCase))
            ?? (Number(part, names.Length) is { } number && number >= first ? names[(number - first) % names.Length] : null);
        return field is "*" or "?" ? ""
            : field.Split('-') is [var from, var to] ? Name(from) is { } start && Name(to) is { } end ? $"{start} to {end}" : null
            : field.Split(',').Select(Name).ToList() is var listed && listed.TrueForAll(name => name is not null) ? string.Join(", ", listed)
            : null;
    }

    /// <summary>How many lie between two times, where all are evenly apart.</summary>
    /// <param name="all">Of an hour or a day.</param>
    private static int? Step(string field, int all) =>
        field.Split('/') is ["*" or "0", var step] && Number(step, all) is > 1 and var every && all % every == 0 ? every : null;

    private static int? Number(string text, int most) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most ? number : null;
}
