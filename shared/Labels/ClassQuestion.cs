namespace ParquetPool.Labels;

/// <summary>A question to be answered with yes or no: is the row of one of these classes?</summary>
/// <param name="Name">Of a super-class or a class.</param>
/// <param name="Classes">Their places among the task's, ascending.</param>
public sealed record ClassQuestion(string Name, IReadOnlyList<int> Classes)
{
    /// <summary>All questions about a task's classes: the super-classes as the file has them, then the classes; those with the same classes as one before, or all, are left out.</summary>
    /// <exception cref="Errors.DataException">The hierarchy does not fit the classes.</exception>
    public static IReadOnlyList<ClassQuestion> Of(Hierarchy hierarchy, IReadOnlyList<string> classes)
    {
        hierarchy.Require(classes);
        var places = classes.Index().ToDictionary(c => c.Item, c => c.Index, StringComparer.Ordinal);
        return
        [
            .. hierarchy.Names.Concat(classes).Select(name => new ClassQuestion(name, [.. hierarchy.ClassesOf(name).Select(c => places[c]).Order()]))
                .Where(q => q.Classes.Count < classes.Count).DistinctBy(q => string.Join(' ', q.Classes)),
        ];
    }

    /// <summary>What people read.</summary>
    public string Text(IReadOnlyList<string> classes) => Classes is [var only] && classes[only] == Name ? $"Is it {Name}?"
        : $"Is it {Name}: {string.Join(", ", Classes.SkipLast(1).Select(c => classes[c]))}{(Classes.Count > 1 ? " or " : "")}{classes[Classes[^1]]}?";
}
