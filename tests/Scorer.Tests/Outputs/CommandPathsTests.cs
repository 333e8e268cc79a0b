using System.CommandLine;
using ParquetPool.Scorer.Audits;
using ParquetPool.Scorer.Labelling;
using ParquetPool.Scorer.Packing;
using ParquetPool.Scorer.Purging;
using ParquetPool.Scorer.Scoring;
using ParquetPool.Scorer.Selection;

namespace ParquetPool.Scorer.Tests.Outputs;

public sealed class CommandPathsTests
{
    private static readonly Dictionary<string, Func<Command>> Commands = new()
    {
        ["score"] = ScoreCommand.Create,
        ["merge"] = MergeCommand.Create,
        ["select"] = SelectCommand.Create,
        ["audit"] = AuditCommand.Create,
        ["purge"] = PurgeCommand.Create,
        ["pack"] = PackCommand.Create,
        ["tasks"] = TasksCommand.Create,
    };

    [Theory]
    [InlineData("score", "--model in:model --pool in:pool --exclude file:labels.csv --out out:")]
    [InlineData("merge", "--scores in:one in:two --exclude file:labels.csv --out out:")]
    [InlineData("select", "--scores in:one in:two --exclude file:labels.csv --top 5 --strategy top --out out:")]
    [InlineData("audit", "--train in:train --test in:test --model in:model:0.5 --out out:")]
    [InlineData("audit", "--within in:train --out out:")]
    [InlineData("audit", "--pool in:pool --labelled file:labels.csv --out out:")]
    [InlineData("purge", "--audit in:audit --replace-from in:spare --spare-audit in:other --out out:")]
    [InlineData("pack", "--pool in:pool --out out:")]
    [InlineData("tasks", "--rows file:selected.csv --pool in:pool --out out:")]
    public void No_output_is_contains_or_lies_among_an_input(string command, string template)
    {
        using var paths = new CommandPaths();

        paths.NotRefused(Commands[command](), template).Should().BeEmpty();
    }

    [Fact]
    public void An_index_is_no_shard_of_the_audit() =>
        new CommandPaths().NotRefused(AuditCommand.Create(), "--train in:train --test in:test --out /far/away --approximate --index out:").Should().BeEmpty();
}
