using System.CommandLine;
using ParquetPool.Errors;
using ParquetPool.Outputs;
using ParquetPool.Trainer.Embedding;
using ParquetPool.Trainer.Import;
using ParquetPool.Trainer.Rehearsal;
using ParquetPool.Trainer.Rounds;

namespace ParquetPool.Trainer.Tests.Outputs;

public sealed class CommandPathsTests
{
    private static readonly Dictionary<string, Func<Command>> Commands = new()
    {
        ["import"] = ImportCommand.Create,
        ["train"] = TrainCommand.Create,
        ["embed"] = EmbedCommand.Create,
        ["simulate"] = SimulateCommand.Create,
        ["correlate"] = CorrelateCommand.Create,
    };

    [Theory]
    [InlineData("import", "--idx file:images --idx-labels file:labels --ids file:ids.csv --out out:")]
    [InlineData("import", "--csv file:a.csv file:b.csv --out out:")]
    [InlineData("import", "--npy file:a.npy --out out:")]
    [InlineData("import", "--images in:photos --out out:")]
    [InlineData("simulate", "--pool in:pool --test in:test --network file:network.json --out out:")]
    [InlineData("correlate", "--pool in:pool --test in:test --network file:network.json --out out:")]
    public void No_output_is_contains_or_lies_among_an_input(string command, string template)
    {
        using var paths = new CommandPaths();

        paths.NotRefused(Commands[command](), template).Should().BeEmpty();
    }

    [Theory]
    [InlineData("train", "--task topics --pool in:pool --label-column label --models out:")]
    [InlineData("embed", "--task topics --pool in:pool --models out:")]
    public void Models_do_not_lie_in_the_pool(string command, string template)
    {
        using var paths = new CommandPaths();

        // A round is a new folder, so what is read may lie beside it.
        paths.NotRefused(Commands[command](), template).Should().OnlyContain(left => left.Contains(" read with ") || left.Contains(" link with ") || left.Contains(" . with "));
    }

    [Theory]
    [InlineData("labels.csv", true)]
    [InlineData("", true)]
    [InlineData("../../../sheets", false)]
    public void A_rounds_own_labels_are_no_label_sheets(string labels, bool isRefused)
    {
        using var folder = new TestFolder();
        File.WriteAllText(folder.File("models", "topics", "labels", "labels.csv"), "id,label");
        File.WriteAllText(folder.File("sheets", "a.csv"), "id,label");
        var parse = RoundCommand.Create().Parse(["--task", "topics", "--pool", folder.File("pool"), "--models", folder.File("models"), "--labels", Path.Combine(folder.Root, "models", "topics", "labels", labels)]);

        var requiring = () => PathOptions.RequireApart(parse);

        if (isRefused)
        {
            requiring.Should().Throw<UsageException>().WithMessage("--models *is read*");
        }
        else
        {
            requiring.Should().NotThrow();
        }
    }
}
