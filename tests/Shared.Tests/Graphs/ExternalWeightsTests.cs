using Google.Protobuf;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Shared.Tests.Graphs;

/// <summary>Weights in files beside a model belong to it.</summary>
public sealed class ExternalWeightsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("external-weights-").FullName;

    private string Model => Path.Combine(folder, "model.onnx");

    private string Weights => Path.Combine(folder, "weights.bin");

    [Fact]
    public void TheyAreReadFromTheModelsFolder()
    {
        Write("weights.bin");
        WriteWeights(3);

        Tensors.ToFloats(ModelPackage.Open(Model).Model.Graph.Initializer[0]).Should().Equal(3, 3);
    }

    [Fact]
    public void OtherWeightsAreAnotherModel()
    {
        Write("weights.bin");
        WriteWeights(3);
        var first = ModelPackage.Open(Model).Sha256;
        ModelPackage.Open(Model).Sha256.Should().Be(first);
        WriteWeights(4);

        ModelPackage.Open(Model).Sha256.Should().NotBe(first);
    }

    [Theory]
    [InlineData("../weights.bin")]
    [InlineData("/etc/hostname")]
    [InlineData("below/../../weights.bin")]
    [InlineData("")]
    public void FilesElsewhereAreRefused(string location)
    {
        Write(location);

        var act = () => ModelPackage.Open(Model);

        act.Should().Throw<DataException>().WithMessage($"*'{location}'*expected a file in the model's folder*");
    }

    [Fact]
    public void ALinkToElsewhereIsRefused()
    {
        Write("weights.bin");
        var other = Directory.CreateTempSubdirectory("external-weights-").FullName;
        File.WriteAllBytes(Path.Combine(other, "secret"), new byte[8]);
        File.CreateSymbolicLink(Weights, Path.Combine(other, "secret"));

        var act = () => ModelPackage.Open(Model);

        act.Should().Throw<DataException>().WithMessage("*weights.bin*is a link to another folder*");
        Directory.Delete(other, recursive: true);
    }

    [Fact]
    public void AFolderThatIsALinkToElsewhereIsRefused()
    {
        Write("below/secret");
        var other = Directory.CreateTempSubdirectory("external-weights-").FullName;
        File.WriteAllBytes(Path.Combine(other, "secret"), new byte[8]);
        Directory.CreateSymbolicLink(Path.Combine(folder, "below"), other);

        FluentActions.Invoking(() => ModelPackage.Open(Model)).Should().Throw<DataException>().WithMessage("*below/secret*is a link to another folder*");
        Directory.Delete(other, recursive: true);
    }

    [Fact]
    public void APlaceBehindAllFilesIsRefused()
    {
        Write("weights.bin", length: "8", offset: "9223372036854775807");
        WriteWeights(3);

        FluentActions.Invoking(() => ModelPackage.Open(Model)).Should().Throw<DataException>().WithMessage("*8 bytes from 9223372036854775807 on*weights.bin, which has 8*");
    }

    [Fact]
    public void AMissingOrShortFileIsNamed()
    {
        Write("weights.bin");
        var act = () => ModelPackage.Open(Model);

        act.Should().Throw<DataException>().WithMessage("*its weights are in weights.bin, which cannot be read*");
        File.WriteAllBytes(Weights, new byte[4]);
        act.Should().Throw<DataException>().WithMessage("*weights.bin, which has 4*");
    }

    [Fact]
    public void AsManyNumbersAsTheTensorSays()
    {
        Write("weights.bin", length: "4");
        WriteWeights(3);

        FluentActions.Invoking(() => ModelPackage.Open(Model)).Should().Throw<DataException>().WithMessage("*tensor 'weights' of shape [2] has 4 bytes, expected 8*");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private void WriteWeights(float value) => File.WriteAllBytes(Weights, [.. BitConverter.GetBytes(value), .. BitConverter.GetBytes(value)]);

    private void Write(string location, string length = "8", string offset = "0")
    {
        var g = new GraphBuilder("external");
        var weights = g.Constant("weights", [1, 2], 2);
        g.Output(g.Op("Mul", [g.Input("features", DataType.Float, -1, 2), weights]), "logits", DataType.Float, -1, 2);
        var tensor = g.Model.Graph.Initializer[0];
        tensor.RawData = ByteString.Empty;
        tensor.DataLocation = DataLocation.External;
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = length });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = offset });
        File.WriteAllBytes(Model, ModelFile.ToBytes(g.Model));
    }
}
