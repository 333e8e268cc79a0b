using System.Runtime.Versioning;
using ParquetPool.Errors;
using ParquetPool.Scorer.Jobs;

namespace ParquetPool.Scorer.Tests.Jobs;

public sealed class SecretTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void TheFirstLineIsTheSecret()
    {
        File.WriteAllText(folder.File("token"), "  sixteen-or-more-characters \r\nand a remark\n");

        Secret.Read(folder.File("token")).Should().Be("sixteen-or-more-characters");
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    public void TheMarksOfEditorsAreNoPartOfIt(string encoding)
    {
        File.WriteAllText(folder.File("token"), "sixteen-or-more-characters\n", System.Text.Encoding.GetEncoding(encoding));

        Secret.Read(folder.File("token")).Should().Be("sixteen-or-more-characters");
    }

    [Fact]
    public void WhatIsNoSecretIsRefused()
    {
        File.WriteAllText(folder.File("short"), "short\n");
        File.WriteAllBytes(folder.File("large"), new byte[1 << 20]);

        foreach (var (name, says) in new[] { ("short", "*of 5 characters*"), ("large", "*expected a secret*"), ("missing", "cannot read the secret*") })
        {
            FluentActions.Invoking(() => Secret.Read(folder.File(name))).Should().Throw<DataException>().WithMessage(says);
        }
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void AFileThatOthersReadIsOpenAlsoBehindALink()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "other rights there");
        File.WriteAllText(folder.File("token"), "sixteen-or-more-characters");
        File.CreateSymbolicLink(folder.File("link"), folder.File("token"));

        File.SetUnixFileMode(folder.File("token"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Secret.IsOpen(folder.File("link")).Should().BeFalse();
        File.SetUnixFileMode(folder.File("token"), UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Secret.IsOpen(folder.File("link")).Should().BeTrue();
    }
}
