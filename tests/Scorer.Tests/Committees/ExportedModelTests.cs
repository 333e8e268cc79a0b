using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Models;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Scorer.Tests.Committees;

/// <summary>What exporters make of the same network scores the same: heads merged with the batch, a fixed batch, dropout as older operator sets have it.</summary>
public class ExportedModelTests
{
    private static readonly float[] Plain = TestModels.Probabilities(Model((w, x, on) => w.Dropout(x, 0.3f, on)));

    [Fact]
    public void HeadsThatLieBesideTheBatchHaveMasksOfTheirOwn()
    {
        ModelPackage Attention(params long[] heads) => Model((w, x, on) =>
        {
            var weights = w.Graph.Op("Softmax", [w.Graph.Op("Reshape", [x, w.Graph.Ints(heads)])], Attributes.Int("axis", -1));
            return w.Graph.Op("Reshape", [w.Dropout(weights, 0.3f, on), w.Graph.Ints(-1, 24)]);
        });

        Difference(TestModels.Probabilities(Attention(-1, 2, 3)), TestModels.Probabilities(Attention(-1, 4, 2, 3))).Should().BeLessThan(1e-6f);
    }

    [Fact]
    public void CopiesOfTheBatchOneBehindTheOtherAreRefused()
    {
        var model = Model((w, x, on) => w.Graph.Op("Add", [.. w.Graph.Node("Split", [w.Dropout(w.Graph.Op("Concat", [x, x], Attributes.Int("axis", 0)), 0.3f, on)], 2, Attributes.Int("axis", 0), Attributes.Int("num_outputs", 2)).Output]));

        var act = () => TestModels.Probabilities(model);

        act.Should().Throw<DataException>().WithMessage("*depends on the other rows of its batch*");
    }

    [Theory]
    [InlineData(9)]
    [InlineData(11)]
    public void DropoutWithoutAModeIsActive(int opset)
    {
        var model = Model((w, x, _) => w.Graph.Op("Dropout", [x], Attributes.Float("ratio", 0.3f)), opset);

        EarlyDropout.Assumed(model.Model).Should().Be($"operator set {opset} does not say whether dropout is active: it is taken for active");
        EarlyDropout.Assumed(Model((w, x, on) => w.Dropout(x, 0.3f, on)).Model).Should().BeNull();
        Difference(TestModels.Probabilities(model), Plain).Should().BeLessThan(1e-5f);
        Difference(TestModels.Probabilities(model, passes: 0), TestModels.Probabilities(Model((_, x, _) => x), passes: 0)).Should().BeLessThan(1e-6f);
    }

    [Fact]
    public void DropoutWithoutAModeIsActiveWhereARowHasSeveralPlacesAlongTheBatch()
    {
        static string Heads(TestModels.Weights w, string x, Func<string, string> dropout) =>
            w.Graph.Op("Reshape", [dropout(w.Graph.Op("Reshape", [x, w.Graph.Ints(-1, 8)])), w.Graph.Ints(-1, 24)]);
        var early = Model((w, x, _) => Heads(w, x, heads => w.Graph.Op("Dropout", [heads], Attributes.Float("ratio", 0.3f))), opset: 11);

        Difference(TestModels.Probabilities(early), TestModels.Probabilities(Model((w, x, on) => Heads(w, x, heads => w.Dropout(heads, 0.3f, on))))).Should().BeLessThan(1e-5f);
    }

    [Fact]
    public void DropoutWithoutAModeInsideABranchIsRefused()
    {
        var model = Model(
            (w, x, _) =>
            {
                var node = new NodeProto { OpType = "If", Name = "branch", Input = { w.Graph.Op("Less", [w.Graph.Op("Size", [x]), w.Graph.Constant(Tensors.Int64("many", [1000]))]) }, Output = { "chosen" } };
                foreach (var (name, inner) in new[] { ("then_branch", new NodeProto { OpType = "Dropout", Input = { x }, Output = { "dropped" } }), ("else_branch", new NodeProto { OpType = "Neg", Input = { x }, Output = { "negative" } }) })
                {
                    node.Attribute.Add(new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Graph, G = new GraphProto { Name = name, Node = { inner }, Output = { new ValueInfoProto { Name = inner.Output[0] } } } });
                }
                w.Graph.Model.Graph.Node.Add(node);
                return w.Graph.Op("Dropout", ["chosen"]);
            },
            opset: 11);

        model.Invoking(m => TestModels.Probabilities(m)).Should().Throw<DataException>().WithMessage("*'dropped' stands inside If 'branch'*");
    }

    [Fact]
    public void DoublesBeyondTheRangeOfFloatsStayFinite()
    {
        // A mask of the classes as exporters write it: 0 times the least double for those that are kept.
        static TensorProto Double(string name, params double[] values) => new() { Name = name, DataType = (int)DataType.Double, DoubleData = { values }, Dims = { values.Length } };
        var masked = Model((w, x, on) => w.Graph.Op("Add", [w.Dropout(x, 0.3f, on), Cast(w, w.Graph.Op("Mul", [w.Graph.Constant(Double("off", [.. new double[24]])), w.Graph.Constant(Double("least", double.MinValue))]))]));
        var guarded = Model((w, x, on) =>
        {
            var tiny = w.Graph.Constant(Double("tiny", 1e-300));
            return w.Graph.Op("Mul", [w.Dropout(x, 0.3f, on), Cast(w, w.Graph.Op("Div", [tiny, tiny]))]);
        });

        Difference(TestModels.Probabilities(masked), Plain).Should().BeLessThan(1e-5f);
        Difference(TestModels.Probabilities(guarded), Plain).Should().BeLessThan(1e-5f);
    }

    [Fact]
    public void DropoutWithoutAModeThatHandsItsMaskOnIsRefused()
    {
        var model = Model((w, x, _) => w.Graph.Op("Add", [.. w.Graph.Node("Dropout", [x], 2, Attributes.Float("ratio", 0.3f)).Output.Select(o => Cast(w, o))]), opset: 11);

        var act = () => TestModels.Probabilities(model);

        act.Should().Throw<DataException>().WithMessage("*hands its mask on*");
    }

    [Fact]
    public void AnInputThatSaysWhetherDropoutIsActiveIsNoFeature()
    {
        var model = Model((w, x, _) => w.Dropout(x, 0.3f, w.Graph.Input("training", DataType.Bool)));

        FeatureInput.Declared(model).Select(i => i.Name).Should().Equal("features");
        Difference(TestModels.Probabilities(model), Plain).Should().Be(0);
    }

    [Theory]
    [InlineData("Not", DataType.Bool, false)]
    [InlineData("Cast", DataType.Int64, false)]
    [InlineData("Cast", DataType.Float, true)]
    public void NorIsOneThatSaysSoInAnotherWay(string by, DataType type, bool isVector)
    {
        var model = Model((w, x, _) =>
        {
            var said = w.Graph.Input("said", type, isVector ? [1] : []);
            said = isVector ? w.Graph.Op("Squeeze", [said]) : said;
            return w.Dropout(x, 0.3f, by == "Not" ? w.Graph.Op("Not", [said]) : w.Graph.Op("Cast", [said], Attributes.Int("to", (long)DataType.Bool)));
        });

        FeatureInput.Declared(model).Select(i => i.Name).Should().Equal("features");
        Difference(TestModels.Probabilities(model), Plain).Should().Be(0);
    }

    [Fact]
    public void AnInputThatNothingReadsIsNoFeature()
    {
        var model = Model((w, x, on) => { w.Graph.Input("ids", DataType.Int64, -1); return w.Dropout(x, 0.3f, on); });

        FeatureInput.Declared(model).Select(i => i.Name).Should().Equal("features");
        Difference(TestModels.Probabilities(model), Plain).Should().Be(0);
    }

    [Fact]
    public void AModeThatComesToFalseIsOff()
    {
        var model = Model((w, x, _) => w.Dropout(x, 0.3f, w.Graph.Op("Not", [w.Graph.Constant(new TensorProto { Name = "frozen", DataType = (int)DataType.Bool, Int32Data = { 1 } })])));

        var act = () => TestModels.Probabilities(model);

        act.Should().Throw<DataException>().WithMessage("*no active dropout*");
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void AFixedBatchIsFreed(int batch, bool computed)
    {
        var model = Fixed(batch, (w, x, on) =>
        {
            var hidden = w.Dropout(w.Relu(w.Dense(x, 12, 24)), 0.3f, on);
            var open = w.Graph.Op("Reshape", [hidden, computed ? w.Graph.Op("Concat", [w.Graph.Ints(batch), w.Graph.Ints(-1)], Attributes.Int("axis", 0)) : w.Graph.Ints(batch, -1)]);
            return w.Dense(w.Graph.Op("Reshape", [w.Graph.Op("Reshape", [open, w.Graph.Ints(batch, 2, 12)]), w.Graph.Ints(batch, 24)]), 24, 3);
        });

        Difference(TestModels.Probabilities(model), Plain).Should().BeLessThan(1e-6f);
    }

    [Fact]
    public void AFixedBatchThatTheGraphIsMadeForIsRefused()
    {
        var model = Fixed(1, (w, x, on) => w.Dense(w.Dropout(w.Graph.Op("Concat", [x, w.Tensor("token", 1, 1, 12)], Attributes.Int("axis", 1)), 0.3f, on), 24, 3));

        var act = () => FeatureInput.Declared(model);

        act.Should().Throw<DataException>().WithMessage("*shape ?1, 12?*dynamic batch axis*");
    }

    [Fact]
    public void NormalisationByTheBatchIsRefusedInOlderOperatorSetsToo()
    {
        var model = Model((w, x, on) => w.Graph.Node("BatchNormalization", [w.Dropout(x, 0.3f, on), .. Enumerable.Range(0, 4).Select(_ => w.Graph.Constant("ones", [.. Enumerable.Repeat(1f, 24)], 24))], 5).Output[0], opset: 13);

        var act = () => TestModels.Probabilities(model);

        act.Should().Throw<DataException>().WithMessage("*is in training mode*");
    }

    [Fact]
    public void OneLogitARowMayLieInAVector()
    {
        ModelPackage One(bool flat) => TestModels.Open((w, x, on) =>
        {
            var logit = w.Dense(w.Dropout(w.Relu(w.Dense(x, 12, 24)), 0.3f, on), 24, 1);
            w.Graph.Output(flat ? w.Graph.Op("Reshape", [logit, w.Graph.Ints(-1)]) : logit, "logits", DataType.Float, flat ? [-1] : [-1, 1]);
        });

        Difference(TestModels.Probabilities(One(flat: true)), TestModels.Probabilities(One(flat: false))).Should().BeLessThan(1e-6f);
    }

    private static ModelPackage Model(Func<TestModels.Weights, string, string, string> behind, int opset = GraphBuilder.Opset) => TestModels.Open(
        (w, x, on) => w.Graph.Output(w.Dense(behind(w, w.Relu(w.Dense(x, 12, 24)), on), 24, 3), "logits", DataType.Float, -1, 3), opset);

    private static ModelPackage Fixed(int batch, Func<TestModels.Weights, string, string, string> write)
    {
        var w = new TestModels.Weights();
        var x = w.Graph.Input("features", DataType.Float, batch, 12);
        var on = w.Graph.Op("Greater", [w.Graph.Op("Size", [x]), w.Graph.Constant(Tensors.Int64("never", [-1]))]);
        w.Graph.Output(write(w, x, on), "logits", DataType.Float, batch, 3);
        return ModelPackage.Ready("test.onnx", w.Graph.Model, "", null);
    }

    private static string Cast(TestModels.Weights w, string value) => w.Graph.Op("Cast", [value], Attributes.Int("to", (long)DataType.Float));

    private static float Difference(float[] one, float[] other) => one.Zip(other, (a, b) => Math.Abs(a - b)).Max();
}
