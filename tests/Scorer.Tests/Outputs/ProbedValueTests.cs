using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Models;
using static ParquetPool.Scorer.Tests.Outputs.OutputModels;

namespace ParquetPool.Scorer.Tests.Outputs;

/// <summary>Numbers that look like logits and are none.</summary>
public class ProbedValueTests
{
    [Fact]
    public void ThresholdsOfAnOrdinalModelAndAVarianceBesideItsMeanAreRefused()
    {
        var ordinal = Make((w, h, _) => w.Scores(w.Graph.Op("Add", [w.Dense(h, 24, 1), w.Graph.Constant("thresholds", [2, 1, 0, -1, -2], 5)])));
        var variance = Make((w, h, _) => w.Scores(w.Graph.Op("Concat", [w.Dense(h, 24, 1), w.Graph.Op("Softplus", [w.Dense(h, 24, 1)])], Axis(1)), classes: 2));

        ordinal.Invoking(Compile).Should().Throw<DataException>().WithMessage("*'scores' differs from another by the same number in all columns*ordinal*");
        variance.Invoking(Compile).Should().Throw<DataException>().WithMessage("*Softplus keeps at 0 or above*variance*--output-kind logits*");
    }

    private static void Compile(ModelPackage package) => Committee.Compile(package, FeatureInput.Declared(package), 2, 0).Dispose();
}
