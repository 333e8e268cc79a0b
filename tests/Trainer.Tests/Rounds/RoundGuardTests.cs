using System.CommandLine;
using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Shards;
using ParquetPool.Texts;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.Tests.Training;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Tests.Rounds;

/// <summary>What keeps a round from going wrong unnoticed.</summary>
public sealed class RoundGuardTests : IDisposable
{
    private const string Network = "network";
    private readonly TestFolder folder = new();

    public RoundGuardTests()
    {
        File.WriteAllText(folder.File("network.json"), """{ "layers": [ { "type": "dense", "units": 16, "dropout": 0.5 } ] }""");
        Blobs.Write(folder.File("pool/a.parquet"), Enumerable.Range(0, 150));
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_round_keeps_the_network_of_the_round_before_unless_it_is_told_another()
    {
        Hand("labels/one.csv", 0, 60);
        (await Round("--network", folder.File("network.json"))).Should().Be(ExitCode.Success);
        Hand("labels/two.csv", 60, 30);
        (await Round()).Should().Be(ExitCode.Success);
        Hand("labels/three.csv", 90, 30);
        (await Round("--dropout", "0.25")).Should().Be(ExitCode.Success);
        Hand("labels/four.csv", 120, 30);
        (await Round("--network", "mlp")).Should().Be(ExitCode.Success);

        Recipe(2)[Network].Should().Be(Recipe(1)[Network]);
        Recipe(3)[Network].Should().Be(Recipe(1)[Network].Replace("0.5", "0.25", StringComparison.Ordinal));
        Recipe(4)[Network].Should().NotBe(Recipe(1)[Network]);
    }

    [Fact]
    public async Task After_a_round_of_a_given_model_the_next_must_be_told_how()
    {
        Hand("labels/one.csv", 0, 60);
        (await Round("--network", folder.File("network.json"))).Should().Be(ExitCode.Success);
        (await Round("--from", folder.File("models/blobs/round-0001"), "--force")).Should().Be(ExitCode.Success);
        Hand("labels/two.csv", 60, 30);

        (await Round()).Should().Be(ExitCode.Usage);
        (await Round("--network", folder.File("network.json"))).Should().Be(ExitCode.Success);
    }

    [Fact]
    public async Task Ids_that_a_spreadsheet_rounded_to_one_are_no_annotators_who_disagree()
    {
        File.WriteAllLines(folder.File("labels/rounded.csv"), ["id,label", .. Enumerable.Range(0, 20).Select(i => $"1.23457E+15,class-{i % 2}")]);

        (await Round("--network", folder.File("network.json"))).Should().Be(ExitCode.Data);
        (await Round("--network", folder.File("network.json"))).Should().Be(ExitCode.Data, "a file that is known by now is no better");
        Hand("labels/one.csv", 0, 60);
        (await Round("--network", folder.File("network.json"))).Should().Be(ExitCode.Success);
    }

    [Fact]
    public async Task A_first_round_asks_whether_words_for_nothing_are_classes()
    {
        string[] lines = ["id,label", .. Enumerable.Range(0, 60).Select(i => $"row-{i},{(i % 5 == 4 ? "unknown" : $"class-{i % 3}")}")];
        File.WriteAllLines(Directory.CreateDirectory(folder.File("labels")).FullName + "/one.csv", lines);
        File.Copy(folder.File("labels/one.csv"), folder.File("column.csv"));
        string[] network = ["--network", folder.File("network.json"), "--epochs", "2"];

        (await Round(network)).Should().Be(ExitCode.Data);
        (await Run(TrainCommand.Create(), "train", "--labels", folder.File("column.csv"), "--epochs", "2")).Should().Be(ExitCode.Data);
        Directory.Exists(folder.File("models/blobs/round-0001")).Should().BeFalse();

        File.WriteAllLines(folder.File("labels/one.csv"), lines.Select(line => line.Replace("unknown", "", StringComparison.Ordinal)));
        (await Round(network)).Should().Be(ExitCode.Success);
        Manifest(1).Classes.Should().Equal("class-0", "class-1", "class-2");
        (await Run(TrainCommand.Create(), "train", "--labels", folder.File("column.csv"), "--new-classes", "--epochs", "2")).Should().Be(ExitCode.Success);
        Manifest(2).Classes.Should().Equal("class-0", "class-1", "class-2", "unknown");
    }

    [Fact]
    public async Task A_worse_round_is_told_and_published_only_where_that_is_asked_for()
    {
        string[] untaught = ["--epochs", "1", "--learning-rate", "0.0000001"];
        Hand("labels/one.csv", 0, 60);
        (await Round("--network", folder.File("network.json"), "--learning-rate", "0.01", "--epochs", "20")).Should().Be(ExitCode.Success);
        Hand("labels/two.csv", 60, 90);

        (await Round(untaught)).Should().Be(ExitCode.Success);
        Rounds().Should().Be(1);
        new RoundLog(folder.File("models/blobs/labels")).Read()[^1].Reason.Should().StartWith("not published").And.Contain("is worse by").And.Contain("count in the next round").And.Contain("--publish-worse");
        (await Round(untaught)).Should().Be(ExitCode.Success, "nothing is new");
        Rounds().Should().Be(1);

        (await Round(["--publish-worse", "--min-gain", "0", .. untaught])).Should().Be(ExitCode.Usage);
        (await Round(["--publish-worse", .. untaught])).Should().Be(ExitCode.Success);
        Rounds().Should().Be(2);
    }

    [Fact]
    public async Task Rounds_are_compared_on_rows_that_none_has_learnt_from_and_one_that_cannot_be_is_left_out()
    {
        string[] untaught = ["--epochs", "1", "--learning-rate", "0.0000001"];
        var alone = Enumerable.Range(0, 150).First(row => row % 3 == 2 && Holdout.Place($"row-{row}") < 0.1);
        int[] first = [.. Enumerable.Range(0, 90).Where(row => row % 3 < 2), alone], second = [.. Enumerable.Range(0, 120).Except(first)];
        Hand("labels/one.csv", first);
        (await Round("--network", folder.File("network.json"))).Should().Be(ExitCode.Success);
        Hand("labels/two.csv", second);
        (await Round("--validation", "0.3")).Should().Be(ExitCode.Success);

        Manifest(1).Training.Holdout.Should().BeEquivalentTo(new ModelHoldout(0.1, [$"row-{alone}"]), "its class had no other row");
        Manifest(2).Training.Holdout.Should().BeEquivalentTo(new ModelHoldout(0.3, []));
        var record = new RoundLog(folder.File("models/blobs/labels")).Read()[^1];
        record.HoldoutRows.Should().Be(first.Concat(second).Count(row => row != alone && Holdout.Place($"row-{row}") < 0.1));
        record.AccuracyBefore.Should().NotBeNull();
        record.Reason.Should().Contain($"of the {record.HoldoutRows} rows that no compared round has learnt from");

        File.WriteAllText(folder.File("models/blobs/round-0001/manifest.json"), "{");
        File.WriteAllBytes(folder.File("models/blobs/round-0002/manifest.json"), (Manifest(2) with { Training = Manifest(2).Training with { Holdout = null } }).ToBytes());
        Hand("labels/three.csv", 120, 30);
        (await Round(untaught)).Should().Be(ExitCode.Success);
        new RoundLog(folder.File("models/blobs/labels")).Read()[^1].Reason.Should().StartWith("published").And.Contain("round 2 does not say which rows it has not learnt from");
        Rounds().Should().Be(3);
    }

    [Fact]
    public void Few_rows_tell_an_accuracy_to_within_all_points_at_most() => TrainLines.Coarseness(1, 1).Should().StartWith("1 rows tell it to within 100 points");

    [Fact]
    public async Task Labels_from_before_the_first_query_need_nobody_to_have_asked()
    {
        Hand("first.csv", 0, 60);
        (await Run(TrainCommand.Create(), "train", "--labels", folder.File("first.csv"))).Should().Be(ExitCode.Success);
        Ask("asked-1.csv", 60, 20);
        Hand("back.csv", 60, 21);
        (await Round("--labels", folder.File("first.csv"), folder.File("back.csv"), "--asked", folder.File("asked-1.csv"))).Should().Be(ExitCode.Success);
        Unasked().Should().Equal("row-80");

        Ask("asked-2.csv", 90, 20);
        Hand("back-2.csv", 90, 21);
        (await Round("--labels", folder.File("back-2.csv"), "--asked", folder.File("asked-2.csv"))).Should().Be(ExitCode.Success);
        Unasked().Should().Equal(["row-110", "row-80"], "what was asked for before is accounted for");
    }

    [Fact]
    public async Task Training_leaves_out_a_class_that_is_new_to_the_task_until_it_is_admitted()
    {
        File.WriteAllLines(folder.File("labels.csv"), Enumerable.Range(0, 60).Select(r => $"row-{r},{Blobs.Label(r)}").Prepend("id,label"));
        (await Run(TrainCommand.Create(), "train", "--labels", folder.File("labels.csv"))).Should().Be(ExitCode.Success);
        File.AppendAllLines(folder.File("labels.csv"), ["row-60,Class-0", "row-61,klass-1"]);

        (await Run(TrainCommand.Create(), "train", "--labels", folder.File("labels.csv"))).Should().Be(ExitCode.Success);
        Manifest(2).Classes.Should().Equal("class-0", "class-1", "class-2");
        (Manifest(2).Training.Rows + Manifest(2).Training.HoldoutRows).Should().Be(61);
        (await Run(TrainCommand.Create(), "train", "--labels", folder.File("labels.csv"), "--new-classes")).Should().Be(ExitCode.Success);
        Manifest(3).Classes.Should().HaveCount(4);
    }

    [Fact]
    public async Task Of_a_pool_that_remembers_its_classes_a_first_round_knows_them()
    {
        using (var writer = new ShardWriter(folder.File("pool/a.parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatList, Blobs.Width)], new PoolFacts(PoolFacts.None.Pictures, ["class-0", "class-1", "class-2"]).In(new Provenance("trainer import"))))
        {
            writer.Write(150, Enumerable.Range(0, 150).Select(r => $"row-{r}").ToArray(), Enumerable.Range(0, 150).SelectMany(Blobs.Features).ToArray());
            writer.Complete();
        }
        Hand("labels/one.csv", 0, 60);
        File.AppendAllLines(folder.File("labels/one.csv"), ["row-60,Bag"]);

        (await Round("--network", folder.File("network.json"))).Should().Be(ExitCode.Success);

        Manifest(1).Classes.Should().Equal("class-0", "class-1", "class-2");
        TextTable.Read(folder.File("models/blobs/labels/remarks.csv"), "id", "remark").Should().ContainSingle().Which.Should().Equal("row-60", "its class is new to the task: --new-classes admits it");
    }

    private IReadOnlyList<string?> Unasked() => [.. TextTable.Read(folder.File("models/blobs/labels/remarks.csv"), "id", "remark").Where(r => r[1] == "nobody asked for it").Select(r => r[0])];

    private ModelManifest Manifest(int round) => ModelPackage.Open(folder.File($"models/blobs/round-{round:D4}")).Manifest!;

    private IReadOnlyDictionary<string, string> Recipe(int round) => Manifest(round).Training.Recipe;

    private int Rounds() => new ModelRegistry(folder.File("models")).Rounds("blobs").Count;

    private void Hand(string name, int first, int count) => Hand(name, Enumerable.Range(first, count));

    private void Hand(string name, IEnumerable<int> rows) => File.WriteAllLines(folder.File(name), rows.Select(r => $"row-{r},{Blobs.Label(r)}").Prepend("id,label"));

    private void Ask(string name, int first, int count) => File.WriteAllLines(folder.File(name), Enumerable.Range(first, count).Select(r => $"row-{r}").Prepend("id"));

    private Task<int> Round(params string[] arguments) => Run(RoundCommand.Create(), "round", [.. arguments.Contains("--labels") ? [] : new[] { "--labels", folder.File("labels") }, .. arguments.Contains("--min-gain") || arguments.Contains("--epochs") || arguments.Contains("--publish-worse") ? [] : new[] { "--publish-worse" }, .. arguments]);

    private Task<int> Run(Command command, string name, params string[] arguments) => CommandHost.InvokeAsync(
        new RootCommand { command },
        [name, "--task", "blobs", "--pool", folder.File("pool"), "--models", folder.File("models"), .. arguments.Contains("--epochs") ? [] : new[] { "--epochs", "3" }, "--quiet", .. arguments]);
}
