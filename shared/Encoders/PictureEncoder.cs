using System.Collections.Concurrent;
using System.Numerics.Tensors;
using ParquetPool.Decoding;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Sessions;

namespace ParquetPool.Encoders;

/// <summary>Pictures to vectors by a model.</summary>
/// <remarks>A run is of one picture, on the caller's thread: its vector does not depend on those beside it, and several threads encode at once.</remarks>
public sealed class PictureEncoder : IDisposable
{
    private readonly PictureSpec spec;
    private readonly PictureInput pixels;
    private readonly ModelSession session;
    private readonly string input;
    private readonly string output;
    private readonly long[] dims;
    private readonly bool channelsLast;
    private readonly ConcurrentBag<TensorBuffer> buffers = [];

    internal PictureEncoder(PictureEncoderFiles files)
    {
        (Name, Sha256, spec) = (files.Name, files.Sha256, files.Spec);
        (input, channelsLast, dims) = files.Input();
        pixels = new(spec, files.MeanPicture, channelsLast);
        if (files.MeanPicture is { } mean && mean.Length != pixels.Length)
        {
            throw new DataException($"{Name}: its mean image has {mean.Length} numbers, a picture [{PictureEncoderFiles.Shown(dims)}]: mend the size");
        }
        var model = FreeBatch(DropoutSwitch.Off(files.Model));
        output = EncoderOutput.Keep(model, spec.Output, Name);
        session = new ModelSession(model);
        try
        {
            Width = Probe();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>As the command line names it.</summary>
    public string Name { get; }

    /// <summary>Of all that decides a vector: the model with its weights, and what is said of it.</summary>
    public string Sha256 { get; }

    /// <summary>Numbers of a vector.</summary>
    public int Width { get; }

    /// <summary>Dimensions of the model's output.</summary>
    internal int OutputRank { get; private set; }

    /// <summary>Pixels that both sides of a picture should have, where the file has them: twice what is encoded.</summary>
    public int LeastSide => spec.Pixels.LeastSide;

    /// <summary>Whether this build holds <c>resnet18</c>.</summary>
    public static bool HasBuiltIn => BuiltInEncoders.Has(BuiltInEncoders.ResNet18File);

    /// <summary>The name of the encoder that a build may hold.</summary>
    public static string BuiltIn => BuiltInEncoders.ResNet18;

    /// <summary>Opens <c>resnet18</c>, or an ONNX file that has a <see cref="PictureSpec"/> beside it.</summary>
    /// <exception cref="UsageException">There is no encoder of the name in this build.</exception>
    /// <exception cref="DataException">A file is missing, or the model is no encoder of pictures.</exception>
    public static PictureEncoder Open(string name) => new(PictureEncoderFiles.Read(name));

    /// <summary>The <see cref="Sha256"/> of the encoder of a name, without opening it.</summary>
    /// <exception cref="UsageException">There is no encoder of the name in this build.</exception>
    /// <exception cref="DataException">A file is missing or not what it must be.</exception>
    public static string Sha256Of(string name) => PictureEncoderFiles.Sha256Of(name);

    /// <summary>Writes a picture's vector.</summary>
    /// <param name="vector">[<see cref="Width"/>]</param>
    /// <exception cref="DataException">The model fails.</exception>
    public void Encode(Picture picture, Span<float> vector)
    {
        var (values, shape) = Run(picture);
        if (WidthOf(shape) != Width)
        {
            throw new DataException($"{Name}: output {output} of one picture has shape [{PictureEncoderFiles.Shown(shape)}] and had vectors of {Width} before: export it for any picture");
        }
        Pool(values, shape, vector);
        if (spec.Normalise && TensorPrimitives.Norm<float>(vector) is var length and > 0)
        {
            TensorPrimitives.Divide(vector, length, vector);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (buffers.TryTake(out var buffer))
        {
            buffer.Dispose();
        }
        session.Dispose();
    }

    /// <summary>The model for any number of pictures, whatever number it was exported with.</summary>
    private static ModelProto FreeBatch(ModelProto model)
    {
        foreach (var value in model.Graph.Output.Concat(ModelFile.FeatureInputs(model)).Where(value => value.Type?.TensorType?.Shape is { Dim.Count: > 0 }))
        {
            value.Type.TensorType.Shape.Dim[0] = new TensorShapeProto.Types.Dimension { DimParam = "batch" };
        }
        model.Graph.ValueInfo.Clear();
        return model;
    }

    private int Probe()
    {
        var (_, shape) = Run(new Picture(1, 1, new byte[Picture.Stride]));
        OutputRank = shape.Length;
        return WidthOf(shape) ?? throw new DataException($"{Name}: output {output} of one picture has shape [{PictureEncoderFiles.Shown(shape)}], expected {spec.Pooling switch { Pooling.None => "[1, numbers] with pooling none", Pooling.Cls => "[1, tokens, numbers] with pooling cls", _ => "[1, numbers, height, width] or [1, tokens, numbers] with pooling mean" }}: mend {EncoderSpec.FileName}");
    }

    /// <summary>Numbers of a vector by the output's shape; null where the pooling has no use for it.</summary>
    private int? WidthOf(long[] shape) => (spec.Pooling, shape) switch
    {
        (_, []) or (_, not [1, ..]) => null,
        (Pooling.None, [_, var numbers, .. var ones]) when ones.All(one => one == 1) => (int)numbers,
        (Pooling.Mean, [_, _, _, var numbers]) when channelsLast => (int)numbers,
        (Pooling.Mean, [_, var numbers, _, _]) => (int)numbers,
        (Pooling.Mean or Pooling.Cls, [_, _, var numbers]) => (int)numbers,
        _ => null,
    };

    private void Pool(float[] values, long[] shape, Span<float> vector)
    {
        if (spec.Pooling != Pooling.Mean)
        {
            values.AsSpan(0, Width).CopyTo(vector);
            return;
        }
        var (places, planes) = (values.Length / Width, shape.Length == 4 && !channelsLast);
        vector.Clear();
        for (var place = 0; place < places && !planes; place++)
        {
            TensorPrimitives.Add(vector, values.AsSpan(place * Width, Width), vector);
        }
        for (var plane = 0; plane < Width && planes; plane++)
        {
            vector[plane] = TensorPrimitives.Sum<float>(values.AsSpan(plane * places, places));
        }
        TensorPrimitives.Divide(vector, places, vector);
    }

    private (float[] Values, long[] Dims) Run(Picture picture)
    {
        var buffer = buffers.TryTake(out var free) ? free : TensorBuffer.Floats(dims);
        try
        {
            pixels.Fill(spec.Pixels.Fitted(picture), buffer.Span);
            return session.Run(new Dictionary<string, TensorBuffer> { [input] = buffer }).Values.FirstOrDefault() is { Values: { } values, Dims: { } shape } ? (values, shape) : throw new DataException($"output {output} is no tensor of numbers");
        }
        catch (DataException failed)
        {
            throw new DataException($"{Name}: {failed.Message}", failed);
        }
        finally
        {
            buffers.Add(buffer);
        }
    }
}
