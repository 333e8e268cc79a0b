using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Trainer.Operators;
using TorchSharp;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Tests.Operators;

public class TensorConversionTests
{
    [Fact]
    public void Weights_lie_with_their_channels_side_by_side_also_where_there_is_one()
    {
        using var scope = torch.NewDisposeScope();
        float[] values = [.. Enumerable.Range(0, 36).Select(i => (float)i)];

        var one = TensorConversion.ChannelsLast(TensorConversion.ToTensor(values, 4, 1, 3, 3));
        var two = TensorConversion.ChannelsLast(TensorConversion.ToTensor(values, 2, 2, 3, 3));

        one.stride().Should().Equal(9, 1, 3, 1);
        two.stride().Should().Equal(18, 1, 6, 2);
        TensorConversion.ToArray<float>(one).Should().Equal(values);
        TensorConversion.ToArray<float>(two).Should().Equal(values);
    }

    [Fact]
    public void Tensors_of_a_file_keep_their_type_whether_their_numbers_are_raw_or_listed()
    {
        using var scope = torch.NewDisposeScope();
        var listed = new TensorProto { Name = "t", DataType = (int)DataType.Uint8, Dims = { 2 }, Int32Data = { 3, 250 } };

        var bytes = TensorConversion.ToTensor(listed);
        bytes.dtype.Should().Be(torch.ScalarType.Byte);
        TensorConversion.ToArray<byte>(bytes).Should().Equal(3, 250);
        TensorConversion.ToArray<long>(TensorConversion.ToTensor(Tensors.Int64("t", [-1, 5], 2))).Should().Equal(-1, 5);
    }

    [Fact]
    public void A_tensor_that_does_not_fill_its_shape_or_has_no_such_type_is_named()
    {
        using var scope = torch.NewDisposeScope();
        var text = () => TensorConversion.ToTensor(new TensorProto { Name = "words", DataType = (int)DataType.String, Dims = { 1 } });
        text.Should().Throw<DataException>().WithMessage("*'words'*String*");
        var tensor = Tensors.Float("short", [1, 2], 2);
        tensor.Dims[0] = 3;
        var few = () => TensorConversion.ToTensor(tensor);
        few.Should().Throw<DataException>().WithMessage("*'short'*8 bytes*12*");
    }
}
