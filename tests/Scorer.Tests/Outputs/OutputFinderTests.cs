using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Models;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;
using static ParquetPool.Scorer.Tests.Outputs.OutputModels;

namespace ParquetPool.Scorer.Tests.Outputs;

/// <summary>Which output is scored and what its numbers are taken for.</summary>
public class OutputFinderTests
{
    private static readonly float[] Plain = TestModels.Probabilities(Make((w, _, z) => w.Scores(z, "logits")));

    public static MatrixTheoryData<string, int> EveryEnding => new(Endings.Keys, [13, 17, 21]);

    [Theory]
    [MemberData(nameof(EveryEnding))]
    public void WhatStandsBehindTheLogitsChangesNoScore(string ending, int opset)
    {
        var model = Make((w, _, z) => w.Scores(Endings[ending](w, z)), opset);

        TestModels.Probabilities(model).Zip(Plain, (a, b) => Math.Abs(a - b)).Max().Should().BeLessThan(2e-5f);
    }

    [Fact]
    public void ProbabilitiesWithoutLogitsInsideAreScoredByTheirLogarithms()
    {
        // The mean of two heads' probabilities.
        var model = Make((w, h, z) => w.Scores(w.Graph.Op("Mean", [w.Graph.Op("Softmax", [z], Axis(1)), w.Graph.Op("Softmax", [w.Dense(h, 24, Classes)], Axis(1))])));

        Found(model).Should().Be(("scores", OutputKind.Probabilities));
    }

    [Fact]
    public void OneLogitAndItsSigmoidAreTheSameTwoClasses()
    {
        var logit = TestModels.Probabilities(Binary((w, z) => w.Scores(z, classes: 1)));
        var sigmoid = TestModels.Probabilities(Binary((w, z) => w.Scores(w.Graph.Op("Sigmoid", [z]), classes: 1)));
        var flat = TestModels.Probabilities(Binary((w, z) => w.Graph.Output(w.Graph.Op("Squeeze", [w.Graph.Op("Sigmoid", [z]), w.Graph.Ints(1)]), "p", DataType.Float, -1)));
        var both = TestModels.Probabilities(Binary((w, z) =>
        {
            var p = w.Graph.Op("Sigmoid", [z]);
            w.Scores(w.Graph.Op("Concat", [w.Graph.Op("Sub", [w.Graph.Scalar(1), p]), p], Axis(1)), classes: 2);
        }));

        logit.Length.Should().Be(3 * 16 * 2);
        foreach (var other in new[] { sigmoid, flat, both })
        {
            other.Zip(logit, (a, b) => Math.Abs(a - b)).Max().Should().BeLessThan(2e-5f);
        }
    }

    [Fact]
    public void LabelsInFrontOfProbabilitiesAreNoScores()
    {
        Found(Make((w, _, z) => { w.Labels(z); w.Scores(w.Graph.Op("Softmax", [z], Axis(1)), "p"); })).Should().Be(("p", OutputKind.Probabilities));
        Found(Make((w, _, z) => { w.Scores(w.Graph.Op("Softmax", [z], Axis(1)), "p"); w.Labels(z); })).Should().Be(("p", OutputKind.Probabilities));
        TestModels.Probabilities(Make((w, _, z) => w.Labels(w.Graph.Op("Softmax", [z], Axis(1))))).Zip(Plain, (a, b) => Math.Abs(a - b)).Max().Should().BeLessThan(2e-5f);
    }

    [Fact]
    public void AnEmbeddingIsNoScoreWhereverItStands()
    {
        Found(Make((w, h, z) => { w.Graph.Output(h, "e", DataType.Float, -1, 24); w.Scores(z); })).Should().Be(("scores", OutputKind.Logits));
        Found(Make((w, h, z) => { w.Scores(z); w.Graph.Output(w.Graph.Op("LpNormalization", [h], Axis(1)), "e", DataType.Float, -1, 24); })).Should().Be(("scores", OutputKind.Logits));
    }

    [Theory]
    [InlineData("Softplus")]
    [InlineData("Exp")]
    [InlineData("Relu")]
    public void EvidenceIsNoLogits(string end)
    {
        var model = Make((w, _, z) => w.Scores(w.Graph.Op("Add", [w.Graph.Op(end, [z]), w.Graph.Scalar(1)])));

        FluentActions.Invoking(() => Found(model)).Should().Throw<DataException>().WithMessage($"*never below 0 ({end} is at its end)*--output-kind probabilities or --output-kind logits*");
        Found(model with { Output = new OutputChoice(null, OutputKind.Probabilities) }).Should().Be(("scores", OutputKind.Probabilities));
    }

    /// <summary>As logits they would name the farthest class.</summary>
    [Theory]
    [InlineData("Sqrt")]
    [InlineData("ReduceL2")]
    [InlineData("ReduceSum")]
    public void DistancesAreNoLogits(string end)
    {
        var model = Make((w, h, _) =>
        {
            var apart = w.Graph.Op("Sub", [w.Graph.Op("Unsqueeze", [h, w.Graph.Ints(1)]), w.Tensor("centres", 1, Classes, 24)]);
            var sum = w.Graph.Op(end == "ReduceL2" ? end : "ReduceSum", [end == "ReduceL2" ? apart : w.Graph.Op("Mul", [apart, apart]), w.Graph.Ints(2)], Attributes.Int("keepdims", 0));
            w.Scores(end == "Sqrt" ? w.Graph.Op(end, [sum]) : sum);
        });

        model.Invoking(Found).Should().Throw<DataException>().WithMessage($"*never below 0 ({end} is at its end), as distances are, of which the least is the nearest class*");
    }

    [Fact]
    public void RowsOfLengthOneAreOpenAsCosinesAre()
    {
        Make((w, _, z) => w.Scores(w.Graph.Op("LpNormalization", [z], Axis(1)))).Invoking(Found).Should().Throw<DataException>().WithMessage("*between -1 and 1*");
        Make((w, _, z) => w.Scores(w.Graph.Op("Div", [z, w.Graph.Op("ReduceL2", [z, w.Graph.Ints(1)])]))).Invoking(Found).Should().Throw<DataException>().WithMessage("*between -1 and 1*");
    }

    [Fact]
    public void AConfidenceBesideProbabilitiesIsNoScore() =>
        Found(Make((w, _, z) =>
        {
            var p = w.Graph.Op("Softmax", [z], Axis(1));
            w.Graph.Output(w.Graph.Op("ReduceMax", [p, w.Graph.Ints(1)]), "confidence", DataType.Float, -1, 1);
            w.Scores(p, "p");
        })).Should().Be(("p", OutputKind.Probabilities));

    [Fact]
    public void AConfidenceBesideLabelsIsNoProbabilityOfClassOne()
    {
        var probabilities = "";
        var model = Make((w, _, z) =>
        {
            probabilities = w.Graph.Op("Softmax", [z], Axis(1));
            w.Graph.Output(w.Graph.Op("ReduceMax", [probabilities, w.Graph.Ints(1)], Attributes.Int("keepdims", 0)), "scores", DataType.Float, -1);
            w.Labels(z);
        });

        model.Invoking(Found).Should().Throw<DataException>().WithMessage($"*'scores' has one number of '{probabilities}' for each row, ReduceMax*--output '{probabilities}'");
        TestModels.Probabilities(model with { Output = new OutputChoice(probabilities, null) }).Zip(Plain, (a, b) => Math.Abs(a - b)).Max().Should().BeLessThan(2e-5f);
    }

    [Fact]
    public void CosinesWithoutTheirScaleAndWhatATanhGivesAreOpen()
    {
        var tanh = Make((w, _, z) => w.Scores(w.Graph.Op("Tanh", [z])));
        string Cosines(TestModels.Weights w, string h)
        {
            var length = w.Graph.Op("Expand", [w.Graph.Op("Clip", [w.Graph.Op("ReduceL2", [h, w.Graph.Ints(1)]), w.Graph.Scalar(1e-12f)]), w.Graph.Op("Shape", [h])]);
            var axes = w.Graph.Op("LpNormalization", [w.Tensor("axes", 1, 24, Classes)], Axis(0));
            return w.Graph.Op("MatMul", [w.Graph.Op("Div", [h, length]), axes]);
        }

        tanh.Invoking(Found).Should().Throw<DataException>().WithMessage("*'scores' is between -1 and 1 whatever the row*--output-kind logits*");
        Make((w, h, _) => w.Scores(Cosines(w, h))).Invoking(Found).Should().Throw<DataException>().WithMessage("*between -1 and 1*");
        Found(tanh with { Output = new OutputChoice(null, OutputKind.Logits) }).Should().Be(("scores", OutputKind.Logits));
        Found(Make((w, h, _) => w.Scores(w.Graph.Op("Mul", [Cosines(w, h), w.Graph.Scalar(20)])))).Should().Be(("scores", OutputKind.Logits));
    }

    [Fact]
    public void TwoHeadsAreRefusedUntilOneIsNamed()
    {
        var model = Make((w, h, z) => { w.Scores(z, "fine"); w.Scores(w.Dense(h, 24, 3), "coarse", 3); });

        var act = () => Found(model);

        act.Should().Throw<DataException>().WithMessage("*'fine' [-1, 5] or 'coarse' [-1, 3]*--output NAME*");
        Found(model with { Output = new OutputChoice("coarse", null) }).Should().Be(("coarse", OutputKind.Logits));
        var unknown = () => Found(model with { Output = new OutputChoice("other", null) });
        unknown.Should().Throw<UsageException>().WithMessage("*--output other*fine, coarse*");
    }

    [Theory]
    [InlineData("Sigmoid", "its rows do not add up to 1")]
    [InlineData("Hardmax", "votes or labels")]
    public void WhatIsOpenIsRefusedUntilTheKindIsSaid(string squashing, string why)
    {
        var model = Make((w, _, z) => w.Scores(w.Graph.Op(squashing, [z])));

        var act = () => Found(model);

        act.Should().Throw<DataException>().WithMessage($"*'scores'*{why}*--output-kind probabilities*");
        Found(model with { Output = new OutputChoice(null, OutputKind.Probabilities) }).Should().Be(("scores", OutputKind.Probabilities));
    }

    [Fact]
    public void PercentagesAndTheBestFewAreRefused()
    {
        Action percent = () => Found(Make((w, _, z) => w.Scores(w.Graph.Op("Mul", [w.Graph.Op("Softmax", [z], Axis(1)), w.Graph.Scalar(100)]))));
        Action best = () => Found(Make((w, _, z) => w.Scores(w.Graph.Node("TopK", [w.Graph.Op("Softmax", [z], Axis(1)), w.Graph.Ints(3)], 2).Output[0], classes: 3)));

        percent.Should().Throw<DataException>().WithMessage("*do not add up to 1*");
        best.Should().Throw<DataException>().WithMessage("*sorted by a TopK*--output*");
    }

    [Fact]
    public void QuantisedProbabilitiesThatWereScaledAreOpen()
    {
        var model = Make((w, _, z) => w.Scores(w.Quantised(w.Graph.Op("Mul", [w.Graph.Op("Softmax", [z], Axis(1)), w.Graph.Scalar(0.3f)]))));

        model.Invoking(Found).Should().Throw<DataException>().WithMessage("*do not add up to 1*--output-kind probabilities*");
    }

    [Fact]
    public void NumbersBetweenZeroAndOneThatAreNoDistributionAreOpen()
    {
        var model = Make((w, h, z) => w.Scores(w.Graph.Op("Mul", [w.Graph.Op("Softmax", [z], Axis(1)), w.Graph.Op("Sigmoid", [w.Dense(h, 24, 1)])])));

        model.Invoking(Found).Should().Throw<DataException>().WithMessage("*between 0 and 1 in every row*--output-kind probabilities or --output-kind logits*");
        Found(model with { Output = new OutputChoice(null, OutputKind.Probabilities) }).Should().Be(("scores", OutputKind.Probabilities));
    }

    [Fact]
    public void WhatTellsNoClassesApartIsRefused()
    {
        Action softmaxOfOne = () => Found(Binary((w, z) => w.Scores(w.Graph.Op("Softmax", [z], Axis(1)), classes: 1)));
        Action sorted = () => Found(Make((w, _, z) => w.Scores(w.Graph.Node("TopK", [z, w.Graph.Ints(Classes)], 2).Output[0])));
        Action dropped = () => Found(TestModels.Open((w, x, on) => w.Scores(w.Dropout(w.Graph.Op("Softmax", [w.Dense(x, 12, Classes)], Axis(1)), 0.2f, on))));

        softmaxOfOne.Should().Throw<DataException>().WithMessage("*'scores' is 1 whatever the row*Sigmoid*");
        sorted.Should().Throw<DataException>().WithMessage("*sorted by a TopK*another class in every row*");
        dropped.Should().Throw<DataException>().WithMessage("*drops classes' probabilities*--output*");
    }

    [Fact]
    public void AValueInsideTheGraphCanBeNamed()
    {
        string inner = "";
        var model = Make((w, _, z) => { inner = z; w.Scores(w.Graph.Op("Sigmoid", [z])); });

        TestModels.Probabilities(model with { Output = new OutputChoice(inner, null) }).Zip(Plain, (a, b) => Math.Abs(a - b)).Max().Should().BeLessThan(2e-5f);
    }

    [Fact]
    public void AZipMapGivesItsTensorAndTheClassNames()
    {
        var model = Make((w, _, z) =>
        {
            w.Labels(z);
            w.Scores(w.Graph.Op("Softmax", [z], Axis(1)), "p");
        });
        var map = new NodeProto { OpType = "ZipMap", Domain = "ai.onnx.ml", Input = { "p" }, Output = { "named" } };
        map.Attribute.Add(new AttributeProto { Name = "classlabels_int64s", Type = AttributeProto.Types.AttributeType.Ints, Ints = { 3, 1, 4, 15, 9 } });
        model.Model.Graph.Node.Add(map);
        model.Model.OpsetImport.Add(new OperatorSetIdProto { Domain = "ai.onnx.ml", Version = 3 });
        model.Model.Graph.Output[1].Name = "named";
        model.Model.Graph.Output[1].Type = new TypeProto();

        using var committee = Committee.Compile(model, FeatureInput.Declared(model), 2, 0);

        committee.Output.Name.Should().Be("named");
        committee.Output.Classes.Should().Equal("3", "1", "4", "15", "9");
    }

    private static (string, OutputKind) Found(ModelPackage package)
    {
        using var committee = Committee.Compile(package, FeatureInput.Declared(package), 2, 0);
        return (committee.Output.Name, committee.Output.Kind);
    }
}
