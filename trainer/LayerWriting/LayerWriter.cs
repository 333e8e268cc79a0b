using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Trainer.LayerWriting;

/// <summary>Writes layers one after another into a graph and keeps what they give so far.</summary>
/// <param name="graph">Gets the nodes.</param>
/// <param name="initialiser">Draws the weights.</param>
/// <param name="trainingMode">A boolean that is always true and that no optimiser can know to be.</param>
internal sealed class LayerWriter(GraphBuilder graph, Initialiser initialiser, string trainingMode)
{
    private const int MostNumbers = 1 << 24;

    private RepeatedWrites? repeated;

    /// <summary>The number, from 0, of the network among several of the same layers.</summary>
    public ulong Member { get; init; }

    public GraphBuilder Graph => graph;

    public Initialiser Initialiser => initialiser;

    public List<string> Parameters { get; } = [];

    public List<string> Statistics { get; } = [];

    public List<ModelDropout> Dropouts { get; } = [];

    /// <summary>What the layers have given so far.</summary>
    public RowValue Row { get; private set; } = new("", []);

    /// <summary>The name of <see cref="Row"/>.</summary>
    public string Value => Row.Name;

    /// <summary>Values a row of <see cref="Row"/>.</summary>
    public int Width => Row.Width;

    /// <summary>What the last layers gave before they dropped anything.</summary>
    public string Undropped { get; private set; } = "";

    /// <summary>What each layer of products gave before it dropped anything.</summary>
    public List<RowValue> Given { get; } = [];

    /// <summary>NaN for the rows that the network cannot read and 0 for others, [batch, 1]; null where it can read all.</summary>
    public string? Unreadable { get; set; }

    /// <summary>Starts with a value of the graph.</summary>
    /// <param name="shapeOfRow">Its shape without the batch.</param>
    public void Start(string from, params int[] shapeOfRow) => Set(new RowValue(from, shapeOfRow));

    /// <summary>Adds the head: one unit a class, no activation.</summary>
    /// <returns>The logits, [batch, class].</returns>
    public string Head(int classes)
    {
        Row.Require(RowKind.Vector);
        return this.Linear(classes, ActivationKind.None);
    }

    /// <summary>Goes on with another value.</summary>
    /// <exception cref="DataException">It would take too much memory for a batch of rows.</exception>
    public void Set(RowValue row)
    {
        if (row.Shape.Aggregate(1.0, (a, d) => a * d) > MostNumbers)
        {
            throw new DataException($"it gives {string.Join(" × ", row.Shape)} numbers a row, expected at most {MostNumbers:N0}: make it smaller");
        }
        (Row, Undropped) = (row, row.Name);
    }

    /// <summary>Goes on with a value of another shape.</summary>
    public void Set(string value, params int[] shapeOfRow) => Set(new RowValue(value, shapeOfRow));

    /// <summary>Goes on with a value of the same shape.</summary>
    public void Keep(string value) => Set(Row with { Name = value });

    /// <summary>Notes what a layer of products gave before it dropped anything.</summary>
    public void Give() => Given.Add(Row with { Name = Undropped });

    /// <summary>Drops single values of what the layers have given so far; nothing at a rate of 0.</summary>
    public void Drop(float rate)
    {
        if (rate > 0)
        {
            Row = Row with { Name = repeated is null ? Drop(Value, rate, Width) : graph.Op("Mul", [Value, Draw(rate, [.. Row.Shape.Select(d => (long)d)])]) };
        }
    }

    /// <summary>Multiplies what the layers have given so far by a draw that many values of a row share; nothing at a rate of 0.</summary>
    /// <param name="shape">The draw's shape for one row: 1 where all values share it.</param>
    public void DropTogether(float rate, params long[] shape)
    {
        if (rate > 0)
        {
            Row = Row with { Name = graph.Op("Mul", [Value, Draw(rate, shape)]) };
        }
    }

    /// <summary>Drops single weights, the same ones for all rows of a batch; nothing at a rate of 0.</summary>
    /// <param name="dims">Their shape.</param>
    public string DropWeights(string weights, float rate, params long[] dims) => rate > 0 ? Once(() => DropFixed("Reshape", weights, rate, dims)) : weights;

    /// <summary>A draw of dropout that all rows of a batch share: 0, or 1 ÷ (1 − rate).</summary>
    public string DrawForAll(float rate, params long[] dims) => Once(() => DropFixed("Expand", graph.Scalar(1), rate, dims));

    /// <summary>Lets layers be written several times, with the same weights and draws.</summary>
    public void Repeat(Action<RepeatedWrites> write)
    {
        var outer = repeated;
        var given = Given.Count;
        repeated = new RepeatedWrites(initialiser, outer);
        write(repeated);
        repeated = outer;
        Given.RemoveRange(given, Given.Count - given);
    }

    /// <summary>A dropout of a value of the graph.</summary>
    /// <param name="units">Values a row.</param>
    public string Drop(string value, float rate, int units)
    {
        var node = graph.Op("Dropout", [value, graph.Scalar(rate), trainingMode]);
        Dropouts.Add(new ModelDropout(node, rate, units));
        return node;
    }

    /// <summary>A tensor that learns.</summary>
    public string Parameter(TensorProto tensor) => Named(Parameters, tensor);

    /// <summary>A tensor that counts.</summary>
    public string Statistic(TensorProto tensor) => Named(Statistics, tensor);

    /// <summary>A draw of dropout by itself: 0, or 1 ÷ (1 − rate).</summary>
    private string Draw(float rate, long[] shape) => Once(() =>
    {
        var rows = graph.Op("Shape", [Value], Attributes.Int("start", 0), Attributes.Int("end", 1));
        var ones = graph.Op("Expand", [graph.Scalar(1), graph.Op("Concat", [rows, graph.Ints(shape)], Attributes.Int("axis", 0))]);
        return Drop(ones, rate, (int)shape.Aggregate(1L, (units, dim) => units * dim));
    });

    // ONNX Runtime takes a Dropout whose only input made by a node is the mode for one that it can do without, and then fails to load: what is dropped is to be made by a node that no optimiser knows beforehand.
    private string DropFixed(string shaper, string value, float rate, long[] dims)
    {
        var shape = graph.Op("Mul", [graph.Ints(dims), graph.Op("Cast", [trainingMode], Attributes.Int("to", (long)TensorProto.Types.DataType.Int64))]);
        return Drop(graph.Op(shaper, [value, shape]), rate, (int)dims.Aggregate(1L, (count, dim) => count * dim));
    }

    private string Named(List<string> names, TensorProto tensor) => Once(() =>
    {
        var name = graph.Constant(tensor);
        names.Add(name);
        return name;
    });

    private string Once(Func<string> make) => repeated is null ? make() : repeated.Next(make);
}
