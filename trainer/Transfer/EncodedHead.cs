using ParquetPool.Contract;
using ParquetPool.Encoders;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Sessions;
using ParquetPool.Shards;
using ParquetPool.Trainer.Networks;

namespace ParquetPool.Trainer.Transfer;

/// <summary>A head that was trained on what an encoder made of pictures or texts, joined with that encoder: one graph from a picture's bytes, or a text's token ids, to the outputs.</summary>
/// <param name="Encoded">The encoder.</param>
/// <param name="Pool">The rows that the head is trained on.</param>
internal sealed record EncodedHead(EncodedColumn Encoded, ShardSet Pool)
{
    /// <summary>The most by which a logit may differ from the head's, relative to the row's largest where that is above 1: an encoder rounds otherwise with several rows a run than with one.</summary>
    public const double Tolerance = 1e-3;

    /// <summary>Whether it takes token ids.</summary>
    public bool IsOfTexts => !EncodedColumn.IsOfPictures(Pool);

    /// <summary>The encoder of the one column that a head is trained on.</summary>
    /// <exception cref="UsageException">No encoder made the column.</exception>
    /// <exception cref="DataException">The encoder is not there, is another by now, or cannot be joined.</exception>
    public static EncodedHead Of(ShardSet pool, IReadOnlyList<VectorColumn> columns)
    {
        var (names, facts) = (string.Join(", ", columns.Select(column => column.Name)), PoolFacts.Of(pool));
        if (columns is not [var only] || EncodedColumn.Of(facts, only.Name) is not { IsHashed: false } made)
        {
            var others = facts.Encoders.Keys.Where(column => pool.HasColumn(column) && EncodedColumn.Of(facts, column) is { IsHashed: false }).ToList();
            throw new UsageException($"--export full joins the head with the encoder that made its column, and no encoder made {names}: {(others.Count > 0 ? $"name what one made, --features {others[0]}" : "give a folder of pictures as --pool and --encoder, or texts that were imported with --encoder")}, or leave --export full out");
        }
        var head = new EncodedHead(made, pool);
        var now = head.IsOfTexts ? EncoderParts.Of(made.Encoder).Sha256 : PictureEncoder.Sha256Of(made.Encoder);
        if (now != made.Sha256)
        {
            throw new DataException($"{made.Encoder} has SHA-256 {now[..12]}…, column {names} was made by one of {made.Sha256[..Math.Min(12, made.Sha256.Length)]}…, expected the same: make the column again, or lay the encoder of then back");
        }
        using var front = head.Front(); // What cannot be joined is told before anything is learnt.
        return head;
    }

    /// <summary>The encoder.</summary>
    /// <exception cref="DataException">It cannot be joined.</exception>
    public IEncoderFront Front() => IsOfTexts ? new TextFront(Encoded, Pool) : new PictureFront(Encoded);

    /// <summary>Joins encoder and head.</summary>
    /// <returns>The graph, and the largest difference of a logit from the head's, on made-up rows.</returns>
    /// <exception cref="DataException">The encoder cannot be joined, or the whole does not predict what the head predicts.</exception>
    public static (ModelProto Model, double Difference) Join(IEncoderFront encoder, Network head)
    {
        var front = encoder.Graph();
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
        return (joined, Compare(encoder, head, joined));
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
    private static double Compare(IEncoderFront encoder, Network head, ModelProto joined)
    {
        var (rows, vectors, count) = encoder.Made();
        var (found, expected) = (Logits(joined, encoder.Input.Name, rows, count), Logits(head.Forward, head.Inputs[0].Name, vectors, count));
        var (classes, largest) = (expected.Length / count, 0.0);
        for (var i = 0; i < expected.Length; i++)
        {
            var size = expected.AsSpan(i / classes * classes, classes).ToArray().Max(Math.Abs);
            var apart = Math.Abs((double)found[i] - expected[i]) / Math.Max(1, size);
            largest = apart <= Tolerance ? Math.Max(largest, apart)
                : throw new DataException($"encoder and head give a logit of {found[i]} together and {expected[i]} one after the other, expected them within {Tolerance}: nothing is published; export the encoder with the batch as a dynamic first dimension, or leave --export full out");
        }
        return largest;
    }

    private static float[] Logits(ModelProto model, string input, float[] rows, int count)
    {
        using var session = new ModelSession(DropoutSwitch.Off(model));
        using var buffer = TensorBuffer.Floats(count, rows.Length / count);
        rows.CopyTo(buffer.Span);
        return session.Run(new Dictionary<string, TensorBuffer> { [input] = buffer })[Network.Logits].Values;
    }
}
