using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Trainer.LayerWriting;
using ParquetPool.Trainer.Networks;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Voting;

/// <summary>A graph that says what a row is voted, by everybody together and by each annotator.</summary>
/// <remarks>
/// After Photofeeler-D3 (Zhu et al. 2019, "Photofeeler-D3: A Neural Network with Voter Modeling for Dating Photo Impression Prediction"), for vectors and classes. The voter's logits are those of the histogram
/// and what an embedding of the annotator changes of them; that begins at nothing. Place 0 of the table is for annotators nobody knows.
/// </remarks>
/// <param name="Graph">With inputs <see cref="Features"/>, [row, feature], and <see cref="Annotator"/>, [row], whole numbers.</param>
/// <param name="Parameters">What learns.</param>
internal sealed record VoterNetwork(ModelProto Graph, IReadOnlyList<string> Parameters)
{
    public const string Features = "features";
    public const string Annotator = "annotator";

    /// <summary>What is known of the row, [row, unit].</summary>
    public const string Row = "row";

    /// <summary>Logits of what is voted, whoever votes, [row, class].</summary>
    public const string Histogram = "histogram";

    /// <summary>Logits of what the annotator votes, [row, class].</summary>
    public const string Voter = "voter";

    /// <summary>Numbers of an annotator's embedding.</summary>
    public const int Width = 16;

    private const int Units = 64;
    private const float Dropout = 0.2f;

    /// <param name="annotators">Those known.</param>
    public static VoterNetwork Of(Standardisation standardisation, int annotators, int classes, ulong seed)
    {
        var (g, first, parameters, features) = (new GraphBuilder("voters"), new Initialiser(seed), new List<string>(), standardisation.Mean.Length);
        var x = g.Op("Mul", [g.Op("Sub", [g.Input(Features, DataType.Float, -1, features), g.Constant("mean", standardisation.Mean, features)]), g.Constant("scale", standardisation.Scale, features)]);
        x = g.Op("Clip", [x, g.Scalar(-Standardisation.Limit), g.Scalar(Standardisation.Limit)]);
        var row = Hidden(Hidden(x, features, Units), Units, Units);
        g.Output(row, Row, DataType.Float, -1, Units);
        var histogram = Linear(row, Units, classes);
        g.Output(histogram, Histogram, DataType.Float, -1, classes);
        var table = Parameter("annotators", first.Uniform((long)(annotators + 1) * Width, 0.5f), annotators + 1, Width);
        var embedding = g.Op("Gather", [table, g.Input(Annotator, DataType.Int64, -1)]);
        var bias = g.Op("MatMul", [embedding, Parameter("bias_of", new float[Width * classes], Width, classes)]);
        var both = g.Op("Relu", [Linear(g.Op("Concat", [row, embedding], Attributes.Int("axis", 1)), Units + Width, Units)]);
        var change = g.Op("MatMul", [both, Parameter("change_of", new float[Units * classes], Units, classes)]);
        g.Output(g.Op("Add", [histogram, g.Op("Add", [bias, change])]), Voter, DataType.Float, -1, classes);
        return new VoterNetwork(g.Model, parameters);

        string Hidden(string value, int inputs, int units)
        {
            var active = g.Op("Relu", [Linear(value, inputs, units)]);
            return g.Op("Dropout", [active, g.Scalar(Dropout), g.Op("Greater", [g.Op("Size", [active]), g.Constant(Tensors.Int64("limit", [-1]))])]);
        }

        // Smaller first weights than He et al.'s, those of LeCun et al. 1998 within a factor: few votes that contradict each other want a function that begins smooth.
        string Linear(string value, int inputs, int units) =>
            g.Op("Gemm", [value, Parameter("weight", first.Uniform((long)inputs * units, 1 / MathF.Sqrt(inputs)), inputs, units), Parameter("shift", new float[units], units)]);

        string Parameter(string name, float[] values, params long[] dims)
        {
            parameters.Add(g.Constant(Tensors.Float(name, values, dims)));
            return parameters[^1];
        }
    }
}
