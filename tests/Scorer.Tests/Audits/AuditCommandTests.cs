using System.CommandLine;
using ParquetPool.Commands;
using ParquetPool.Scorer.Audits;

namespace ParquetPool.Scorer.Tests.Audits;

public sealed class AuditCommandTests
{
    [Theory]
    [InlineData("--train", "a")]
    [InlineData("--test", "a")]
    [InlineData("--train", "a", "--test", "b", "--within", "c")]
    [InlineData]
    public async Task Two_splits_are_compared_or_one_alone(params string[] splits) =>
        (await CommandHost.InvokeAsync(new RootCommand { AuditCommand.Create() }, ["audit", .. splits, "--out", "never", "--quiet"])).Should().Be(ExitCode.Usage);
}
