using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Trainer.LayerWriting;
using ParquetPool.Trainer.Layers;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Tests.LayerWriting;

public class LayerWriterTests
{
    private readonly GraphBuilder graph = new("network");
    private readonly LayerWriter layers;

    public LayerWriterTests() => layers = new LayerWriter(graph, new Initialiser(1), "training");

    [Fact]
    public void DroppedValuesAreKeptBesideWhatTheyWereBefore()
    {
        Start(12);
        layers.Add(new Dense(8, Dropout: 0.25f));

        layers.Value.Should().NotBe(layers.Undropped);
        layers.Dropouts.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Node = layers.Value, Ratio = 0.25f, Width = 8L });
        layers.Given.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Name = layers.Undropped, Width = 8 });
        graph.Model.Graph.Node[^1].Input.Should().Equal([layers.Undropped, graph.Model.Graph.Node[^1].Input[1], "training"]);
    }

    [Fact]
    public void ARateOfZeroWritesNothing()
    {
        Start(12);
        layers.Drop(0);

        graph.Model.Graph.Node.Should().BeEmpty();
        (layers.Value, layers.Undropped).Should().Be(("x", "x"));
        layers.Dropouts.Should().BeEmpty();
    }

    [Fact]
    public void AChannelThatIsDroppedIsOneDraw()
    {
        Start(4, 5, 5);
        layers.DropTogether(0.5f, 4, 1, 1);

        layers.Dropouts.Should().ContainSingle().Which.Width.Should().Be(4);
        layers.Row.Should().BeEquivalentTo(new { Kind = RowKind.Image, Width = 100 });
        graph.Model.Graph.Node[^1].OpType.Should().Be("Mul");
    }

    [Fact]
    public void WhatLearnsAndWhatCountsIsNotedInTheOrderOfTheLayers()
    {
        Start(12);
        layers.Add(new Dense(8, BatchNorm: true));
        layers.Add(new Dense(6));

        layers.Parameters.Should().OnlyHaveUniqueItems().And.HaveCount(5, "two weights, a scale and a shift, and a bias");
        layers.Statistics.Should().HaveCount(2).And.NotIntersectWith(layers.Parameters);
        graph.Model.Graph.Initializer.Select(t => t.Name).Should().Contain(layers.Parameters).And.Contain(layers.Statistics);
        layers.Given.Select(given => given.Width).Should().Equal(8, 6);
    }

    [Fact]
    public void LayersTakeTheirWeightsInTurn()
    {
        float[] Weights(ulong seed)
        {
            var (other, name) = (new GraphBuilder("network"), "x");
            var writer = new LayerWriter(other, new Initialiser(seed), "training");
            writer.Start(other.Input(name, DataType.Float, -1, 6), 6);
            writer.Add(new Dense(6));
            writer.Add(new Dense(6));
            return [.. other.Model.Graph.Initializer.Where(t => writer.Parameters.Contains(t.Name)).SelectMany(Tensors.ToFloats)];
        }

        Weights(1).Should().Equal(Weights(1)).And.NotEqual(Weights(2));
        Weights(1).Take(36).Should().NotEqual(Weights(1).Skip(42).Take(36), "layers of one shape start differently");
    }

    [Fact]
    public void TheHeadTakesVectors()
    {
        Start(12);
        layers.Head(5);
        graph.Model.Graph.Node[^1].OpType.Should().Be("Gemm");
        graph.Model.Graph.Initializer.Single(t => t.Name == layers.Parameters[0]).Dims.Should().Equal(12, 5);

        layers.Start("image", 3, 4, 4);
        FluentActions.Invoking(() => layers.Head(5)).Should().Throw<DataException>().WithMessage("*needs a vector*an image [3, 4, 4]*");
    }

    [Fact]
    public void ALayerThatWouldFillTheMemoryIsRefused() =>
        FluentActions.Invoking(() => layers.Set("vast", 4096, 4096, 2)).Should().Throw<DataException>().WithMessage("it gives 4096 × 4096 × 2 numbers a row, expected at most 16,777,216*");

    private void Start(params int[] shape) => layers.Start(graph.Input("x", DataType.Float, [-1, .. shape.Select(dim => (long)dim)]), shape);
}
