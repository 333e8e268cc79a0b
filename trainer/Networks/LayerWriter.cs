using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Trainer.Networks;

/// <summary>Writes layers one after another into a graph and keeps the shape of what it has so far.</summary>
/// <param name="graph">Gets the nodes.</param>
/// <param name="initialiser">Draws the weights.</param>
/// <param name="trainingMode">A boolean that is always true and that no optimiser can know to be.</param>
internal sealed class LayerWriter(GraphBuilder graph, Initialiser initialiser, string trainingMode)
{
    private const float BatchNormEpsilon = 1e-5f;

    // A highway starts by carrying most of what it gets: Srivastava et al. 2015, section 2.2.
    private const float GateBias = -1;

    private string value = "";
    private int[] shape = [];

    public List<string> Parameters { get; } = [];

    public List<string> Statistics { get; } = [];

    public List<ModelDropout> Dropouts { get; } = [];

    /// <summary>What the layers have given so far.</summary>
    public string Value => value;

    /// <summary>What the last layers gave before they dropped anything.</summary>
    public string Undropped { get; private set; } = "";

    /// <summary>What each dense and conv layer gave before it dropped anything, and its shape without the batch.</summary>
    public List<(string Value, int[] Shape)> Given { get; } = [];

    /// <summary>Values a row of what the layers have given so far.</summary>
    public int Width => shape.Aggregate(1, (a, b) => checked(a * b));

    private bool IsImage => shape.Length == 3;

    /// <summary>Starts with a value of the graph.</summary>
    /// <param name="shapeOfRow">Its shape without the batch: [width] or [channels, height, width].</param>
    public void Start(string from, params int[] shapeOfRow) => Set(from, shapeOfRow);

    /// <summary>Adds a layer.</summary>
    /// <exception cref="DataException">The layer does not fit what comes before it.</exception>
    public void Add(LayerSpec layer)
    {
        switch (layer)
        {
            case LayerSpec.Dense dense:
                AddDense(dense);
                Given.Add((Undropped, shape));
                break;
            case LayerSpec.Conv conv:
                RequireImage();
                AddConv(conv);
                Given.Add((Undropped, shape));
                break;
            case LayerSpec.Pool pool:
                RequireImage();
                AddPool(pool);
                break;
            case LayerSpec.UnitDropout dropout:
                value = Drop(value, dropout.Rate, Width);
                break;
            case LayerSpec.ChannelDropout dropout:
                RequireImage();
                DropChannels(dropout.Rate);
                break;
            case LayerSpec.Flatten:
                RequireImage();
                Set(graph.Op("Reshape", [value, graph.Ints(0, Width)]), Width);
                break;
            case LayerSpec.GlobalAveragePool:
                RequireImage();
                Set(graph.Op("Reshape", [graph.Op("GlobalAveragePool", [value]), graph.Ints(0, shape[0])]), shape[0]);
                break;
            default:
                throw new InvalidOperationException($"no rule for a layer of type {layer.GetType().Name}");
        }
    }

    /// <summary>Adds the head: one unit a class, no activation.</summary>
    /// <returns>The logits, [batch, class].</returns>
    public string Head(int classes)
    {
        RequireVector();
        return Linear(classes, Activation.None, bias: true);
    }

    private void AddDense(LayerSpec.Dense dense)
    {
        RequireVector();
        var before = value;
        if ((dense.Residual || dense.Highway) && dense.Units != Width)
        {
            throw new DataException($"a {(dense.Residual ? "residual" : "highway")} dense layer has {dense.Units} units on {Width} values, expected as many");
        }
        var gate = dense.Highway ? graph.Op("Sigmoid", [Linear(dense.Units, Activation.Sigmoid, bias: true, GateBias)]) : "";
        var sum = Linear(dense.Units, dense.Activation, bias: !dense.BatchNorm);
        Set(Activate(dense.BatchNorm ? Normalise(sum, dense.Units) : sum, dense.Activation), dense.Units);
        if (dense.Dropout > 0)
        {
            value = Drop(value, dense.Dropout, Width);
        }
        if (dense.Residual)
        {
            Set(graph.Op("Add", [before, value]), dense.Units);
        }
        if (dense.Highway)
        {
            var carried = graph.Op("Mul", [graph.Op("Sub", [graph.Scalar(1), gate]), before]);
            Set(graph.Op("Add", [graph.Op("Mul", [gate, value]), carried]), dense.Units);
        }
    }

    private void AddConv(LayerSpec.Conv conv)
    {
        var (channels, height, width) = (shape[0], Along(shape[1]), Along(shape[2]));
        if (height < 1 || width < 1)
        {
            throw new DataException($"a kernel of {conv.Kernel} does not fit an image of {shape[1]}×{shape[2]} with padding {conv.Pad}: use a smaller kernel or fewer pools");
        }
        var area = conv.Kernel * conv.Kernel;
        var weights = initialiser.Weights(conv.Channels * channels * area, channels * area, conv.Channels * area, conv.Activation);
        List<string> inputs = [value, Parameter(Tensors.Float("conv_weight", weights, conv.Channels, channels, conv.Kernel, conv.Kernel))];
        if (!conv.BatchNorm)
        {
            inputs.Add(Parameter(Tensors.Float("conv_bias", new float[conv.Channels], conv.Channels)));
        }
        var sum = graph.Op(
            "Conv",
            inputs.ToArray(),
            Attributes.Ints("kernel_shape", conv.Kernel, conv.Kernel),
            Attributes.Ints("strides", conv.Stride, conv.Stride),
            Attributes.Ints("pads", conv.Pad, conv.Pad, conv.Pad, conv.Pad));
        Set(Activate(conv.BatchNorm ? Normalise(sum, conv.Channels) : sum, conv.Activation), conv.Channels, height, width);

        int Along(int size) => size + (2 * conv.Pad) < conv.Kernel ? 0 : ((size + (2 * conv.Pad) - conv.Kernel) / conv.Stride) + 1;
    }

    private void AddPool(LayerSpec.Pool pool)
    {
        if (shape[1] < pool.Size || shape[2] < pool.Size)
        {
            throw new DataException($"a pool of {pool.Size} does not fit an image of {shape[1]}×{shape[2]}: use fewer or smaller pools");
        }
        var type = pool.Kind == PoolKind.Max ? "MaxPool" : "AveragePool";
        var pooled = graph.Op(type, [value], Attributes.Ints("kernel_shape", pool.Size, pool.Size), Attributes.Ints("strides", pool.Size, pool.Size));
        Set(pooled, shape[0], shape[1] / pool.Size, shape[2] / pool.Size);
    }

    // One draw a channel: ones of shape [batch, channels, 1, 1] are dropped and the image is multiplied by what is left of them.
    private void DropChannels(float rate)
    {
        var rowsAndChannels = graph.Op("Shape", [value], Attributes.Int("start", 0), Attributes.Int("end", 2));
        var dims = graph.Op("Concat", [rowsAndChannels, graph.Ints(1, 1)], Attributes.Int("axis", 0));
        var ones = graph.Op("Expand", [graph.Scalar(1), dims]);
        value = graph.Op("Mul", [value, Drop(ones, rate, shape[0])]);
    }

    private string Drop(string input, float rate, int units)
    {
        var node = graph.Op("Dropout", [input, graph.Scalar(rate), trainingMode]);
        Dropouts.Add(new ModelDropout(node, rate, units));
        return node;
    }

    private string Linear(int units, Activation activation, bool bias, float firstBias = 0)
    {
        var weights = initialiser.Weights(Width * units, Width, units, activation);
        List<string> inputs = [value, Parameter(Tensors.Float("dense_weight", weights, Width, units))];
        if (bias)
        {
            inputs.Add(Parameter(Tensors.Float("dense_bias", [.. Enumerable.Repeat(firstBias, units)], units)));
        }
        return graph.Op("Gemm", inputs.ToArray());
    }

    private string Normalise(string input, int channels)
    {
        var ones = new float[channels];
        Array.Fill(ones, 1f);
        string[] inputs =
        [
            input,
            Parameter(Tensors.Float("norm_scale", ones, channels)),
            Parameter(Tensors.Float("norm_bias", new float[channels], channels)),
            Statistic(Tensors.Float("norm_mean", new float[channels], channels)),
            Statistic(Tensors.Float("norm_variance", ones, channels)),
        ];
        return graph.Op("BatchNormalization", inputs, Attributes.Float("epsilon", BatchNormEpsilon));
    }

    private string Activate(string input, Activation activation) => activation switch
    {
        Activation.None => input,
        Activation.Relu => graph.Op("Relu", [input]),
        Activation.Gelu => graph.Op("Gelu", [input]),
        Activation.Tanh => graph.Op("Tanh", [input]),
        Activation.Sigmoid => graph.Op("Sigmoid", [input]),
        _ => throw new InvalidOperationException($"no rule for the activation {activation}"),
    };

    /// <summary>A tensor that learns.</summary>
    public string Parameter(TensorProto tensor) => Named(Parameters, tensor);

    private string Statistic(TensorProto tensor) => Named(Statistics, tensor);

    private string Named(List<string> names, TensorProto tensor)
    {
        var name = graph.Constant(tensor);
        names.Add(name);
        return name;
    }

    private void Set(string newValue, params int[] newShape) => (value, Undropped, shape) = (newValue, newValue, newShape);

    private void RequireImage()
    {
        if (!IsImage)
        {
            throw new DataException($"it needs an image [channels, height, width], what comes before it gives a vector of {Width} values: put it before flatten and dense layers");
        }
    }

    private void RequireVector()
    {
        if (IsImage)
        {
            throw new DataException($"a dense layer needs a vector, what comes before it gives an image [{string.Join(", ", shape)}]: put flatten or globalAveragePool between them");
        }
    }
}
