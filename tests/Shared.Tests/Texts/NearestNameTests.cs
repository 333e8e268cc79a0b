using ParquetPool.Texts;

namespace ParquetPool.Shared.Tests.Texts;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("tshirt", "T-shirt")]
    [InlineData("t shirts", "T-shirt")]
    [InlineData("Snaeker", null)]
    [InlineData("Sneeker", "Sneaker")]
    [InlineData("ankle_boot", "Ankle boot")]
    [InlineData("bat", null)]
    [InlineData("2018", null)]
    [InlineData("class-2", null)]
    [InlineData("clas 1", "class-1")]
    [InlineData("Hat", null)]
    [InlineData("LABEL_2017", "2017")]
    [InlineData("LABEL_0", null)]
    public void A_slip_is_told_from_another_class(string label, string? meant) =>
        NearestName.OfClass(label, ["T-shirt", "Sneaker", "Ankle boot", "Bag", "2017", "class-1"]).Should().Be(meant);
}
