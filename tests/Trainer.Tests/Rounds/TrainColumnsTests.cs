using ParquetPool.Columns;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Shards;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.Tests.Transfer;
using ParquetPool.Trainer.Transfer;

namespace ParquetPool.Trainer.Tests.Rounds;

/// <summary>A model whose channels come last, as Keras writes them.</summary>
public sealed class TrainColumnsTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Pictures_whose_channels_come_first_are_refused()
    {
        var columns = () => TrainColumns.Of(ChannelsLast(4), Pool("3x4x4", 48), []);

        columns.Should().Throw<DataException>().WithMessage("column features has pictures of 3x4x4, input 'image' of the model takes 4x4x3: the same numbers in another order are other pictures*");
        TrainColumns.Of(ChannelsLast(4), Pool("4x4x3", 48), []).Should().ContainSingle();
    }

    [Fact]
    public void Grey_pictures_are_not_repeated_to_as_many_channels_as_the_model_has_rows()
    {
        var columns = TrainColumns.Of(ChannelsLast(8), Pool("4x4", 16), []);

        FluentActions.Invoking(() => TransferNetwork.Build(ChannelsLast(8), columns, 2, 0)).Should().Throw<DataException>().WithMessage("column features holds 16 values, the model's input 'image' takes [any, 8, 8, 3]*");
    }

    private static TransferSpec ChannelsLast(int side)
    {
        var g = new GraphBuilder("given");
        var map = g.Op("Transpose", [g.Input("image", TensorProto.Types.DataType.Float, -1, side, side, 3)], Attributes.Ints("perm", 0, 3, 1, 2));
        g.Output(g.Op("Flatten", [g.Op("GlobalAveragePool", [map])]), "pooled", TensorProto.Types.DataType.Float, -1, 3);
        return new TransferSpec(GivenModels.Package(g.Model));
    }

    private ShardSet Pool(string picture, int width)
    {
        var path = folder.File(picture, "a.parquet");
        using var writer = new ShardWriter(path, [new("id", ShardType.Text), new("features", ShardType.FloatList, width)], new Provenance("test").With("picture.features", picture));
        writer.Write(1, new[] { "a" }, new float[width]);
        writer.Complete();
        return ShardSet.Resolve([path]);
    }
}
