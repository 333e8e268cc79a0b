using ParquetPool.Errors;
using ParquetPool.Scorer.Jobs;
using Quartz;

namespace ParquetPool.Scorer.JobFiles;

/// <summary>Reads cron expressions as cron does: five fields, or Quartz's six or seven.</summary>
internal static class CronReader
{
    private const int DayOfMonth = 2;
    private const int Weekday = 4;

    /// <summary>The trigger that an expression describes.</summary>
    /// <remarks>
    /// Of five fields, a day must fit the day of the month and the weekday where one of them begins with a star, such as <c>*/2</c>, and either of
    /// them where neither does: crontab(5).
    /// </remarks>
    /// <exception cref="DataException">It is no cron expression.</exception>
    public static CronTrigger Read(string text, TimeZoneInfo zone, bool runMissed)
    {
        string[] fields = text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 5)
        {
            return new CronTrigger(Parse(text, text, CronFormat.Quartz, zone), runMissed) { Text = text };
        }
        var (day, weekday) = (fields[DayOfMonth], fields[Weekday]);
        if (day is "*" or "?" || weekday is "*" or "?" || !(day.StartsWith('*') || weekday.StartsWith('*')))
        {
            return new CronTrigger(Parse(text, text, CronFormat.Unix, zone), runMissed) { Text = text };
        }
        CronExpression With(int field) => Parse(text, string.Join(' ', fields.Select((value, i) => i == field ? "*" : value)), CronFormat.Unix, zone);
        return new CronTrigger(With(Weekday), runMissed) { AlsoOn = With(DayOfMonth), Text = text };
    }

    private static CronExpression Parse(string text, string part, CronFormat format, TimeZoneInfo zone)
    {
        try
        {
            return CronExpression.Parse(part, format).WithTimeZone(zone);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException)
        {
            throw new DataException($"'{text}' is no cron expression ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')}), expected e.g. \"30 2 * * MON-FRI\" (minute, hour, day, month, weekday)", e);
        }
    }
}
