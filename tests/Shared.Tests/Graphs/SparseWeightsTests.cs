using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Shared.Tests.Graphs;

/// <summary>Weights that a model states by those that are not 0.</summary>
public class SparseWeightsTests
{
    private static readonly float[] Dense = [0, 0, 0.5f, 0, -2, 0];

    [Fact]
    public void PlacesAndCoordinatesGiveThePlainTensor()
    {
        var model = Model(Sparse("w", [0.5f, -2], Tensors.Int64("places", [2, 4], 2)));
        model.Graph.Node.Add(new NodeProto
        {
            OpType = "Constant",
            Output = { "c" },
            Attribute = { new AttributeProto { Name = "sparse_value", SparseTensor = Sparse("", [0.5f, -2], Tensors.Int64("at", [0, 2, 1, 1], 2, 2)) } },
        });

        var read = ModelFile.Parse(ModelFile.ToBytes(model), "sparse.onnx").Model;

        Tensors.ToFloats(read.Graph.Initializer.Single(t => t.Name == "w")).Should().Equal(Dense);
        Tensors.ToFloats(read.Graph.Node.Single(n => n.OpType == "Constant").Find("value")!.T).Should().Equal(Dense);
        read.Graph.SparseInitializer.Should().BeEmpty();
    }

    [Theory]
    [InlineData(6)]
    [InlineData(-1)]
    public void APlaceOutsideIsRefused(long place)
    {
        var read = () => ModelFile.Parse(ModelFile.ToBytes(Model(Sparse("w", [0.5f, -2], Tensors.Int64("places", [2, place], 2)))), "sparse.onnx");

        read.Should().Throw<DataException>().WithMessage("sparse.onnx: the sparse tensor 'w' of shape [2, 3] has a number at a place that it has not*");
    }

    private static SparseTensorProto Sparse(string name, float[] values, TensorProto places) => new() { Values = Tensors.Float(name, values, values.Length), Indices = places, Dims = { 2, 3 } };

    private static ModelProto Model(SparseTensorProto weights)
    {
        var g = new GraphBuilder("sparse");
        var x = g.Input("x", DataType.Float, -1, 2);
        g.Model.Graph.SparseInitializer.Add(weights);
        g.Output(g.Op("MatMul", [x, "w"]), "logits", DataType.Float, -1, 3);
        return g.Model;
    }
}
