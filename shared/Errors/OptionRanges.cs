using System.Collections;

namespace ParquetPool.Errors;

/// <summary>The ranges that a record of options declares, in the order in which they are looked at.</summary>
public sealed class OptionRanges<T> : IEnumerable<string>
{
    private readonly List<(string Option, Func<T, IFormattable?> Value, OptionRange Range)> declared = [];

    /// <param name="value">Null where the option is not given.</param>
    public void Add(string option, Func<T, IFormattable?> value, OptionRange range) => declared.Add((option, value, range));

    /// <summary>Refuses options of which one is out of its range.</summary>
    /// <exception cref="UsageException">Names the first that is, its value and what was expected.</exception>
    public void Require(T options) => declared.ForEach(each => each.Range.Require(each.Option, each.Value(options)));

    /// <summary>The options that have a range.</summary>
    public IEnumerator<string> GetEnumerator() => declared.Select(each => each.Option).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
