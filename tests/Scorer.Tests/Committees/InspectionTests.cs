using ParquetPool.Graphs;
using ParquetPool.Scorer.Committees;

namespace ParquetPool.Scorer.Tests.Committees;

public class InspectionTests
{
    [Theory]
    [InlineData("mlp, two sites", "40 units, ratio 0.5, shared before: computed once for all members, each gathers the units it keeps and the products behind are cut")]
    [InlineData("highway block", "256 units, ratio 0.5, shared before: *; where all units are read, each member multiplies by its mask")]
    [InlineData("highway block", "256 units, ratio 0.5, cut: dropped units are left out of the products before and behind")]
    [InlineData("residual blocks, dropout first", "256 units, ratio 0.5, gathered: each member computes all units, gathers those it keeps and the products behind are cut")]
    [InlineData("channel dropout between convolutions", "48 channels, ratio 0.5, cut: dropped units are left out of the products before and behind")]
    [InlineData("dropout in the last hidden layer only", "40 units, ratio 0.3, shared before: computed once for all members, each gathers the units it keeps and the products behind are cut")]
    [InlineData("attention", "16 units, ratio 0.3, multiplied: each member multiplies by its mask")]
    public void EverySiteIsExplained(string model, string expected) => Lines(model).Should().ContainMatch($"dropout   *: {expected}");

    [Fact]
    public void TheCostIsThatOfTheCutProducts()
    {
        // The first convolution and pool once; then, of each of 20 members, about a half or a quarter of each product.
        var once = 32.0 * 9 * 64;
        var pass = once + (32 * 48 * 9 * 64) + (48 * 32 * 9 * 16) + (32 * 3);
        var cost = Lines("channel dropout between convolutions").Single(l => l.StartsWith("cost", StringComparison.Ordinal));

        cost.Should().Contain(FormattableString.Invariant($"20 plain passes take {20 * pass:N0}"));
        double.Parse(cost[(cost.LastIndexOf(':') + 1)..].TrimEnd('%', ' '), System.Globalization.CultureInfo.InvariantCulture).Should().BeInRange(25, 40);
    }

    private static List<string> Lines(string model)
    {
        var path = Path.Combine(Path.GetTempPath(), $"inspected-{Environment.ProcessId}-{Environment.CurrentManagedThreadId}.onnx");
        File.WriteAllBytes(path, ModelFile.ToBytes(CommitteeModels.Named(model).Model));
        try
        {
            return [.. Inspection.Of(path, passes: 20).Lines()];
        }
        finally
        {
            File.Delete(path);
        }
    }
}
