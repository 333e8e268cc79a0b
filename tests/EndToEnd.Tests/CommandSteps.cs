using System.Globalization;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>Every command that writes, on data so small that each takes a moment, and the inputs of all.</summary>
internal sealed class CommandSteps(string root)
{
    /// <summary>A command.</summary>
    /// <param name="Record">The file that says that its output is whole, relative to that; null where the list of checksums alone does.</param>
    /// <param name="Arguments">By the output folder, and by whether the run is an earlier one, with other settings.</param>
    public sealed record CommandStep(string Name, string Program, string? Record, Func<string, bool, string[]> Arguments)
    {
        /// <summary>A step that adds to the output of another: of which.</summary>
        public string? In { get; init; }
    }

    /// <summary>In an order in which each finds its inputs.</summary>
    public IReadOnlyList<CommandStep> All =>
    [
        new("import", "trainer", null, (to, old) => ["import", "--csv", At("rows.csv"), "--out", to, "--shard-rows", old ? "66" : "44", "--split", "rows", .. old ? Array.Empty<string>() : ["--force"]]),
        new("synthesize", "trainer", null, (to, old) => ["synthesize", "--rows", "40", "--test-rows", "20", "--classes", "3", "--image-width", "8", "--text-width", "8", "--seed", old ? "2" : "1", "--out", to]),
        new("pack", "scorer", null, (to, old) => ["pack", "--pool", old ? At("test") : Made("import"), "--out", to]),
        new("train", "trainer", null, (to, old) => ["train", "--task", "t", "--pool", Made("import"), "--label-column", "label", "--models", to, "--epochs", "2", "--seed", old ? "1" : "0"]),
        new("round", "trainer", null, (to, old) => ["round", "--task", "t", "--pool", Made("import"), "--labels", At("labels-1.csv"), .. old ? Array.Empty<string>() : [At("labels-2.csv")], "--models", to, "--epochs", "2", "--min-gain", "-1"]),
        new("prune", "trainer", null, (to, old) => ["prune", "--task", "t", "--pool", Made("import"), "--label-column", "label", "--keep", "0.5", "--models", to, "--epochs", "2", "--seed", old ? "1" : "0"]),
        new("rank", "trainer", null, (to, old) => ["rank", "--task", "r", "--pool", Made("import"), "--preferences", At("preferences.csv"), "--models", to, "--epochs", "2", "--seed", old ? "1" : "0"]),
        new("compare", "scorer", "compare.json", (to, old) => ["compare", "--model", $"{Made("rank")}/r", "--pool", Made("import"), "--top", old ? "3" : "6", "--passes", "4", "--columns", "split", "--out", to]),
        new("score", "scorer", "run.json", (to, old) => ["score", "--model", $"{Made("train")}/t", "--pool", Made("import"), "--out", to, "--passes", "4", "--seed", old ? "1" : "0", "--partition", "1/1"]),
        new("merge", "scorer", "run.json", (to, old) => ["merge", "--scores", Made("score"), "--out", to, "--rank-by", old ? "entropy" : "bald"]),
        new("select", "scorer", "select.json", (to, old) => ["select", "--scores", Made("merge"), "--top", old ? "3" : "6", "--strategy", "badge", "--no-near-duplicates", "0.999", "--out", to]),
        new("coverage", "scorer", "coverage.json", (to, old) => ["coverage", "--pool", Made("import"), "--top", "4", "--seed", old ? "1" : "0", "--out", to]),
        new("tasks", "scorer", null, (to, old) => ["tasks", "--rows", $"{Made("select")}/selected.csv", "--pool", Made("import"), "--columns", "split", "--classes", "a", "b", old ? "c" : "d", "--out", $"{to}/"]),
        new("show", "scorer", null, (to, old) => ["show", "--rows", $"{Made("select")}/selected.csv", "--pool", Made("import"), "--scores", Made("merge"), "--first", old ? "2" : "5", "--out", $"{to}/show.html"]),
        new("find", "scorer", null, (to, old) => ["find", "--like", "row-1", "--pool", Made("import"), "--top", old ? "2" : "4", "--out", $"{to}/near.csv"]),
        new("audit", "scorer", "audit.json", (to, old) => ["audit", "--train", Made("import"), "--test", At("test"), "--out", to, "--neighbours", old ? "1" : "2"]),
        new("judge", "scorer", null, (to, _) => ["judge", "--audit", to, "--judgements", At("judgements.csv")]) { In = "audit" },
        new("report", "scorer", null, (to, _) => ["report", "--audit", to, "--report-pairs", "3"]) { In = "audit" },
        new("purge", "scorer", "purge.json", (to, old) => ["purge", "--audit", Made("audit"), "--threshold", old ? "0.99999" : "0.9999", "--out", to]),
        new("embed", "trainer", null, (to, old) => ["embed", "--task", "e", "--pool", Made("import"), "--models", to, "--steps", "3", "--seed", old ? "1" : "0"]),
        new("simulate", "trainer", "simulation.json", (to, old) =>
            ["simulate", "--pool", Made("import"), "--test", At("test"), "--initial", "10", "--query", "5", "--rounds", old ? "1" : "2", "--strategies", "random", "--seeds", "1", "--passes", "2", "--epochs-per-round", "1", "--out", to]),
        new("correlate", "trainer", null, (to, old) =>
            ["correlate", "--pool", Made("import"), "--test", At("test"), "--initial", "10", "--rows", "20", "--group", "4", "--by", "margin", "--passes", "2", "--seed", old ? "1" : "0", "--out", to]),
    ];

    /// <summary>The output of a step that went undisturbed.</summary>
    public string Made(string step) => At("made", step);

    /// <summary>Writes what the first steps read.</summary>
    public void WriteInputs()
    {
        Directory.CreateDirectory(At("test"));
        Write("rows.csv", 0, 132);
        File.WriteAllLines(At("labels-1.csv"), Enumerable.Range(0, 40).Select(row => $"row-{row},{Label(row)},ann").Prepend("id,label,annotator"));
        File.WriteAllLines(At("labels-2.csv"), Enumerable.Range(30, 30).Select(row => $"row-{row},{Label(row)},bob").Prepend("id,label,annotator"));
        File.WriteAllLines(At("judgements.csv"), ["TestID,TrainID,Judgment,Kind,Justification", "row-132,row-12,1,,close"]);
        File.WriteAllLines(At("preferences.csv"), Enumerable.Range(0, 40).Select(row => $"row-{row},row-{row + 41},{(row % 2 == 0 ? "left" : "right")}").Prepend("left,right,answer"));
        Write("test.csv", 132, 24);
    }

    /// <summary>What makes the inputs that no step makes.</summary>
    public string[] MakeTestSplit() => ["import", "--csv", At("test.csv"), "--out", At("test"), "--split", "test"];

    private static string Label(int row) => row % 2 == 0 ? "a" : "b";

    private string At(params string[] parts) => Path.Combine([root, .. parts]);

    /// <summary>Rows of two classes; every sixth stands again sixty rows further on.</summary>
    private void Write(string name, int first, int count) => File.WriteAllLines(At(name), Enumerable.Range(first, count).Select(row => string.Join(
        ',', Enumerable.Range(0, 6).Select(i => (MathF.Sin(((row % 6 == 0 ? row % 60 : row) * 1.7f) + (i * i * 0.9f)) + (i % 2 == row % 2 ? 1 : 0)).ToString(CultureInfo.InvariantCulture)).Prepend(Label(row)).Prepend($"row-{row}"))).Prepend("id,label,a,b,c,d,e,f"));
}
