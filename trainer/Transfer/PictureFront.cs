using ParquetPool.Contract;
using ParquetPool.Decoding;
using ParquetPool.Encoders;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Trainer.Torch;

namespace ParquetPool.Trainer.Transfer;

/// <summary>An encoder of pictures, from their bytes on.</summary>
internal sealed class PictureFront(EncodedColumn encoded) : IEncoderFront
{
    private const int Shown = 4;
    private const int ShownSide = 96;

    private readonly PictureGraph encoder = PictureGraph.Open(encoded.Encoder);

    public ModelInput Input => new(PixelSpec.Column, [PixelSpec.Column], [-1, encoder.Pixels.Count]) { Pixels = encoder.Pixels };

    public ModelProto Graph() => encoder.OnPixels(FixedBatch.Relaxed(OpsetUpgrade.Of(ModelPackage.Ready(encoded.Encoder, encoder.Model, encoded.Sha256, null).Model)));

    public (float[] Rows, float[] Vectors, int Count) Made()
    {
        var (pixels, vectors) = (new float[Shown * encoder.Pixels.Count], new float[Shown * encoder.Encoder.Width]);
        for (var shown = 0; shown < Shown; shown++)
        {
            var picture = Made(shown);
            encoder.Encoder.Encode(picture, vectors.AsSpan(shown * encoder.Encoder.Width, encoder.Encoder.Width));
            Array.ConvertAll(encoder.Pixels.Of(picture), level => (float)level).CopyTo(pixels, shown * encoder.Pixels.Count);
        }
        return (pixels, vectors, Shown);
    }

    public void Lay(string folder)
    {
        // The manifest says how a picture becomes its bytes.
    }

    public void Dispose() => encoder.Dispose();

    /// <summary>A picture of slopes and edges, another for each number.</summary>
    private static Picture Made(int number)
    {
        var pixels = new byte[ShownSide * ShownSide * Picture.Stride];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (channel, x, y) = (i % Picture.Stride, i / Picture.Stride % ShownSide, i / Picture.Stride / ShownSide);
            pixels[i] = (byte)(((x * (number + 1)) + (y * (channel + 2)) + (((x / 8) + (y / 8)) % 2 * 60 * number)) % 256);
        }
        return new(ShownSide, ShownSide, pixels);
    }
}
