using ParquetPool.Commands;

namespace ParquetPool.Shared.Tests.Commands;

public class PlainLineTests
{
    [Theory]
    [InlineData("labels.csv: no column id: it has é, 日本, 😀", "labels.csv: no column id: it has é, 日本, 😀")]
    [InlineData("a\r\nb\nc\u2028d", "a b c d")]
    [InlineData("\u001b[31mred\u0007 \u0000", "\uFFFD[31mred\uFFFD \uFFFD")]
    [InlineData("a.onnx: Too many levels of symbolic links : '/x/a.onnx'", "a.onnx: a link that leads back to itself, expected a file (mend the link or remove it): '/x/a.onnx'")]
    [InlineData("gnp.\u202Eexe", "gnp.\uFFFDexe")]
    public void WhatATerminalWouldObeyIsNotShown(string text, string line) => PlainLine.Of(text).Should().Be(line);

    [Fact]
    public void OfALongTextBothEndsAreShown()
    {
        var line = PlainLine.Of("the file " + new string('x', 1_000_000) + ": shorten it");

        line.Should().StartWith("the file xxx").And.Contain("characters left out").And.EndWith("xxx: shorten it");
        line.Length.Should().BeLessThan(2_100);
    }
}
