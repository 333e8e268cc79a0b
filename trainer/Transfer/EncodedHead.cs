using ParquetPool.Contract;
using ParquetPool.Decoding;
using ParquetPool.Encoders;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Sessions;
using ParquetPool.Shards;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Torch;

namespace ParquetPool.Trainer.Transfer;

/// <summary>A head that was trained on what an encoder made of pictures, joined with that encoder: one graph from a picture's bytes to the outputs.</summary>
/// <param name="Encoded">The encoder.</param>
internal sealed record EncodedHead(EncodedColumn Encoded)
{
    /// <summary>The most by which a logit may differ from the head's, relative to the row's largest where that is above 1: an encoder rounds otherwise with several pictures a run than with one.</summary>
    public const double Tolerance = 1e-3;

    private const int Shown = 4;
    private const int ShownSide = 96;

    /// <summary>The encoder of the one column that a head is trained on.</summary>
    /// <exception cref="UsageException">No encoder of pictures made the column.</exception>
    /// <exception cref="DataException">The encoder is not there, or is another by now.</exception>
    public static EncodedHead Of(ShardSet pool, IReadOnlyList<VectorColumn> columns)
    {
        var names = string.Join(", ", columns.Select(column => column.Name));
        var made = columns is [var only] ? EncodedColumn.Of(PoolFacts.Of(pool), only.Name) : null;
        if (made is null)
        {
            throw new UsageException($"--export full joins the head with the encoder that made its column, and no encoder made {names}: give a folder of pictures as --pool and --encoder, or leave --export full out");
        }
        if (columns[0].Name != EncodedColumn.OfPictures || !EncodedColumn.IsOfPictures(pool))
        {
            throw new UsageException($"--export full takes an encoder of pictures, and {names} was made of texts by {made.Encoder}: leave it out, and score what 'trainer import --texts --encoder {made.Encoder}' makes of texts");
        }
        var now = PictureEncoder.Sha256Of(made.Encoder);
        return now == made.Sha256 ? new(made)
            : throw new DataException($"{made.Encoder} has SHA-256 {now[..12]}…, column {names} was made by one of {made.Sha256[..Math.Min(12, made.Sha256.Length)]}…, expected the same: make the column again, or lay the encoder of then back");
    }

    /// <summary>Joins them.</summary>
    /// <returns>The graph, its input, and the largest difference of a logit from the head's, on made-up pictures.</returns>
    /// <exception cref="DataException">The encoder cannot be joined, or the whole does not predict what the head predicts.</exception>
    public (ModelProto Model, ModelInput Input, double Difference) Join(Network head)
    {
        using var encoder = PictureGraph.Open(Encoded.Encoder);
        var given = ModelPackage.Ready(Encoded.Encoder, encoder.Model, Encoded.Sha256, null);
        var front = encoder.OnPixels(FixedBatch.Relaxed(OpsetUpgrade.Of(given.Model)));
        var joined = head.Forward.Clone();
        foreach (var node in joined.Graph.Node)
        {
            for (var i = 0; i < node.Input.Count; i++)
            {
                node.Input[i] = node.Input[i] == head.Inputs[0].Name ? front.Graph.Output[0].Name : node.Input[i];
            }
        }
        var nodes = joined.Graph.Node.ToList();
        joined.Graph.Node.Clear();
        joined.Graph.Node.Add(front.Graph.Node);
        joined.Graph.Node.Add(nodes);
        joined.Graph.Initializer.Add(front.Graph.Initializer);
        joined.Graph.Input.Clear();
        joined.Graph.Input.Add(front.Graph.Input);
        joined.IrVersion = Math.Max(joined.IrVersion, front.IrVersion);
        Import(joined, front);
        var input = new ModelInput(PixelSpec.Column, [PixelSpec.Column], [-1, encoder.Pixels.Count]) { Pixels = encoder.Pixels };
        return (joined, input, Compare(encoder, head, joined));
    }

    private static void Import(ModelProto joined, ModelProto front)
    {
        foreach (var import in front.OpsetImport)
        {
            if (joined.OpsetImport.FirstOrDefault(own => own.Domain == import.Domain) is { } known)
            {
                known.Version = Math.Max(known.Version, import.Version);
            }
            else
            {
                joined.OpsetImport.Add(import);
            }
        }
    }

    /// <summary>The largest difference of a logit, dropout off, relative to the row's largest where that is above 1.</summary>
    private static double Compare(PictureGraph encoder, Network head, ModelProto joined)
    {
        var (pixels, vectors) = (new float[Shown * encoder.Pixels.Count], new float[Shown * encoder.Encoder.Width]);
        for (var shown = 0; shown < Shown; shown++)
        {
            var picture = Made(shown);
            encoder.Encoder.Encode(picture, vectors.AsSpan(shown * encoder.Encoder.Width, encoder.Encoder.Width));
            Array.ConvertAll(encoder.Pixels.Of(picture), level => (float)level).CopyTo(pixels, shown * encoder.Pixels.Count);
        }
        var (found, expected) = (Logits(joined, PixelSpec.Column, pixels), Logits(head.Forward, head.Inputs[0].Name, vectors));
        var (classes, largest) = (expected.Length / Shown, 0.0);
        for (var i = 0; i < expected.Length; i++)
        {
            var size = expected.AsSpan(i / classes * classes, classes).ToArray().Max(Math.Abs);
            var apart = Math.Abs((double)found[i] - expected[i]) / Math.Max(1, size);
            largest = apart <= Tolerance ? Math.Max(largest, apart)
                : throw new DataException($"encoder and head give a logit of {found[i]} together and {expected[i]} one after the other, expected them within {Tolerance}: nothing is published; export the encoder with the batch as a dynamic first dimension, or leave --export full out");
        }
        return largest;
    }

    private static float[] Logits(ModelProto model, string input, float[] rows)
    {
        using var session = new ModelSession(DropoutSwitch.Off(model));
        using var buffer = TensorBuffer.Floats(Shown, rows.Length / Shown);
        rows.CopyTo(buffer.Span);
        return session.Run(new Dictionary<string, TensorBuffer> { [input] = buffer })[Network.Logits].Values;
    }

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
