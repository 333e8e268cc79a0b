using System.Text.Json;
using ParquetPool.Errors;
using ParquetPool.Exports;
using ParquetPool.Storage;
using ParquetPool.Texts;

namespace ParquetPool.Labels;

/// <summary>Super-classes of a task's classes: <c>hierarchy.json</c>, an object that names of each the classes or super-classes in it.</summary>
/// <remarks><c>{ "tops": ["Shirt", "Coat"], "clothes": ["tops", "Trouser"] }</c>. A name stands in one super-class at most, so they are trees; classes may stand in none.</remarks>
public sealed class Hierarchy
{
    private const int MostLevels = 20;
    private const string Expected = "expected an object of super-classes with the names in each, such as { \"tops\": [\"Shirt\", \"Coat\"] }";

    private readonly string path;
    private readonly Dictionary<string, IReadOnlyList<string>> children = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> parents = new(StringComparer.Ordinal);

    private Hierarchy(string path) => this.path = path;

    /// <summary>The super-classes, in the order of the file.</summary>
    public IReadOnlyList<string> Names { get; private set; } = [];

    /// <summary>The super-classes and all that is in them.</summary>
    public IEnumerable<string> AllNames => Names.Concat(parents.Keys).Distinct(StringComparer.Ordinal);

    /// <summary>Reads and checks the file.</summary>
    /// <exception cref="DataException">It is no such file, a super-class is empty, a name stands in two, or they go round in a circle.</exception>
    public static Hierarchy Read(string path)
    {
        var hierarchy = new Hierarchy(path);
        try
        {
            using var json = JsonDocument.Parse(StoredFiles.ReadAllBytes(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.EnumerateObject().Any())
            {
                throw hierarchy.Bad($"names no super-class, {Expected}");
            }
            foreach (var member in json.RootElement.EnumerateObject())
            {
                hierarchy.Add(LabelText.Read(member.Name) ?? throw hierarchy.Bad($"a super-class is called '{member.Name}', expected a name"), member.Value);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be read ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')}), {Expected}", e);
        }
        hierarchy.Names = [.. hierarchy.children.Keys];
        hierarchy.RequireTrees();
        return hierarchy;
    }

    /// <summary>The classes that a super-class comes down to, in the order of the file; of a class itself.</summary>
    public IReadOnlyList<string> ClassesOf(string name) => children.TryGetValue(name, out var of) ? [.. of.SelectMany(ClassesOf)] : [name];

    public bool IsSuperClass(string name) => children.ContainsKey(name);

    /// <summary>Whether a name stands in a super-class, or in one that stands in it.</summary>
    public bool LiesIn(string name, string superClass) => parents.TryGetValue(name, out var parent) && (parent == superClass || LiesIn(parent, superClass));

    /// <summary>Compares with the classes of a task.</summary>
    /// <exception cref="DataException">A super-class names a class that there is not, or is called as a class is.</exception>
    public void Require(IReadOnlyCollection<string> classes)
    {
        var known = classes.ToHashSet(StringComparer.Ordinal);
        if (Names.FirstOrDefault(known.Contains) is { } both)
        {
            throw Bad($"'{both}' is a super-class here and a class of the task, expected one: give the super-class another name");
        }
        if (parents.Keys.FirstOrDefault(name => !IsSuperClass(name) && !known.Contains(name)) is { } unknown)
        {
            throw Bad($"'{parents[unknown]}' names '{unknown}', which is no class of the task, expected one of {string.Join(", ", classes.Take(8))}{(classes.Count > 8 ? ", …" : "")}: correct it, or label a row of it first");
        }
    }

    private void Add(string name, JsonElement value)
    {
        var names = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(e => JsonField.Scalar(e) is { } text ? LabelText.Read(text) : null).ToList() : [];
        if (names.Count == 0 || names.Contains(null))
        {
            throw Bad($"'{name}' has {(names.Count == 0 ? "no classes" : "something in it that is no name")}, expected a list of classes or super-classes: fill it in or delete it");
        }
        if (!children.TryAdd(name, names!))
        {
            throw Bad($"'{name}' stands twice, expected each super-class once: put their classes together");
        }
        foreach (var child in names.OfType<string>())
        {
            if (!parents.TryAdd(child, name))
            {
                throw Bad($"'{child}' is in '{parents[child]}' and in '{name}', expected one of them: classes may share no more than a super-class of both");
            }
        }
    }

    private void RequireTrees()
    {
        foreach (var name in Names)
        {
            var seen = new List<string> { name };
            for (var at = name; parents.TryGetValue(at, out var parent); at = parent)
            {
                if (seen.Contains(parent))
                {
                    throw Bad($"super-classes go round in a circle ({string.Join(" in ", [.. seen.SkipWhile(s => s != parent), parent])}), expected trees: take one of them out of the other");
                }
                seen.Add(parent);
                if (seen.Count > MostLevels + 1)
                {
                    throw Bad($"'{name}' lies in more than {MostLevels} super-classes, one in the other, expected fewer: leave some of them out");
                }
            }
        }
    }

    private DataException Bad(string what) => new($"{path}: {what}");
}
