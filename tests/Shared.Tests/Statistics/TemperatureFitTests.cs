using ParquetPool.Errors;
using ParquetPool.Statistics;

namespace ParquetPool.Shared.Tests.Statistics;

public sealed class TemperatureFitTests
{
    private const int Classes = 3;

    [Fact]
    public void It_has_the_least_loss_of_all_temperatures_on_a_grid()
    {
        var (logits, labels) = Drawn(rows: 200, sharper: 1.7);
        var other = 1.0 / (labels.Length + 2);

        var fitted = TemperatureFit.Of(logits, labels, [.. Enumerable.Range(0, labels.Length)]);

        var best = Enumerable.Range(0, 4000).Select(i => 0.1 + (i * 0.001)).MinBy(Loss);
        fitted.Should().BeApproximately(best, 0.001);

        double Loss(double temperature) => Enumerable.Range(0, labels.Length).Sum(row =>
        {
            double[] scaled = [.. Enumerable.Range(0, Classes).Select(c => logits[(row * Classes) + c] / temperature)];
            var log = Math.Log(scaled.Sum(Math.Exp));
            var next = Enumerable.Range(0, Classes).Where(c => c != labels[row]).Max(c => scaled[c]);
            return -((1 - other) * (scaled[labels[row]] - log)) - (other * (next - log));
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.5)]
    [InlineData(2.5)]
    public void It_finds_by_how_much_predictions_are_too_sure(double sharper)
    {
        var (logits, labels) = Drawn(rows: 4000, sharper);

        var fit = TemperatureFit.CrossFitted(logits, labels);

        fit.Temperature.Should().BeApproximately(sharper, 0.1 * sharper);
        fit.ErrorAfter.Should().BeLessThan(0.03);
        fit.LossAfter.Should().BeLessThanOrEqualTo(fit.LossBefore + 1e-3);
    }

    [Fact]
    public void Rows_that_are_all_right_do_not_make_it_as_sure_as_can_be()
    {
        float[] logits = [.. Enumerable.Range(0, 60).SelectMany(_ => new[] { 2f, 0f, 0f })];

        var fit = TemperatureFit.CrossFitted(logits, new int[60]);

        fit.Temperature.Should().BeInRange(0.3, 0.9);
        TemperatureFit.Measure(logits, new int[60], _ => fit.Temperature).Error.Should().BeLessThan(0.05, "60 of 60 right let expect some 61 of 62");
    }

    [Fact]
    public void Each_half_is_measured_by_the_temperature_of_the_other()
    {
        var (logits, labels) = Drawn(rows: 60, sharper: 2);
        int[] even = [.. Enumerable.Range(0, 60).Where(r => r % 2 == 0)], odd = [.. Enumerable.Range(0, 60).Where(r => r % 2 == 1)];
        var (ofEven, ofOdd) = (TemperatureFit.Of(logits, labels, even), TemperatureFit.Of(logits, labels, odd));

        var fit = TemperatureFit.CrossFitted(logits, labels);

        var loss = Enumerable.Range(0, 60).Average(row =>
        {
            double[] scaled = [.. Enumerable.Range(0, Classes).Select(c => logits[(row * Classes) + c] / (row % 2 == 0 ? ofOdd : ofEven))];
            return Math.Log(scaled.Sum(Math.Exp)) - scaled[labels[row]];
        });
        fit.LossAfter.Should().BeApproximately(loss, 1e-9);
    }

    [Fact]
    public void Few_rows_are_refused() =>
        new Action(() => TemperatureFit.CrossFitted(new float[49 * Classes], new int[49])).Should().Throw<DataException>().WithMessage("49 rows, expected 50*");

    /// <summary>Labels drawn from softmax(z), and logits that are z times a number.</summary>
    private static (float[] Logits, int[] Labels) Drawn(int rows, double sharper)
    {
        var random = new Random(7);
        var (logits, labels) = (new float[rows * Classes], new int[rows]);
        for (var row = 0; row < rows; row++)
        {
            double[] z = [.. Enumerable.Range(0, Classes).Select(_ => 4 * random.NextDouble())];
            var (draw, sum) = (random.NextDouble(), z.Sum(Math.Exp));
            while (labels[row] < Classes - 1 && (draw -= Math.Exp(z[labels[row]]) / sum) > 0)
            {
                labels[row]++;
            }
            for (var c = 0; c < Classes; c++)
            {
                logits[(row * Classes) + c] = (float)(z[c] * sharper);
            }
        }
        return (logits, labels);
    }
}
