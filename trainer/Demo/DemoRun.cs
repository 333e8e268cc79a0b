using System.Globalization;
using ParquetPool.Commands;
using ParquetPool.Randomness;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Audits;
using ParquetPool.Scorer.Ranking;
using ParquetPool.Scorer.Records;
using ParquetPool.Scorer.Scoring;
using ParquetPool.Scorer.Showing;
using ParquetPool.Shards;
using ParquetPool.Storage;
using ParquetPool.Texts;
using ParquetPool.Trainer.Rounds;

namespace ParquetPool.Trainer.Demo;

/// <summary>The flow of <c>trainer demo</c>: a made pool through training, scoring and the audit, and what came out against what was planted.</summary>
internal sealed class DemoRun
{
    private const int TrainRows = 17_000;
    private const int TestRows = 3_000;
    private const int ShardRows = 5_000;
    private const int Planted = 300;
    private const int Labelled = 1_000;
    private const int Query = 200;
    private const int RareClasses = 10;
    private const string Task = "demo";
    private static readonly PoolShape Shape = new(Classes: 20, ImageWidth: 128, TextWidth: 64, MissingText: 0);
    private readonly CommandContext context;
    private readonly ulong seed;
    private readonly string folder;
    private readonly Dictionary<string, string> labels = [];

    private DemoRun(string folder, ulong seed, CommandContext context) => (this.folder, this.seed, this.context) = (folder, seed, context);

    private string Pool => Path.Combine(folder, "pool");

    /// <summary>Runs the demo in <paramref name="folder"/>.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static async Task<DemoSummary> ExecuteAsync(string folder, ulong seed, CommandContext context)
    {
        var start = context.Clock.GetTimestamp();
        var demo = new DemoRun(folder, seed, context);
        Say($"Makes a pool of {TrainRows + TestRows:N0} rows, trains on {Labelled:N0} labels, scores the others and audits the splits; it takes some ten seconds on two cores. First the pool:");
        var written = WrittenFiles.Claim(folder, ["truth.csv", "labels.csv"]);
        var truth = demo.MakePool();
        var labelFile = demo.Label();
        var model = await demo.TrainAsync(labelFile);
        var (bald, rare) = await demo.ScoreAsync(model, labelFile);
        var accuracy = await demo.TestAsync(model);
        var (nearest, closest) = await demo.AuditAsync(truth);
        written.Complete();
        var page = await ShowRun.ExecuteAsync(new ShowOptions(bald, [Path.Combine(demo.Pool, "train-*.parquet")]) { Scores = [Path.Combine(folder, "scored")] }, context);
        Say($"Look at the rows to label, in a browser: {page.File}");
        var report = Path.Combine(folder, "audit", "report.html");
        Say($"Open {report} in a browser: it shows the nearest pairs and takes judgements by the keys 1 to 4. {bald} has the rows to label next. A query of rows that are not all alike:");
        Say(NextCommand.Line("scorer", "select", "--scores", Path.Combine(folder, "scored"), "--top", "50", "--strategy", "power", "--exclude", labelFile, "--out", "query"));
        return new DemoSummary(
            Command: "demo",
            Rows: TrainRows + TestRows,
            Labelled: Labelled,
            HoldoutAccuracy: model.HoldoutAccuracy,
            TestAccuracy: accuracy,
            RankedFile: bald,
            RareInRanked: rare,
            Planted: truth.Count,
            PlantedNearest: nearest,
            PlantedClosest: closest,
            Seconds: Math.Round(context.Clock.GetElapsedTime(start).TotalSeconds, 1),
            Folder: folder);
    }

    private IReadOnlyList<SyntheticPool.Planted> MakePool()
    {
        var planted = new SyntheticPool(seed, Shape).Write(Pool, TrainRows, TestRows, Planted, ShardRows);
        foreach (var row in ShardSet.Resolve([Pool]).SelectMany(s => TextTable.Read(s.Path, "id", "label")))
        {
            labels[row[0]!] = row[1]!;
        }
        var truth = WriteLines("truth.csv", "test_id,train_id,alteration", planted.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.TestId},{p.TrainId},{p.Alteration:F4}")));
        Say($"A pool of {TrainRows:N0} train and {TestRows:N0} test rows, {Shape.Classes} unbalanced classes, two embeddings a row: {Pool}");
        Say($"{planted.Count} test rows are altered copies of train rows; which ones is known to {truth} only");
        return planted;
    }

    private string Label()
    {
        var random = new PhiloxStream(seed, Purpose.DemoLabels);
        var ids = new HashSet<string>();
        while (ids.Count < Labelled)
        {
            ids.Add(string.Create(CultureInfo.InvariantCulture, $"train-{random.Below(TrainRows)}"));
        }
        var path = WriteLines("labels.csv", "id,label", ids.Select(id => $"{id},{labels[id]}"));
        Say($"{Labelled:N0} train rows, drawn at random, are labelled: {path}");
        return path;
    }

    private async Task<TrainSummary> TrainAsync(string labelFile)
    {
        var request = new TrainRequest(Task, [Path.Combine(Pool, "train-*.parquet")])
        {
            Labels = [labelFile],
            NewClasses = true, // Another seed may have drawn others.
            Features = ["image", "text"],
            Models = Path.Combine(folder, "models"),
            Options = new() { Seed = seed },
        };
        var model = await TrainRound.ExecuteAsync(request, context);
        Say(FormattableString.Invariant($"Trained on both embeddings: {model.HoldoutAccuracy:P1} of the {model.HoldoutRows} held-out rows are right: {model.Model}"));
        return model;
    }

    /// <summary>Scores the unlabelled rows; returns the path of the BALD ranking and how many of its rows belong to rare classes.</summary>
    private async Task<(string Ranked, int Rare)> ScoreAsync(TrainSummary model, string labelFile)
    {
        var options = new ScoreOptions(model.Model, [Path.Combine(Pool, "train-*.parquet")], Path.Combine(folder, "scored"))
        {
            Exclude = [labelFile],
            Top = Query,
            Seed = seed,
        };
        var summary = await ScoreRun.ExecuteAsync(options, context);
        Say(FormattableString.Invariant($"Scored {summary.Rows:N0} rows with a committee of {options.Passes} at {summary.RowsPerSecond:N0} rows/s"));

        var score = new ScoreFolder(options.Out);
        var files = ShardSet.Resolve(options.Pool).Select(s => score.Scores(s.Name)).ToList();
        var excluded = Contract.LabelFile.ReadIds(options.Exclude);
        var rankings = new Dictionary<ScoreColumn, string> { [ScoreColumn.Bald] = summary.RankedCsv };
        ScoreColumn[] others = [ScoreColumn.Entropy, ScoreColumn.Margin];
        var written = WrittenFiles.Claim(options.Out, others.SelectMany(column => new[] { $"ranked-{column.Name}.parquet", $"ranked-{column.Name}.csv" }));
        foreach (var column in others)
        {
            rankings[column] = Path.Combine(options.Out, $"ranked-{column.Name}.csv");
            Ranker.Write(files, new RankOrder(column, seed, ScoreColumn.All, Query, excluded), idsRepeat: false, Path.ChangeExtension(rankings[column], ".parquet"), rankings[column]);
        }
        written.Complete();
        var everywhere = labels.Where(l => l.Key.StartsWith("train-", StringComparison.Ordinal)).Count(l => IsRare(l.Value)) / (double)TrainRows;
        foreach (var (column, path) in rankings)
        {
            Say(FormattableString.Invariant($"  {Query} rows to label next by {column.Name}, {Rare(path)} of the {RareClasses} rarest classes ({Query * everywhere:N0} would be by chance): {path}"));
        }
        return (summary.RankedCsv, Rare(summary.RankedCsv));
    }

    /// <summary>The share of test rows that the committee predicts right.</summary>
    private async Task<double> TestAsync(TrainSummary model)
    {
        var options = new ScoreOptions(model.Model, [Path.Combine(Pool, "test-*.parquet")], Path.Combine(folder, "scored-test")) { Seed = seed };
        var summary = await ScoreRun.ExecuteAsync(options, context);
        var right = TextTable.Read(summary.RankedCsv, "id", "predicted").Count(row => labels[row[0]!] == row[1]);
        Say(FormattableString.Invariant($"The committee predicts {right:N0} of {TestRows:N0} test rows right ({(double)right / TestRows:P1})"));
        return (double)right / TestRows;
    }

    /// <summary>How many planted copies have their original as nearest train row, and how many of the closest pairs are planted ones.</summary>
    private async Task<(int Nearest, int Closest)> AuditAsync(IReadOnlyList<SyntheticPool.Planted> truth)
    {
        var options = new AuditOptions([Path.Combine(Pool, "train-*.parquet")], [Path.Combine(Pool, "test-*.parquet")], Path.Combine(folder, "audit")) { Vectors = new() { Columns = ["image"] } };
        await AuditRun.ExecuteAsync(options, context);
        var planted = truth.Select(p => (p.TestId, p.TrainId)).ToHashSet();
        var pairs = Path.Combine(options.Out, "pairs.csv");
        var found = TextTable.Read(pairs, "kind", "test_id", "train_id").Where(r => r[0] == "test-train").Select(r => planted.Contains((r[1]!, r[2]!))).ToList();
        var (nearest, closest) = (found.Count(f => f), found.Take(planted.Count).Count(f => f));
        Say($"The audit compared the image embeddings: the original is the nearest train row of {nearest} of the {planted.Count} planted copies, and {closest} of the {planted.Count} closest pairs are planted: {pairs}");
        return (nearest, closest);
    }

    private int Rare(string ranked) => TextTable.Read(ranked, "id").Count(row => IsRare(labels[row[0]!]));

    private static bool IsRare(string label) => string.CompareOrdinal(label, SyntheticPool.ClassName(Shape.Classes - RareClasses)) >= 0;

    private string WriteLines(string name, string header, IEnumerable<string> lines)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllLines(path, lines.Prepend(header));
        return path;
    }

    private static void Say(string line) => CommandContext.Tell(line);
}
