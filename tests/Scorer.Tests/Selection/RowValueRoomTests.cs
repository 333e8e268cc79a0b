using ParquetPool.Errors;
using ParquetPool.Scorer.Selection;

namespace ParquetPool.Scorer.Tests.Selection;

public class RowValueRoomTests
{
    [Fact]
    public void CandidatesOfVeryManyClassesAreBoundedBeforeMemoryIsTaken()
    {
        FluentActions.Invoking(() => RowValueComputer.RequireRoom(10_000, 50 * 20)).Should().NotThrow();

        FluentActions.Invoking(() => RowValueComputer.RequireRoom(40_000, 20_000)).Should().Throw<UsageException>().WithMessage("--candidates 40,000: *at most 13,421 candidates*");
        FluentActions.Invoking(() => RowValueComputer.RequireRoom(40_000, 20_000 * 20)).Should().Throw<UsageException>().WithMessage("*at most 671 candidates*");
    }
}
