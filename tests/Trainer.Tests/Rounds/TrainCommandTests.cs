using System.CommandLine;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Texts;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.Tests.Training;

namespace ParquetPool.Trainer.Tests.Rounds;

public sealed class TrainCommandTests : IDisposable
{
    private const string Network = """{ "layers": [ { "type": "dense", "units": 16, "dropout": 0.5 } ] }""";

    private readonly TestFolder folder = new();

    public TrainCommandTests()
    {
        File.WriteAllText(folder.File("network.json"), Network);
        Blobs.Write(folder.File("a.parquet"), Enumerable.Range(0, 90));
        Blobs.Write(folder.File("b.parquet"), Enumerable.Range(90, 60));
        File.WriteAllLines(folder.File("labels.csv"), ["id,label", .. Enumerable.Range(0, 120).Select(r => $"row-{r},{Blobs.Label(r)}")]);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_model_does_not_depend_on_the_order_of_the_shards()
    {
        (await Train("--pool", folder.File("a.parquet"), folder.File("b.parquet"), "--labels", folder.File("labels.csv"))).Should().Be(ExitCode.Success);
        (await Train("--pool", folder.File("b.parquet"), folder.File("a.parquet"), "--labels", folder.File("labels.csv"))).Should().Be(ExitCode.Success);

        var first = ModelPackage.Open(folder.File("models/blobs/round-0001")).Manifest!;
        var second = ModelPackage.Open(folder.File("models/blobs/round-0002")).Manifest!;
        second.Sha256.Should().Be(first.Sha256);
        first.Classes.Should().Equal("class-0", "class-1", "class-2");
        (first.Training.Rows + first.Training.HoldoutRows).Should().Be(120);
        first.Inputs.Should().ContainSingle().Which.Columns.Should().Equal("features");
        File.ReadAllBytes(folder.File("models/blobs/round-0001/history.parquet")).Should().Equal(File.ReadAllBytes(folder.File("models/blobs/round-0002/history.parquet")));
    }

    [Fact]
    public async Task Labels_may_come_from_the_shards()
    {
        (await Train("--pool", folder.File("*.parquet"), "--label-column", "label")).Should().Be(ExitCode.Success);

        var training = ModelPackage.Open(folder.File("models/blobs")).Manifest!.Training;
        (training.Rows + training.HoldoutRows).Should().Be(150);
    }

    [Fact]
    public async Task How_a_model_learnt_is_in_its_manifest()
    {
        (await Train(
            "--pool", folder.File("*.parquet"), "--label-column", "label", "--optimiser", "rmsprop", "--schedule", "one-cycle", "--clip", "1", "--ema", "0.9", "--label-smoothing", "0.1", "--focal", "2")).Should().Be(ExitCode.Success);

        var recipe = ModelPackage.Open(folder.File("models/blobs")).Manifest!.Training.Recipe;
        recipe.Should().Contain(new Dictionary<string, string>
        {
            ["optimiser"] = "RMSprop",
            ["learningRate"] = "0.001, one cycle",
            ["clip"] = "gradients to a norm of 1",
            ["ema"] = "weights averaged, 0.9 kept a step",
            ["labelSmoothing"] = "0.1",
            ["focal"] = "2",
        });
    }

    [Fact]
    public async Task Rounds_go_on_from_the_newest_one()
    {
        string[] round = ["--pool", folder.File("*.parquet"), "--labels", folder.File("labels.csv"), "--epochs-per-round", "2"];
        (await Train(round)).Should().Be(ExitCode.Success);
        File.AppendAllLines(folder.File("labels.csv"), Enumerable.Range(120, 20).Select(r => $"row-{r},{Blobs.Label(r)}"));
        (await Train([.. round, "--freeze-batch-norm"])).Should().Be(ExitCode.Success);

        var (first, second) = (ModelPackage.Open(folder.File("models/blobs/round-0001")).Manifest!, ModelPackage.Open(folder.File("models/blobs/round-0002")).Manifest!);
        (first.Training.Epochs, second.Training.Epochs).Should().Be((3, 2), "the first round is trained from scratch, the second goes on");
        (second.Training.Rows + second.Training.HoldoutRows).Should().Be(140);
        second.Training.Recipe["maxEpochs"].Should().Be("2, continued from the round before");
        second.Classes.Should().Equal(first.Classes);
        second.Sha256.Should().NotBe(first.Sha256);
    }

    [Fact]
    public async Task A_round_that_cannot_go_on_from_the_newest_one_says_why()
    {
        string[] round = ["--pool", folder.File("*.parquet"), "--labels", folder.File("labels.csv"), "--epochs-per-round", "1"];
        (await Train([.. round[..4], "--freeze-batch-norm"])).Should().Be(ExitCode.Usage, "there is nothing to freeze");
        (await Train(round)).Should().Be(ExitCode.Success);
        File.WriteAllText(folder.File("new.csv"), "id,label\nrow-1,a\nrow-2,b\n");

        (await Train(["--pool", folder.File("*.parquet"), "--labels", folder.File("new.csv"), "--epochs-per-round", "1"])).Should().Be(ExitCode.Data, "the classes are others");
        (await Train([.. round, "--features", "other"])).Should().Be(ExitCode.Usage);
        File.AppendAllText(folder.File("models/blobs/round-0001/state.onnx"), "x");
        (await Train(round)).Should().Be(ExitCode.Data, "the state was changed");
        File.Delete(folder.File("models/blobs/round-0001/state.onnx"));
        (await Train(round)).Should().Be(ExitCode.Data, "the state is gone");
        Directory.EnumerateDirectories(folder.File("models/blobs")).Should().ContainSingle();
    }

    [Fact]
    public async Task What_cannot_be_is_a_usage_error()
    {
        var pool = new[] { "--pool", folder.File("*.parquet") };

        (await Train(pool)).Should().Be(ExitCode.Usage, "there are no labels");
        (await Train([.. pool, "--label-column", "label", "--labels", folder.File("labels.csv")])).Should().Be(ExitCode.Usage, "there are labels twice");
        (await Train([.. pool, "--label-column", "label", "--validation", "0"])).Should().Be(ExitCode.Usage);
        (await Train([.. pool, "--label-column", "label", "--dropout", "1"])).Should().Be(ExitCode.Usage);
        foreach (var (option, value) in ((string, string)[])[("--optimiser", "lion"), ("--schedule", "0"), ("--clip", "0"), ("--ema", "1"), ("--label-smoothing", "1"), ("--focal", "-1"), ("--device", "cuda:250"), ("--device", "tpu")])
        {
            (await Train([.. pool, "--label-column", "label", option, value])).Should().Be(ExitCode.Usage, option);
        }
        (await Train([.. pool, "--label-column", "label", "--mixed-precision"])).Should().Be(ExitCode.Usage, "the processor gains nothing by it");
        (await Train([.. pool, "--label-column", "label", "--features", "features", "features"])).Should().Be(ExitCode.Usage);
        (await Train([.. pool, "--label-column", "label", "--network", "resnet"])).Should().Be(ExitCode.Usage);
        Directory.Exists(folder.File("models")).Should().BeFalse();
    }

    [Fact]
    public async Task What_is_wrong_in_the_files_is_a_data_error()
    {
        File.WriteAllText(folder.File("unknown.csv"), "id,label\nrow-1,a\nrow-x,b\n");
        File.WriteAllText(folder.File("bad.json"), "{");
        var pool = new[] { "--pool", folder.File("*.parquet") };

        (await Train([.. pool, "--labels", folder.File("unknown.csv")])).Should().Be(ExitCode.Data);
        (await Train([.. pool, "--labels", folder.File("missing.csv")])).Should().Be(ExitCode.Data);
        (await Train([.. pool, "--label-column", "missing"])).Should().Be(ExitCode.Data);
        (await Train([.. pool, "--label-column", "label", "--network", folder.File("bad.json")])).Should().Be(ExitCode.Data);
        Directory.Exists(folder.File("models")).Should().BeFalse();
    }

    [Fact]
    public async Task A_training_that_needs_more_memory_than_there_is_publishes_nothing()
    {
        // The attention of each step to each other: 16 TB.
        File.WriteAllText(folder.File("vast.json"), """{ "layers": [ { "type": "dense", "units": 250000, "activation": "none" }, { "type": "sequence", "steps": 250000 }, { "type": "attention", "heads": 1 }, { "type": "poolSequence" }, { "type": "dropout", "rate": 0.5 } ] }""");

        (await Train("--pool", folder.File("*.parquet"), "--label-column", "label", "--network", folder.File("vast.json"))).Should().Be(ExitCode.Data);

        Directory.Exists(folder.File("models")).Should().BeFalse();
    }

    [Fact]
    public async Task Guesses_of_unlabelled_rows_are_counted_apart_from_labels()
    {
        (await Train(
            "--pool", folder.File("*.parquet"), "--labels", folder.File("labels.csv"), "--learn", "noisy-student", "--student-rounds", "1", "--unlabelled", folder.File("*.parquet"), "--batch-rows", "8",
            "--learning-rate", "0.01")).Should().Be(ExitCode.Success);

        var training = ModelPackage.Open(folder.File("models/blobs")).Manifest!.Training;
        (training.Rows + training.HoldoutRows).Should().Be(120);
        training.Unlabelled!.Rows.Should().BeInRange(20, 30, "of 150 rows 120 are labelled and a few more would be held out");
        training.Unlabelled.PseudoLabels.Should().BeInRange(1, training.Unlabelled.Rows);
        training.Recipe["augment"].Should().Be("light");
        var history = TextTable.ReadWithNumbers(folder.File("models/blobs/round-0001/history.parquet"), "student_round", "pseudo_labels").ToList();
        history.Select(e => e[0]).Distinct().Should().Equal("0", "1");
        history.Where(e => e[0] == "1").Should().OnlyContain(e => e[1] == training.Unlabelled.PseudoLabels.ToString());

        var next = new TrainRequest("blobs", [folder.File("*.parquet")]) { Models = folder.File("models"), Kept = (options, spec) => options with { Network = spec } };
        TrainPlan.Of(next).Notes.Should().Contain("round 1 also learnt from rows without labels, this one does not: give --learn and --unlabelled again");
        (await Train("--pool", folder.File("*.parquet"), "--labels", folder.File("labels.csv"), "--epochs-per-round", "1")).Should().Be(ExitCode.Success);
        ModelPackage.Open(folder.File("models/blobs")).Manifest!.Training.Recipe.Should().NotContainKey("learning", "a round that goes on learns from labels alone");
    }

    [Fact]
    public async Task A_network_starts_with_the_weights_of_a_model_of_the_same_layers()
    {
        string[] from = ["--from", folder.File("models/blobs/round-0001")];
        (await Train("--pool", folder.File("*.parquet"), "--label-column", "label")).Should().Be(ExitCode.Success);

        (await Train(["--pool", folder.File("*.parquet"), "--labels", folder.File("labels.csv"), "--learn", "noisy-student", "--student-rounds", "1", "--unlabelled", folder.File("*.parquet"), "--batch-rows", "16", "--network", folder.File("network.json"), .. from])).Should().Be(ExitCode.Success);

        ModelPackage.Open(folder.File("models/blobs")).Manifest!.Training.Recipe["firstWeights"].Should().Contain("round-0001");
        var next = new TrainRequest("blobs", [folder.File("*.parquet")]) { Models = folder.File("models"), Kept = (options, spec) => options with { Network = spec } };
        TrainPlan.Of(next).Notes.Should().Contain(note => note.StartsWith("round 2 started with the weights of "));
        File.WriteAllText(folder.File("other.json"), Network.Replace("16", "12"));
        string[] pool = ["--pool", folder.File("*.parquet"), "--label-column", "label"];
        (await Train([.. pool, "--network", folder.File("other.json"), .. from])).Should().Be(ExitCode.Data);
        foreach (var more in (string[][])[["--freeze", "*"], ["--head", "keep"], ["--epochs-per-round", "1"]])
        {
            (await Train([.. pool, "--network", folder.File("network.json"), .. from, .. more])).Should().Be(ExitCode.Usage, string.Join(' ', more));
        }
    }

    [Fact]
    public async Task Ways_to_learn_that_contradict_each_other_are_usage_errors()
    {
        string[] pool = ["--pool", folder.File("*.parquet"), "--label-column", "label"];
        string[] unlabelled = ["--unlabelled", folder.File("*.parquet")];
        foreach (var more in (string[][])
            [
                ["--learn", "mixmatch"], unlabelled, ["--learn", "guess", .. unlabelled], ["--learn", "fixmatch", "--mixup", "on", .. unlabelled], ["--learn", "mixmatch", "--student-rounds", "2", .. unlabelled], ["--learn", "noisy-student", "--mixup", "on", .. unlabelled],
                ["--learn", "mixmatch", "--learning-loss", .. unlabelled], ["--learn", "mixmatch", "--epochs-per-round", "1", .. unlabelled], ["--learn", "mixmatch", "--unlabelled-rows", "0", .. unlabelled],
                ["--learn", "gm-dgm", .. unlabelled], ["--learn", "m2", "--hidden-classes", "0", .. unlabelled], ["--learn", "mixmatch", "--hidden-classes", "2", .. unlabelled], ["--learn", "mixmatch", "--hidden-labels", "labels.csv", .. unlabelled],
                ["--unlabelled-rows", "5"], ["--no-flip"], ["--augment", "heavy"],
            ])
        {
            (await Train([.. pool, .. more])).Should().Be(ExitCode.Usage, string.Join(' ', more));
        }
        (await Train([.. pool, "--learn", "mixmatch", .. unlabelled])).Should().Be(ExitCode.Data, "all rows are labelled");
        Directory.Exists(folder.File("models")).Should().BeFalse();
    }

    private Task<int> Train(params string[] arguments)
    {
        string[] network = arguments.Contains("--network") ? [] : ["--network", folder.File("network.json")];
        return CommandHost.InvokeAsync(
            new RootCommand { TrainCommand.Create() },
            ["train", "--task", "blobs", "--models", folder.File("models"), "--epochs", "3", "--quiet", .. network, .. arguments]);
    }
}
