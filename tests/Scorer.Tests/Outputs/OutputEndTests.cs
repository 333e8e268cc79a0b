using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Models;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;
using static ParquetPool.Scorer.Tests.Outputs.OutputModels;

namespace ParquetPool.Scorer.Tests.Outputs;

/// <summary>What stands at an output's end, by which its numbers are no logits.</summary>
public class OutputEndTests
{
    private static readonly Dictionary<string, Func<TestModels.Weights, string, string>> Ends = new()
    {
        ["Elu and one"] = (w, z) => w.Graph.Op("Add", [w.Graph.Op("Elu", [z]), w.Graph.Scalar(1)]),
        ["Softplus by a temperature"] = (w, z) => w.Graph.Op("Div", [w.Graph.Op("Softplus", [z]), w.Graph.Scalar(2)]),
        ["a Softplus written out"] = (w, z) => w.Graph.Op("Log", [w.Graph.Op("Add", [w.Graph.Op("Exp", [z]), w.Graph.Scalar(1)])]),
        ["square"] = (w, z) => w.Graph.Op("Mul", [z, z]),
        ["power"] = (w, z) => w.Graph.Op("Pow", [z, w.Graph.Scalar(2)]),
        ["clipped"] = (w, z) => w.Graph.Op("Clip", [z, w.Graph.Scalar(0)]),
        ["distance"] = Distance,
        ["torch.cdist"] = PairwiseDistance,
        ["Softsign"] = (w, z) => w.Graph.Op("Softsign", [z]),
        ["hard Tanh"] = (w, z) => w.Graph.Op("Clip", [z, w.Graph.Scalar(-1), w.Graph.Scalar(1)]),
        ["Tanh and one"] = (w, z) => w.Graph.Op("Add", [w.Graph.Op("Tanh", [z]), w.Graph.Scalar(1)]),
        ["negative"] = (w, z) => w.Graph.Op("Neg", [z]),
        ["logarithm of a Sigmoid"] = (w, z) => w.Graph.Op("Neg", [w.Graph.Op("Softplus", [w.Graph.Op("Neg", [z])])]),
        ["times -2"] = (w, z) => w.Graph.Op("Mul", [w.Graph.Scalar(-2), z]),
        ["one less it"] = (w, z) => w.Graph.Op("Sub", [w.Graph.Scalar(1), z]),
    };

    [Theory]
    [InlineData("Elu and one", "never below 0 (Elu is at its end)")]
    [InlineData("Softplus by a temperature", "never below 0 (Softplus is at its end)")]
    [InlineData("a Softplus written out", "never below 0 (Log is at its end)")]
    [InlineData("square", "never below 0 (Mul is at its end)")]
    [InlineData("power", "never below 0 (Pow is at its end)")]
    [InlineData("clipped", "never below 0 (Clip is at its end)")]
    [InlineData("distance", "never below 0 (ReduceSum is at its end), as distances are")]
    [InlineData("torch.cdist", "never below 0 (Pow is at its end), as distances are")]
    [InlineData("Softsign", "between -1 and 1 whatever the row")]
    [InlineData("hard Tanh", "between -1 and 1 whatever the row")]
    [InlineData("Tanh and one", "within a range of 2 whatever the row")]
    [InlineData("negative", "turned round at its end*as energies and losses are")]
    [InlineData("logarithm of a Sigmoid", "turned round at its end*logarithms of Sigmoids")]
    [InlineData("times -2", "turned round at its end")]
    [InlineData("one less it", "turned round at its end")]
    public void AnEndThatLogitsHaveNotIsAskedAbout(string end, string why)
    {
        var model = Make((w, _, z) => w.Scores(Ends[end](w, z)));

        model.Invoking(Found).Should().Throw<DataException>().WithMessage($"*'scores' is {why}*--output-kind logits*");
        Found(model with { Output = new OutputChoice(null, OutputKind.Logits) }).Kind.Should().Be(OutputKind.Logits);
    }

    /// <summary>Of a prototype network, of logits kept within ±30 as large language models do, and of a prior taken off.</summary>
    [Fact]
    public void NegativeDistancesCappedLogitsAndAPriorAreLogits()
    {
        Found(Make((w, _, z) => w.Scores(w.Graph.Op("Neg", [Distance(w, z)])))).Kind.Should().Be(OutputKind.Logits);
        Found(Make((w, _, z) => w.Scores(w.Graph.Op("Neg", [PairwiseDistance(w, z)])))).Kind.Should().Be(OutputKind.Logits);
        Found(Make((w, _, z) => w.Scores(w.Graph.Op("Mul", [w.Graph.Op("Tanh", [w.Graph.Op("Div", [z, w.Graph.Scalar(30)])]), w.Graph.Scalar(30)])))).Kind.Should().Be(OutputKind.Logits);
        Found(Make((w, _, z) => w.Scores(w.Graph.Op("Sub", [z, w.Tensor("prior", 1, Classes)])))).Reason.Should().Contain("by assumption of one class a row");
    }

    [Fact]
    public void TheBestFewAreRefusedBehindASoftmaxToo()
    {
        var (inner, model) = ("", default(ModelPackage)!);
        model = Make((w, _, z) => { inner = z; w.Scores(w.Graph.Op("Softmax", [w.Graph.Node("TopK", [z, w.Graph.Ints(3)], 2).Output[0]], Axis(1)), classes: 3); });

        model.Invoking(Found).Should().Throw<DataException>().WithMessage($"*sorted by a TopK*--output '{inner}'");
    }

    [Fact]
    public void ManyLabelsOfSmallProbabilityAreNoSoftmax()
    {
        var model = Make((w, h, _) => w.Scores(w.Graph.Op("Sigmoid", [w.Graph.Op("Sub", [w.Graph.Op("Mul", [w.Dense(h, 24, 2000), w.Graph.Scalar(0.1f)]), w.Graph.Scalar(9)])]), classes: 2000));

        model.Invoking(Found).Should().Throw<DataException>().WithMessage("*do not add up to 1*--output-kind probabilities*");
    }

    [Fact]
    public void LogitsBesideTheirSigmoidsAreOfSeveralClassesARow()
    {
        Make((w, _, z) => { w.Scores(z, "raw"); w.Scores(w.Graph.Op("Sigmoid", [z]), "p"); }).Invoking(Found).Should().Throw<DataException>().WithMessage("*'raw' is put through a Sigmoid elsewhere*--output-kind logits*");
        Found(Make((w, _, z) => { w.Scores(z, "raw"); w.Scores(w.Graph.Op("Softmax", [z], Axis(1)), "p"); })).Reason.Should().StartWith("logits, of which the graph makes a Softmax too");
    }

    [Fact]
    public void DecisionValuesAreAskedAbout()
    {
        var model = TestModels.Open((w, x, on) =>
        {
            var planes = w.Graph.Node("LinearClassifier", [w.Dropout(x, 0.3f, on)], 2, Attributes.Ints("classlabels_ints", 0, 1, 2),
                new AttributeProto { Name = "coefficients", Type = AttributeProto.Types.AttributeType.Floats, Floats = { TestModels.Numbers(3, 36) } },
                new AttributeProto { Name = "intercepts", Type = AttributeProto.Types.AttributeType.Floats, Floats = { 0, 1, 2 } });
            planes.Domain = "ai.onnx.ml";
            w.Graph.Model.OpsetImport.Add(new OperatorSetIdProto { Domain = "ai.onnx.ml", Version = 3 });
            w.Scores(planes.Output[1], classes: 3);
        });

        model.Invoking(Found).Should().Throw<DataException>().WithMessage("*what LinearClassifier gives without a post_transform*--output-kind logits*");
    }

    [Theory]
    [InlineData("multi_label_classification", true)]
    [InlineData("regression", true)]
    [InlineData("single_label_classification", false)]
    public void AConfigurationThatSaysAnotherTaskIsAskedAbout(string task, bool isOther)
    {
        using var folder = new TestFolder();
        File.WriteAllText(folder.File("config.json"), $$"""{"problem_type": "{{task}}"}""");
        var model = Make((w, _, z) => w.Scores(z)) with { Path = folder.File("model.onnx") };
        var sigmoids = Make((w, _, z) => w.Scores(w.Graph.Op("Softmax", [z], Axis(1)))) with { Path = folder.File("model.onnx") };

        if (isOther)
        {
            model.Invoking(Found).Should().Throw<DataException>().WithMessage($"*a model for {task}, as the config.json beside it says*--output-kind logits*");
        }
        else
        {
            Found(model).Kind.Should().Be(OutputKind.Logits);
        }
        Found(sigmoids).Kind.Should().Be(OutputKind.Probabilities);
    }

    [Fact]
    public void NamesOfOtherColumnsAreSaidToBeLeftAlone()
    {
        var model = Make((w, _, z) => w.Scores(z));
        model.Model.MetadataProps.Add(new StringStringEntryProto { Key = "names", Value = "{0: 'ant', 1: 'bee'}" });

        Found(model).Reason.Should().EndWith("the model names 2 classes, which are not those of these 5 columns: they go by their places");
    }

    [Fact]
    public void AnAxisThatMayBeTimeIsSaidToBeTheClasses() =>
        Found(Make((w, _, z) => w.Graph.Output(w.Graph.Op("Unsqueeze", [z, w.Graph.Ints(2)]), "scores", DataType.Float, -1, Classes, 1))).Reason.Should().Contain("its shape [-1, 5, 1] is read as 5 classes");

    /// <summary>‖x‖² − 2x·y + ‖y‖² to centres of which nothing is known.</summary>
    private static string Distance(TestModels.Weights w, string x)
    {
        var g = w.Graph;
        var squares = g.Op("ReduceSum", [g.Op("Mul", [x, x]), g.Ints(1)]);
        return g.Op("Sub", [g.Op("Add", [squares, g.Scalar(40)]), g.Op("Mul", [w.Dense(x, Classes, Classes), g.Scalar(2)])]);
    }

    /// <summary>As PyTorch's exporter writes it, exponents computed.</summary>
    private static string PairwiseDistance(TestModels.Weights w, string x)
    {
        var g = w.Graph;
        var apart = g.Op("Sub", [g.Op("Unsqueeze", [x, g.Ints(1)]), w.Tensor("centres", 1, Classes, Classes)]);
        var two = g.Op("Cast", [g.Constant(Tensors.Int64("two", [2]))], Attributes.Int("to", (long)DataType.Float));
        var sum = g.Op("ReduceSum", [g.Op("Pow", [apart, two]), g.Ints(2)], Attributes.Int("keepdims", 0));
        return g.Op("Pow", [sum, g.Op("Div", [g.Scalar(1), two])]);
    }

    private static Scorer.Outputs.ScoreOutput Found(ModelPackage package)
    {
        using var committee = Committee.Compile(package, FeatureInput.Declared(package), 2, 0);
        return committee.Output;
    }
}
