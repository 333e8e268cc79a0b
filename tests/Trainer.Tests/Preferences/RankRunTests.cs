using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Preferences;
using ParquetPool.Scorer.Comparisons;
using ParquetPool.Scorer.Scoring;
using ParquetPool.Shards;
using ParquetPool.Statistics;
using ParquetPool.Storage;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Optimisers;
using ParquetPool.Trainer.Preferences;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Tests.Preferences;

/// <summary>Rows of four numbers, of which the sum of the first two is what people prefer.</summary>
public sealed class RankRunTests : IDisposable
{
    private const int Rows = 200;
    private readonly TestFolder folder = new();
    private readonly float[][] rows;

    public RankRunTests()
    {
        var random = new Random(1);
        rows = [.. Enumerable.Range(0, Rows).Select(_ => Enumerable.Range(0, 4).Select(_ => (float)((2 * random.NextDouble()) - 1)).ToArray())];
        Write("pool/a.parquet", [.. Enumerable.Range(0, Rows)]);
        File.WriteAllText(folder.File("answers.csv"), Answers(random, 400));
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Ranks_agree_with_what_people_prefer_and_the_package_says_what_it_is()
    {
        var summary = await RankAsync(Request());

        summary.HoldoutAgreement.Should().BeGreaterThan(0.8);
        (summary.Answers + summary.HoldoutAnswers).Should().BeInRange(370, 400, "a pair that was drawn again is answered alike");
        var manifest = ModelManifest.Read(Path.Combine(summary.Model, ModelManifest.FileName));
        (manifest.IsRanking, manifest.Classes.Count, manifest.Scores!.Output).Should().Be((true, 0, "score"));
        manifest.Outputs.Select(o => o.Name).Should().Equal("score", "embedding");

        var compared = await CompareAsync("pairs");
        var ranked = File.ReadAllLines(compared.RankedCsv!).Skip(1).Select(line => int.Parse(line.Split(',')[1])).ToArray();
        RankCorrelation.Spearman([.. ranked.Select(Worth)], [.. Enumerable.Range(0, Rows).Select(place => (double)-place)]).Should().BeGreaterThan(0.85);
        File.ReadAllLines(compared.PairsCsv).Should().HaveCount(11).And.HaveElementAt(0, "order,left,right,answer,variance,preference,left_shard,left_row,right_shard,right_row");
    }

    [Fact]
    public async Task The_order_of_answers_changes_nothing_and_files_filled_in_are_read()
    {
        var first = await RankAsync(Request());
        string[] lines = File.ReadAllLines(folder.File("answers.csv"));
        File.WriteAllLines(folder.File("other.csv"), [lines[0], .. lines.Skip(1).Reverse().Select(Turned)]);

        var second = await RankAsync(Request() with { Preferences = [folder.File("other.csv")] });

        (second.Round, second.Sha256).Should().Be((2, first.Sha256));

        static string Turned(string line) => line.Split(',') is var cells ? $"{cells[1]},{cells[0]},{(cells[2] == "left" ? "right" : "left")}" : "";
    }

    [Fact]
    public void A_killed_training_goes_on_after_its_last_epoch()
    {
        var random = new Random(2);
        Preference[] answers = [.. Enumerable.Range(0, 120).Select(_ => (Left: random.Next(Rows), Right: random.Next(Rows))).Where(p => p.Left != p.Right)
            .Select(p => new Preference($"{p.Left}", $"{p.Right}", Worth(p.Left) > Worth(p.Right) ? PreferenceAnswer.Left : PreferenceAnswer.Right, "1"))];
        var set = PairSet.Of([new VectorColumn("features", 4)], rows.Index().Select(row => ($"{row.Index}", row.Item)), answers, 0.1);
        var whole = PairTraining.Execute(set, Options(), 0.1, stopping: TestContext.Current.CancellationToken);
        using var stopping = new CancellationTokenSource();
        FluentActions.Invoking(() => PairTraining.Execute(set, Options(), 0.1, Stop, Kept(), stopping.Token)).Should().Throw<OperationCanceledException>();
        var shown = new List<int>();

        var resumed = PairTraining.Execute(set, Options(), 0.1, epoch => shown.Add(epoch.Number), Kept(), TestContext.Current.CancellationToken);

        resumed.Scores.Should().Equal(whole.Scores);
        (resumed.Best, resumed.History.Count).Should().Be((whole.Best, 40));
        ModelFile.ToBytes(resumed.Network.Forward).Should().Equal(ModelFile.ToBytes(whole.Network.Forward));
        shown.Should().Equal(Enumerable.Range(1, 40));

        Checkpoints Kept() => new(new ProgressFile(folder.File("rank.progress"), "key"), TimeProvider.System, TimeSpan.Zero);

        void Stop(Epoch epoch)
        {
            if (epoch.Number == 17)
            {
                stopping.Cancel();
            }
        }
    }

    [Fact]
    public async Task A_killed_comparison_goes_on_after_its_last_part()
    {
        await RankAsync(Request());
        for (var shard = 0; shard < 4; shard++)
        {
            Write($"many/{shard}.parquet", [.. Enumerable.Range(50 * shard, 50), shard]); // Row 0 stands twice in the first, 1 to 3 in two shards.
        }
        var shards = ShardSet.Resolve([folder.File("many")]);
        using var model = RankingModel.Open(folder.File("models", "taste"), shards, 4, 0);
        var whole = Read("whole");
        var read = 0L;
        using var stopping = new CancellationTokenSource();
        FluentActions.Invoking(() => Read("killed", Stop, stopping.Token)).Should().Throw<OperationCanceledException>();
        read = 0;

        var resumed = Read("killed", rows => read += rows);

        read.Should().Be(102, "two shards of four were read");
        (resumed.Rows, resumed.Rejected).Should().Be((200, 4)).And.Be((whole.Rows, whole.Rejected));
        resumed.Drawn.Select(row => (row.Id, row.Shard, row.Row)).Should().Equal(whole.Drawn.Select(row => (row.Id, row.Shard, row.Row)));
        resumed.Drawn.SelectMany(row => row.Scores).Should().Equal(whole.Drawn.SelectMany(row => row.Scores));
        File.ReadAllBytes(folder.File("killed", "ranked.parquet")).Should().Equal(File.ReadAllBytes(folder.File("whole", "ranked.parquet")));
        Write("many/0.parquet", [.. Enumerable.Range(0, 50)]);
        Read("killed").Rejected.Should().Be(3, "a shard that has changed is read again");

        ComparedPool Read(string name, Action<long>? advance = null, CancellationToken? stop = null)
        {
            var token = stop ?? TestContext.Current.CancellationToken;
            var (pool, files) = (new ComparedPool(shards, model, 30, 0), new CompareFiles(folder.File(name)));
            var progress = new CompareProgress(files.Progress, "key", TimeProvider.System, TimeSpan.Zero);
            progress.Resume(pool, token);
            progress.Finish(pool, new Provenance("test"), advance ?? (_ => { }), token);
            files.WriteRanked(progress.Scores);
            return pool;
        }

        void Stop(long rows)
        {
            read += rows;
            if (read > 102)
            {
                stopping.Cancel();
            }
        }
    }

    [Fact]
    public async Task What_knows_no_classes_is_refused_where_classes_are_wanted()
    {
        await RankAsync(Request());
        var model = folder.File("models", "taste");
        File.WriteAllText(folder.File("labels.csv"), "id,label\n" + string.Join('\n', Enumerable.Range(0, 40).Select(i => $"{i},{(i % 2 == 0 ? "a" : "b")}")));
        var labelled = new TrainRequest("classes", [folder.File("pool")]) { Labels = [folder.File("labels.csv")], Models = folder.File("models"), Options = Options() };
        await TrainRound.ExecuteAsync(labelled, Context());

        await Running(() => ScoreRun.ExecuteAsync(new ScoreOptions(model, [folder.File("pool")], folder.File("scored")), Context()))
            .Should().ThrowAsync<DataException>().WithMessage("*ranks rows by preferences and knows no classes, expected a classifier*");
        await Running(() => TrainRound.ExecuteAsync(labelled with { Task = "taste" }, Context())).Should().ThrowAsync<UsageException>().WithMessage("--task taste has round 1, which ranks rows*");
        await Running(() => RankAsync(Request() with { Task = "classes" })).Should().ThrowAsync<UsageException>().WithMessage("--task classes has round 1, which ranks no rows*");
        await Running(() => CompareAsync("refused", "classes")).Should().ThrowAsync<DataException>().WithMessage("*ranks no rows: it tells 2 classes apart, expected a model of 'trainer rank'*");
    }

    [Theory]
    [InlineData("1,nobody,left\n2,3,left\n", "1 rows that answers are about cannot be learnt from: 'nobody' (not in the pool)*")]
    [InlineData("x,y,left\n", "2 rows that answers are about cannot be learnt from: 'x' (not in the pool), 'y'*")]
    [InlineData("1,2,incomparable\n3,4,incomparable\n", "all 2 answers are 'incomparable', expected some that prefer a row*")]
    [InlineData("1,2,equal\n3,4,equal\n", "none of the 2 answers prefers a row*")]
    [InlineData("1,2,left\n2,1,left\n", "the answers are about 1 pair, expected two or more*")]
    [InlineData("1,2,\n3,4,\n", "no pair of * has an answer, expected left, right, equal or incomparable*")]
    public async Task Answers_of_which_nothing_can_be_learnt_are_refused(string answers, string message)
    {
        File.WriteAllText(folder.File("bad.csv"), "left,right,answer\n" + answers);

        await Running(() => RankAsync(Request() with { Preferences = [folder.File("bad.csv")] })).Should().ThrowAsync<DataException>().WithMessage(message);
    }

    private void Write(string name, int[] places)
    {
        using var writer = new ShardWriter(folder.File(name), [new("id", ShardType.Text), new("features", ShardType.FloatList, 4), new("text", ShardType.Text)]);
        writer.Write(places.Length, Array.ConvertAll(places, i => $"{i}"), places.SelectMany(i => rows[i]).ToArray(), Array.ConvertAll(places, i => $"text {i}"));
        writer.Complete();
    }

    private string Answers(Random random, int count) => "left,right,answer\n" + string.Concat(Enumerable.Range(0, count).Select(_ =>
    {
        var (left, apart) = (random.Next(Rows), 1 + random.Next(Rows - 1));
        var right = (left + apart) % Rows;
        return $"{left}{(left % 3 == 0 ? ".0" : "")},{right},{(Worth(left) > Worth(right) ? "left" : "right")}\n";
    }).Distinct());

    private double Worth(int row) => rows[row][0] + rows[row][1];

    private RankRequest Request() => new("taste", [folder.File("pool")], [folder.File("answers.csv")]) { Models = folder.File("models"), Options = Options() };

    private static TrainOptions Options() => new() { Epochs = 40, Steps = new StepOptions { LearningRate = 0.01f }, Network = NetworkSpec.Parse("""{ "layers": [ { "type": "dense", "units": 16, "dropout": 0.2 } ] }""", "network.json") };

    private Task<CompareSummary> CompareAsync(string name, string task = "taste") =>
        CompareRun.ExecuteAsync(new CompareOptions([folder.File("pool")], 10, folder.File(name)) { Model = folder.File("models", task), Exclude = [folder.File("answers.csv")] }, Context());

    private static Task<RankSummary> RankAsync(RankRequest request) => RankRun.ExecuteAsync(request, Context());

    private static Func<Task> Running(Func<Task> run) => run;

    private static CommandContext Context() => new(NullLogger.Instance, TimeProvider.System, new ProgressDisplay(ProgressMode.Quiet, TextWriter.Null, TimeProvider.System), CancellationToken.None);
}
