using System.Collections;
using System.Reflection;
using System.Text.Json;

namespace ParquetPool.Scorer.Records;

/// <summary>Looks through a record that was read for what no writer of ours puts there.</summary>
internal static class RecordWalk
{
    /// <summary>Whether every list, at any depth, is without nulls, every text without NUL, and every number finite.</summary>
    public static bool IsSound(object? value) => value switch
    {
        null => true,
        string text => !text.Contains('\0'),
        double number => double.IsFinite(number),
        float number => float.IsFinite(number),
        JsonElement => true,
        IDictionary map => map.Keys.Cast<object>().Concat(map.Values.Cast<object>()).All(IsSoundItem),
        IEnumerable list => list.Cast<object?>().All(IsSoundItem),
        _ => value.GetType() is var type && (type.IsPrimitive || type.IsEnum || type.Namespace?.StartsWith(nameof(System), StringComparison.Ordinal) == true
            || type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(IsData).All(property => IsSound(property.GetValue(value)))),
    };

    private static bool IsSoundItem(object? item) => item is not null && IsSound(item);

    // What is computed of others has no field of its own.
    private static bool IsData(PropertyInfo property) =>
        property.GetIndexParameters().Length == 0 && property.DeclaringType!.GetField($"<{property.Name}>k__BackingField", BindingFlags.NonPublic | BindingFlags.Instance) is not null;
}
