using System.Text.RegularExpressions;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Labels;
using ParquetPool.Storage;
using ParquetPool.Texts;

namespace ParquetPool.Trainer.Rounds;

/// <summary>The classes that the rounds of a task and its pool know, and those that a new round admits.</summary>
/// <param name="Names">The newest round's first; none before the first where the pool names none.</param>
internal sealed partial record KnownClasses(IReadOnlyList<string> Names)
{
    /// <summary>Classes, the commonest first, for which it is sought what may be meant.</summary>
    private const int MostSlips = 100;

    public const string NewToTask = "its class is new to the task: --new-classes admits it";

    /// <summary>Reads the manifests of a task's rounds.</summary>
    /// <param name="pool">The classes that the pool remembers of its import, which come last.</param>
    /// <param name="tell">Told of an earlier round that cannot be read.</param>
    /// <exception cref="DataException">The newest round's manifest cannot be read.</exception>
    public static KnownClasses Of(ModelRegistry registry, string task, IReadOnlyList<string> pool, Action<string> tell)
    {
        var (names, alike) = (new List<string>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var (place, (_, folder)) in registry.Rounds(task).Reverse().Index())
        {
            IReadOnlyList<string> classes;
            try
            {
                var manifest = ModelManifest.Read(StorageAddress.Join(folder, ModelManifest.FileName));
                classes = [.. manifest.Classes.Except(manifest.Training.Unlabelled?.Hidden?.Classes ?? [])];
            }
            catch (DataException e) when (place > 0)
            {
                tell($"the classes that it knew are not looked at: {e.Message}");
                continue;
            }
            var newKeys = new HashSet<string>(StringComparer.Ordinal);
            foreach (var name in classes.Where(c => LabelText.Read(c) is { } spelling && (spelling == c || !classes.Contains(spelling))))
            {
                if (!alike.Contains(KeyOf(name)))
                {
                    names.Add(name);
                    newKeys.Add(KeyOf(name));
                }
            }
            alike.UnionWith(newKeys);
        }
        names.AddRange(pool.Where(name => alike.Add(KeyOf(name))));
        return new KnownClasses(names);
    }

    /// <summary>The names that spelling is matched against: those of <c>--classes</c> first.</summary>
    public IEnumerable<string> With(IReadOnlyList<string> asked)
    {
        var alike = asked.Select(KeyOf).ToHashSet(StringComparer.Ordinal);
        return asked.Concat(Names.Where(n => !alike.Contains(KeyOf(n))));
    }

    /// <summary>Why a label of the class is left out; null where it is not.</summary>
    /// <param name="continued">The classes of the round that training goes on from; null from scratch.</param>
    public string? Refusal(string label, RoundRequest request, IReadOnlyList<string>? continued) =>
        request.Classes.Count > 0 && !request.Classes.Contains(label) ? $"its class is none of --classes{Meant(label, request.Classes)}"
        : continued?.Contains(label) == false ? "its class is unknown to the round before: it counts from the next round that is trained from scratch"
        : Names.Count > 0 && request.Classes.Count == 0 && !request.NewClasses && !Names.Contains(label) ? NewToTask + Meant(label, Names)
        : null;

    /// <summary>What a reader should know of labels that are left out for it.</summary>
    /// <param name="strangers">Their classes, with their counts.</param>
    /// <param name="known">The classes there are.</param>
    public static string LeftOut(IReadOnlyCollection<KeyValuePair<string, int>> strangers, IReadOnlyList<string> known)
    {
        var slips = strangers.OrderByDescending(s => s.Value).ThenBy(s => s.Key, StringComparer.Ordinal).Take(MostSlips).Select(s => (s.Key, Meant: NearestName.OfClass(s.Key, known))).Where(s => s.Meant is not null).ToList();
        var isCounted = !known.Any(name => name.Any(char.IsDigit)) && strangers.All(s => Number().IsMatch(s.Key));
        return $"{strangers.Sum(s => s.Value)} labels are left out, of classes that are new to the task: {ClassNames.List(strangers)}; "
            + (slips.Count == 0 ? "" : $"{string.Join(", ", slips.Take(5).Select(s => $"'{s.Key}' may be meant for '{s.Meant}'"))}: mend these labels; ")
            + (isCounted ? $"they count classes by some order, as of {string.Join(", ", known.Take(4).Index().Select(name => $"{name.Index} {name.Item}"))}: hand back names; " : "")
            + "--new-classes admits them as they are";
    }

    private static string Meant(string label, IReadOnlyList<string> known) => NearestName.OfClass(label, known) is { } meant ? $"; it may be meant for '{meant}'" : "";

    [GeneratedRegex("^(LABEL_)?[0-9]+$", RegexOptions.NonBacktracking)]
    private static partial Regex Number();

    private static string KeyOf(string name) => LabelText.Key(LabelText.Read(name) ?? name);
}
