using ParquetPool.Commands;

namespace ParquetPool.Shared.Tests.Commands;

public class OpenFilesTests
{
    [Theory]
    [InlineData("128", "a process may have 128 files open at once here, expected at least 256: raise the limit, with ulimit -n 1024 for this terminal, and start the same command again")]
    [InlineData("256", null)]
    [InlineData("unlimited", null)]
    public void A_limit_that_no_command_gets_along_with_is_told(string limit, string? expected)
    {
        OpenFiles.Fault(["Limit                     Soft Limit           Hard Limit           Units     ", $"Max open files            {limit,-20} 1048576              files     "]).Should().Be(expected);
    }
}
