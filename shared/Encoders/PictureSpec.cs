using System.Text.Json;
using ParquetPool.Decoding;
using ParquetPool.Errors;

namespace ParquetPool.Encoders;

/// <summary>What <c>encoder.json</c> says of the ONNX file beside it, where that takes pictures: how one becomes the model's input, and what the model gives a vector.</summary>
public sealed record PictureSpec
{
    /// <summary>Pixels of both sides of the model's input.</summary>
    public int Size { get; init; } = 224;

    /// <summary>Pixels of both sides of the picture whose middle the input is; null for <see cref="Size"/>, which cuts nothing off.</summary>
    public int? Resize { get; init; }

    /// <summary>How a picture that is no square becomes one.</summary>
    public PictureFit Fit { get; init; }

    public ResampleFilter Filter { get; init; }

    public ChannelOrder Channels { get; init; }

    /// <summary>What white is, before <see cref="Mean"/> is taken off: 1 or 255.</summary>
    public double Range { get; init; } = 1;

    /// <summary>[channel], in the model's order: what is taken off; null for nothing.</summary>
    public IReadOnlyList<float>? Mean { get; init; }

    /// <summary>[channel], in the model's order: what is divided by then; null for 1.</summary>
    public IReadOnlyList<float>? Std { get; init; }

    /// <summary>A NumPy file beside the model, [channel, y, x] in the model's order, that is taken off too; null for none.</summary>
    public string? MeanImage { get; init; }

    /// <summary>The model's output; null for its first.</summary>
    public string? Output { get; init; }

    /// <summary>What makes one vector of the vectors of a picture's places or tokens.</summary>
    public Pooling Pooling { get; init; } = Pooling.None;

    /// <summary>Whether vectors are scaled to length 1.</summary>
    public bool Normalise { get; init; } = true;

    internal PixelSpec Pixels => new(Size, Resize, Fit, Filter, Channels);

    internal int Planes => Pixels.Planes;

    /// <summary>All that it says, as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, EncoderJson.Default.PictureSpec);

    /// <exception cref="DataException">The file is missing, no JSON, or says what cannot be.</exception>
    public static PictureSpec Read(string path)
    {
        var spec = SpecFile.Read(
            path, EncoderJson.Default.PictureSpec, "write beside the model how pictures become its input, such as { \"size\": 224, \"resize\": 256, \"mean\": [0.485, 0.456, 0.406], \"std\": [0.229, 0.224, 0.225] }",
            "an object with size, resize, fit (cover, contain or stretch), filter (bilinear, bicubic or lanczos), channels (rgb, bgr or grey), range, mean, std, meanImage, output, pooling (mean, cls or none) and normalise");
        return spec is null ? throw new DataException($"{path}: holds null, expected an object") : spec.Checked(path);
    }

    /// <summary>The same, of which all that it says can be.</summary>
    /// <exception cref="DataException">Something cannot.</exception>
    internal PictureSpec Checked(string path)
    {
        var spec = this;
        return spec.Size is < 1 or > PixelSpec.LargestSide ? throw new DataException($"{path}: size is {spec.Size}, expected 1 to {PixelSpec.LargestSide} pixels a side")
            : spec.Resize is { } side && (side < spec.Size || side > PixelSpec.LargestSide) ? throw new DataException($"{path}: resize is {side}, expected {spec.Size}, which is size, to {PixelSpec.LargestSide} pixels a side")
            : spec.Range is not (1 or 255) ? throw new DataException(FormattableString.Invariant($"{path}: range is {spec.Range}, expected 1 or 255: what is white to the model?"))
            : IsOff(spec.Mean, spec) || IsOff(spec.Std, spec) || spec.Std?.Contains(0) == true ? throw new DataException($"{path}: mean and std are expected to be {spec.Planes} numbers each, those of std not 0")
            : spec.MeanImage is { } mean && Contract.FileName.Of(mean) is null ? throw new DataException($"{path}: meanImage is '{mean}', expected the name of a file beside the model: lay it there")
            : spec;
    }

    private static bool IsOff(IReadOnlyList<float>? numbers, PictureSpec spec) => numbers is not null && (numbers.Count != spec.Planes || !numbers.All(float.IsFinite));
}
