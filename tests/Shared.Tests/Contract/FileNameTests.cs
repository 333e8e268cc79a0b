using ParquetPool.Contract;

namespace ParquetPool.Shared.Tests.Contract;

public sealed class FileNameTests
{
    [Theory]
    [InlineData("../../x")]
    [InlineData("a/b")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("a\0b")]
    public void What_leads_elsewhere_is_no_name(string text)
    {
        FileName.Of(text).Should().BeNull();
        FileName.Fault(["a", text], "shard").Should().StartWith("names a shard '").And.EndWith("', which is no plain file name");
    }

    [Fact]
    public void Names_are_plain_short_and_different()
    {
        FileName.Of("train-00000 ü..x")!.Value.Text.Should().Be("train-00000 ü..x");
        FileName.Of(new string('ü', 128)).Should().BeNull("no file has a name of 256 bytes");
        FileName.Fault(["a", "b"], "shard").Should().BeNull();
        FileName.Fault(["a", "a"], "shard").Should().Be("names shard a twice");
    }
}
