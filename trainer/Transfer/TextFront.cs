using ParquetPool.Contract;
using ParquetPool.Encoders;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Shards;
using ParquetPool.Trainer.Networks;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Transfer;

/// <summary>An encoder of texts, from their token ids on.</summary>
internal sealed class TextFront : IEncoderFront
{
    private const string Vector = "vector";
    private static readonly string[] Texts = ["", "a", "my card was lost", "Where is the money? It isn't there.", "2 × 3 = 6", "one two three four five six seven eight nine ten eleven twelve"];

    private readonly EncoderParts encoder;

    /// <param name="pool">Whose column of this encoder's token ids says how many a row has; where it has none, a row has as many as the encoder takes.</param>
    /// <exception cref="DataException">The encoder is not told which tokens are no text, or rows have more tokens than it takes.</exception>
    public TextFront(EncodedColumn encoded, ShardSet pool)
    {
        encoder = EncoderParts.Of(encoded.Encoder);
        var (column, width) = TokenColumn.In(pool) is var (name, made) && made.Sha256 == encoder.Tokens.Sha256 ? (name, pool.Vector(name).Width) : (TokenColumn.UsualName, encoder.Spec.MaxTokens);
        if (width > encoder.Spec.MaxTokens)
        {
            throw new DataException($"column {column} has rows of {width} token ids, {encoder.Name} takes {encoder.Spec.MaxTokens} of a text, expected no more: import the texts with --max-tokens {encoder.Spec.MaxTokens}, or leave --export full out");
        }
        if (!ModelFile.FeatureInputs(encoder.Model).Any(input => input.Name == TokenFeed.Mask))
        {
            throw new DataException($"{encoder.Name}: has no input {TokenFeed.Mask}, which tells it where a row of token ids is filled up, expected one: export the encoder with it, or leave --export full out");
        }
        Input = new(column, [column], [-1, width]) { Tokens = encoder.Tokens };
    }

    public ModelInput Input { get; }

    public ModelProto Graph()
    {
        var feed = TokenFeed.Of(encoder with { Model = DropoutSwitch.Off(encoder.Model) }, Input, Vector);
        var vector = feed.Vector(encoder.Spec);
        var graph = feed.Graph;
        var isText = graph.Op("Greater", [graph.Sum(feed.Present, [1]), graph.Scalar(0)]);
        graph.Output(graph.Op("Where", [isText, vector, graph.Scalar(0)]), Vector, DataType.Float, -1, -1); // A text without tokens has a vector of zeros.
        GivenGraph.Prune(graph.Model.Graph);
        ValueNames.Rename(graph.Model.Graph, name => name == Input.Name ? name : PictureGraph.Prefix + name);
        return graph.Model;
    }

    public (float[] Rows, float[] Vectors, int Count) Made()
    {
        using var whole = TextEncoder.Open(encoder.Name);
        using var tokens = TextTokens.Open(encoder.Name, (int)Input.Dims[1]);
        var (rows, texts) = (new List<float>(), new List<string>());
        foreach (var text in Texts)
        {
            var (row, cut) = (new float[tokens.Width], tokens.Cut);
            tokens.Encode([text], row);
            if (tokens.Cut == cut)
            {
                rows.AddRange(row);
                texts.Add(text);
            }
        }
        var vectors = new float[texts.Count * whole.Width];
        whole.Encode(texts, vectors);
        return ([.. rows], vectors, texts.Count);
    }

    public void Lay(string folder) => (encoder with { Spec = encoder.Spec with { MaxTokens = (int)Input.Dims[1] } }).Lay(folder);

    public void Dispose()
    {
    }
}
