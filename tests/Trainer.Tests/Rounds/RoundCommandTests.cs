using System.CommandLine;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Texts;
using ParquetPool.Trainer.Labels;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.Tests.Training;

namespace ParquetPool.Trainer.Tests.Rounds;

public sealed class RoundCommandTests : IDisposable
{
    private const string Network = """{ "layers": [ { "type": "dense", "units": 16, "dropout": 0.5 } ] }""";

    private readonly TestFolder folder = new();

    public RoundCommandTests()
    {
        File.WriteAllText(folder.File("network.json"), Network);
        Blobs.Write(folder.File("pool/a.parquet"), Enumerable.Range(0, 90));
        Blobs.Write(folder.File("pool/b.parquet"), Enumerable.Range(90, 60));
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_round_is_what_train_makes_of_the_same_labels()
    {
        Hand("labels/one.csv", "ID;note;Label\n", Enumerable.Range(0, 60).Select(r => $"row-{r};\"a; b\";{Blobs.Label(r)}"));
        Hand("labels/two.csv", "id,label,annotator\n", Enumerable.Range(60, 60).Select(r => $"row-{r},{Blobs.Label(r)},anna"));
        Hand("plain.csv", "id,label\n", Enumerable.Range(0, 120).Select(r => $"row-{r},{Blobs.Label(r)}"));

        (await Round()).Should().Be(ExitCode.Success);
        (await Run(TrainCommand.Create(), "train", "--labels", folder.File("plain.csv"))).Should().Be(ExitCode.Success);
        (await Run(TrainCommand.Create(), "train", "--labels", Labels("labels.csv"))).Should().Be(ExitCode.Success);

        Manifest(2).Sha256.Should().Be(Manifest(1).Sha256);
        Manifest(3).Sha256.Should().Be(Manifest(1).Sha256);
        LabelFile.ReadIds([Labels("labels.csv")]).Should().HaveCount(120);
    }

    [Fact]
    public async Task Where_nothing_is_new_nothing_is_trained()
    {
        Hand("labels/one.csv", "id,label\n", Enumerable.Range(0, 60).Select(r => $"row-{r},{Blobs.Label(r)}"));

        (await Round()).Should().Be(ExitCode.Success);
        (await Round()).Should().Be(ExitCode.Success);
        Hand("labels/again.csv", "id,label\n", Enumerable.Range(0, 30).Select(r => $"row-{r},{Blobs.Label(r)}").Append("row-61,"));
        (await Round()).Should().Be(ExitCode.Success);
        Rounds().Should().Be(1);

        Hand("labels/more.csv", "id,label\n", [$"row-61,{Blobs.Label(61)}", $"row-62,{Blobs.Label(62)}"]);
        (await Round("--min-new-labels", "3")).Should().Be(ExitCode.Success);
        Rounds().Should().Be(1);
        (await Round()).Should().Be(ExitCode.Success);
        Rounds().Should().Be(2);
        (await Round("--force")).Should().Be(ExitCode.Success);
        Rounds().Should().Be(3);
    }

    [Fact]
    public async Task Labels_that_cannot_be_learnt_from_start_no_round_until_their_rows_are_there()
    {
        Hand("labels/one.csv", "id,label\n", Enumerable.Range(0, 60).Select(r => $"row-{r},{Blobs.Label(r)}"));
        (await Round()).Should().Be(ExitCode.Success);
        Hand("labels/early.csv", "id,label\n", Enumerable.Range(148, 6).Select(r => $"row-{r},{Blobs.Label(r)}")); // Two of them are rows.

        (await Round("--min-new-labels", "3")).Should().Be(ExitCode.Success);
        Rounds().Should().Be(1);
        TextTable.Read(Labels("remarks.parquet"), "id").Select(row => row[0]).Should().Equal("row-150", "row-151", "row-152", "row-153");

        Blobs.Write(folder.File("pool/c.parquet"), Enumerable.Range(150, 10));
        (await Round("--min-new-labels", "3")).Should().Be(ExitCode.Success);
        Rounds().Should().Be(2);
        Manifest(2).Training.Rows.Should().BeGreaterThan(Manifest(1).Training.Rows);
    }

    [Fact]
    public async Task Somebody_elses_file_among_the_labels_ends_a_round_before_anything_is_read()
    {
        Hand("labels/one.csv", "id,label\n", Enumerable.Range(0, 60).Select(r => $"row-{r},{Blobs.Label(r)}"));
        Directory.CreateDirectory(Path.GetDirectoryName(Labels("labels.csv"))!);
        File.WriteAllText(Labels("labels.csv"), "mine");

        (await Round()).Should().Be(ExitCode.Usage);

        File.ReadAllText(Labels("labels.csv")).Should().Be("mine");
        File.Exists(Labels("history-000001.parquet")).Should().BeFalse();
    }

    [Fact]
    public async Task What_cannot_be_learnt_from_is_listed_and_left_out()
    {
        Blobs.Write(folder.File("pool/faulty.parquet"), [300], damage: f => f[3] = float.NaN);
        Hand("labels/one.csv", "id,label,annotator\n", Enumerable.Range(0, 60).Select(r => $"row-{r},{Blobs.Label(r)},anna")
            .Concat(["row-1,class-0,ben", "row-300,class-0,anna", "elsewhere,class-1,anna", "row-70,klass-1,anna", "row-71,class-2,ben"]));
        Hand("asked.csv", "rank,id\n", Enumerable.Range(0, 71).Select(r => $"{r},row-{r}"));

        (await Round("--asked", folder.File("asked.csv"), "--classes", "class-0", "class-1", "class-2")).Should().Be(ExitCode.Success);

        (Manifest(1).Training.Rows + Manifest(1).Training.HoldoutRows).Should().Be(60, "row 1 has two labels, row 71 is one more");
        Manifest(1).Classes.Should().Equal("class-0", "class-1", "class-2");
        TextTable.Read(Labels("disagreements.csv"), "id", "votes", "label").Should().ContainSingle().Which.Should().Equal("row-1", "class-0: 1; class-1: 1", null);
        TextTable.Read(Labels("remarks.csv"), "id", "remark", "used").Select(r => string.Join('|', r)).Should().Equal(
            "elsewhere|not in the pool|false", "row-300|its vector cannot be learnt from (vector holds NaN or infinity)|false", "row-70|its class is none of --classes; it may be meant for 'class-1'|false", "row-71|nobody asked for it|true");
        new LabelHistory(Path.GetDirectoryName(Labels("labels.csv"))!).Labels.Should().HaveCount(65, "nothing is lost");

        Blobs.Write(folder.File("pool/c.parquet"), [150], id: _ => "elsewhere");
        Hand("labels/two.csv", "id,label,annotator\n", ["row-1,class-1,ben"]);
        (await Round()).Should().Be(ExitCode.Success);
        (Manifest(2).Training.Rows + Manifest(2).Training.HoldoutRows).Should().Be(62, "the row has come, and the two agree");
        (await Round("--new-classes")).Should().Be(ExitCode.Success);
        (Manifest(3).Training.Rows + Manifest(3).Training.HoldoutRows).Should().Be(63, "any class is taken");
    }

    [Fact]
    public async Task A_class_that_the_round_before_does_not_know_waits_for_one_from_scratch()
    {
        Hand("labels/one.csv", "id,label\n", Enumerable.Range(0, 60).Select(r => $"row-{r},{Blobs.Label(r)}"));
        (await Round("--epochs-per-round", "2")).Should().Be(ExitCode.Success);
        Hand("labels/two.csv", "id,label\n", ["row-60,new", "row-61,class-1", "row-63,new"]);

        (await Round("--epochs-per-round", "2")).Should().Be(ExitCode.Success);
        (Manifest(2).Classes.Count, Manifest(2).Training.Rows + Manifest(2).Training.HoldoutRows).Should().Be((3, 61));
        (await Round("--force")).Should().Be(ExitCode.Success);
        (Manifest(3).Classes.Count, Manifest(3).Training.Rows + Manifest(3).Training.HoldoutRows).Should().Be((3, 61), "nobody admitted it");
        (await Round("--force", "--new-classes")).Should().Be(ExitCode.Success);
        (Manifest(4).Classes.Count, Manifest(4).Training.Rows + Manifest(4).Training.HoldoutRows).Should().Be((4, 63));
    }

    [Fact]
    public async Task A_round_that_gains_too_little_is_not_published_and_its_labels_wait()
    {
        Hand("labels/one.csv", "id,label\n", Enumerable.Range(0, 60).Select(r => $"row-{r},{Blobs.Label(r)}"));
        (await Round("--min-gain", "0.5")).Should().Be(ExitCode.Success, "there is no round before to be better than");
        Hand("labels/two.csv", "id,label\n", Enumerable.Range(60, 30).Select(r => $"row-{r},{Blobs.Label(r)}"));

        (await Round("--min-gain", "0.5")).Should().Be(ExitCode.Success);
        Rounds().Should().Be(1);
        var record = new RoundLog(Path.GetDirectoryName(Labels("labels.csv"))!).Read()[^1];
        record.Should().Match<RoundRecord>(r => r.Round == null && r.Labels == 90 && r.NewLabels == 30 && r.AccuracyBefore != null && r.Agreement != null);
        record.Reason.Should().StartWith("not published").And.Contain("expected a gain of 50.0 points");

        Hand("labels/three.csv", "id,label\n", ["row-90,class-0"]);
        (await Round()).Should().Be(ExitCode.Success);
        (Manifest(2).Training.Rows + Manifest(2).Training.HoldoutRows).Should().Be(91);
    }

    [Fact]
    public async Task From_the_third_round_on_the_gain_of_more_labels_is_estimated_on_the_same_held_out_rows()
    {
        for (var round = 0; round < 3; round++)
        {
            Hand($"labels/{round}.csv", "id,label\n", Enumerable.Range(round * 40, 40).Select(r => $"row-{r},{Blobs.Label(r)}"));
            (await Round("--learning-rate", round == 0 ? "0.00001" : "0.01")).Should().Be(ExitCode.Success);
        }

        var records = new RoundLog(Path.GetDirectoryName(Labels("labels.csv"))!).Read();
        records.Select(r => r.GainPer100 is null).Should().Equal(true, true, false);
        records.Select(r => r.Agreement is null).Should().Equal(true, false, false);
        records[2].GainPer100!.Value.Should().BePositive("the first round learnt nothing");
        records[2].GainPer100!.Low.Should().BeLessThan(records[2].GainPer100!.Value);
        records[1].Agreement!.Changed.Should().BeGreaterThan(records[2].Agreement!.Changed, "predictions settle");
        records[2].AccuracyBefore.Should().BeGreaterThan(0.8, "two rounds of the same training know the same");
    }

    [Fact]
    public async Task Bad_input_is_told_and_what_is_good_is_kept()
    {
        Hand("labels/a.csv", "id,class\n", ["row-1,class-1"]);
        Hand("labels/b.csv", "id,label\n", Enumerable.Range(0, 60).Select(r => $"row-{r},{Blobs.Label(r)}"));

        (await Round()).Should().Be(ExitCode.Data, "a.csv has no labels");
        File.Delete(folder.File("labels/a.csv"));
        (await Round("--min-gain", "2")).Should().Be(ExitCode.Usage);
        (await Round("--min-new-labels", "0")).Should().Be(ExitCode.Usage);
        (await Round("--task", "../blobs")).Should().Be(ExitCode.Usage);
        (await Round("--labels", folder.File("nothing"))).Should().Be(ExitCode.Data);
        using (new TaskLock(Path.GetDirectoryName(Labels("labels.csv"))!))
        {
            (await Round()).Should().Be(ExitCode.Failure, "another trainer is at work");
        }
        (await Round()).Should().Be(ExitCode.Success, "the labels of b.csv were kept");
        Rounds().Should().Be(1);
    }

    [Fact]
    public async Task A_class_that_no_round_knew_is_named_and_left_out_until_it_is_admitted()
    {
        Hand("labels/one.csv", "id,label\n", Enumerable.Range(0, 60).Select(r => $"row-{r},{Blobs.Label(r)}"));
        (await Round()).Should().Be(ExitCode.Success);
        Hand("labels/two.csv", "id,label\n", ["row-60,CLASS-0 ", "row-61,Unreadable", "row-62,Unreadable"]);

        (await Round()).Should().Be(ExitCode.Success);
        Manifest(2).Classes.Should().Equal("class-0", "class-1", "class-2");
        (Manifest(2).Training.Rows + Manifest(2).Training.HoldoutRows).Should().Be(61);
        TextTable.Read(Labels("remarks.csv"), "id", "label", "remark").Select(r => string.Join('|', r)).Should().Equal(
            "row-61|Unreadable|its class is new to the task: --new-classes admits it", "row-62|Unreadable|its class is new to the task: --new-classes admits it");

        (await Round("--new-classes")).Should().Be(ExitCode.Success);
        Manifest(3).Classes.Should().Equal("Unreadable", "class-0", "class-1", "class-2");
        Hand("labels/three.csv", "id,label\n", ["row-63,unreadable"]);
        (await Round()).Should().Be(ExitCode.Success);
        (Manifest(4).Training.Rows + Manifest(4).Training.HoldoutRows).Should().Be(64, "a round knows it now");
    }

    [Fact]
    public async Task A_file_of_rounded_ids_is_not_used_and_overrides_nothing()
    {
        Blobs.Write(folder.File("pool/a.parquet"), Enumerable.Range(0, 90), id: r => $"99121406335{r:D5}");
        Hand("labels/one.csv", "id,label\n", Enumerable.Range(0, 60).Select(r => $"99121406335{r:D5},{Blobs.Label(r)}"));
        (await Round()).Should().Be(ExitCode.Success);
        var before = File.ReadAllText(Labels("labels.csv"));
        Hand("labels/two.csv", "id,label\n", Enumerable.Range(0, 8).Select(r => $"99121406335{10 * r:D5},class-2"));

        (await Round()).Should().Be(ExitCode.Success);
        File.ReadAllText(Labels("labels.csv")).Should().Be(before);
    }

    [Fact]
    public async Task Labels_of_no_row_of_the_pool_are_listed_and_told()
    {
        Hand("labels/one.csv", "id,label\n", ["x,class-0", "y,class-1"]);

        (await Round()).Should().Be(ExitCode.Data);
        TextTable.Read(Labels("remarks.csv"), "id", "remark").Select(r => r[1]).Should().Equal("not in the pool", "not in the pool");
    }

    [Fact]
    public async Task A_damaged_history_is_set_aside_and_made_anew_of_what_is_there()
    {
        Hand("labels/one.csv", "id,label,annotator,seconds\n", Enumerable.Range(0, 60).Select(r => $"row-{r},{Blobs.Label(r)},anna,{(r == 0 ? "1e999" : "2")}"));
        (await Round()).Should().Be(ExitCode.Success);
        Hand("labels/two.csv", "id,label\n", [$"row-60,{Blobs.Label(60)}"]);
        (await Round()).Should().Be(ExitCode.Success);
        File.WriteAllText(Labels("history-000001.parquet"), "PAR1 no more PAR1");

        (await Round("--force")).Should().Be(ExitCode.Success);
        (Manifest(3).Training.Rows + Manifest(3).Training.HoldoutRows).Should().Be(61);
        File.Exists(Labels("history-000001.parquet.damaged")).Should().BeTrue();
        new LabelHistory(Path.GetDirectoryName(Labels("labels.csv"))!).Labels.Select(l => l.Part).Distinct().Should().Equal(2, 3);

        File.WriteAllText(Labels("rounds.json"), "[null, null]");
        (await Round("--force")).Should().Be(ExitCode.Data);
    }

    private string Labels(string name) => folder.File("models/blobs/labels", name);

    private ModelManifest Manifest(int round) => ModelPackage.Open(folder.File($"models/blobs/round-{round:D4}")).Manifest!;

    private int Rounds() => new ModelRegistry(folder.File("models")).Rounds("blobs").Count;

    private void Hand(string name, string header, IEnumerable<string> rows) => File.WriteAllText(folder.File(name), header + string.Join('\n', rows) + "\n");

    private Task<int> Round(params string[] arguments) => Run(
        RoundCommand.Create(), "round", [.. arguments.Contains("--labels") ? [] : new[] { "--labels", folder.File("labels") }, .. arguments.Contains("--min-gain") ? [] : new[] { "--publish-worse" }, .. arguments]);

    private Task<int> Run(Command command, string name, params string[] arguments) => CommandHost.InvokeAsync(
        new RootCommand { command },
        [name, .. arguments.Contains("--task") ? [] : new[] { "--task", "blobs" }, "--pool", folder.File("pool"), "--models", folder.File("models"), "--epochs", "3", "--quiet", "--network", folder.File("network.json"), .. arguments]);
}
