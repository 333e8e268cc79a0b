using ParquetPool.Contract;
using ParquetPool.Decoding;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Models;

/// <summary>A graph input and the pool's columns that feed it, joined in order.</summary>
/// <param name="Dims">The input's shape, -1 for the batch.</param>
internal sealed record FeatureInput(string Name, IReadOnlyList<VectorColumn> Columns, IReadOnlyList<long> Dims)
{
    private const string DefaultColumn = "features";

    /// <summary>The whole numbers that it takes; null where it takes any.</summary>
    public (float Least, float Most)? Range { get; init; }

    /// <summary>In what the pool's numbers differ from those that the model learnt from; null where they are on one scale, as far as is known.</summary>
    public string? OtherScale { get; init; }

    /// <summary>The numbers one row has.</summary>
    public int Width { get; } = Columns.Sum(c => c.Width);

    /// <summary>The first of some numbers that is not whole or outside; null where there is none.</summary>
    public static float? FirstOutside(ReadOnlySpan<float> numbers, float least, float most)
    {
        foreach (var number in numbers)
        {
            if (!(number >= least && number <= most && float.IsInteger(number)))
            {
                return number;
            }
        }
        return null;
    }

    /// <summary>Matches a model's inputs with a pool's columns; who runs the command is told where these are on another scale.</summary>
    /// <param name="columns">The columns to use, one per input in the model's order; empty to use the manifest's, or the inputs' own names.</param>
    /// <exception cref="DataException">A column is missing, or its vectors are not as wide as the input.</exception>
    /// <exception cref="UsageException">The number of columns is not the number of inputs.</exception>
    public static IReadOnlyList<FeatureInput> Bind(ModelPackage package, ShardSet pool, IReadOnlyList<string> columns)
    {
        var inputs = ModelFile.FeatureInputs(package.Model).Select(v => (v.Name, Dims: DimsOf(v))).ToList();
        RequireRows(package, inputs);
        if (columns.Count > 0 && columns.Count != inputs.Count)
        {
            throw new UsageException($"--features names {columns.Count} columns, the model has {inputs.Count} inputs ({string.Join(", ", inputs.Select(i => i.Name))}): name one column per input");
        }
        if (package.Manifest is null && columns.Count == 0 && inputs.Select((input, i) => (input.Name, Column: Columns(i)[0])).FirstOrDefault(of => !pool.HasColumn(of.Column)) is { Column: { } missing } without)
        {
            throw new DataException($"{pool[0].Path}: no column {missing} for the model's input '{without.Name}': name the column of {(inputs.Count == 1 ? "it" : $"each input ({string.Join(", ", inputs.Select(i => i.Name))}), in this order,")} with --features");
        }
        for (var i = 0; i < inputs.Count; i++)
        {
            ColumnOrigin.Require(Described(i), package.Path, pool, Columns(i));
        }
        FeatureInput[] bound = [.. inputs.Select((input, i) => Bind(input.Name, input.Dims, Columns(i), Described(i), pool) with { Range = RangeOf(package, input.Name) }).Select((input, i) => input with { OtherScale = PoolScale.Difference(Described(i), input.Columns, pool) })];
        foreach (var difference in bound.Select(input => input.OtherScale).OfType<string>())
        {
            Assumptions.Tell(difference);
        }
        return bound;

        ModelInput? Described(int i) => package.Manifest?.Inputs.FirstOrDefault(m => m.Name == inputs[i].Name);

        IReadOnlyList<string> Columns(int i) =>
            columns.Count > 0 ? [columns[i]]
            : Described(i) is { } described ? described.Columns
            : inputs.Count == 1 && !pool.HasColumn(inputs[i].Name) ? [DefaultColumn]
            : [inputs[i].Name];
    }

    /// <summary>An input as the file declares it, fed by a column of its own name.</summary>
    /// <exception cref="DataException">The file leaves more open than the batch, so that only a pool could tell the width.</exception>
    public static FeatureInput Declared(string name, IReadOnlyList<long> dims) =>
        dims is [< 0, _, ..] && dims.Skip(1).All(d => d > 0)
            ? new FeatureInput(name, [new VectorColumn(name, checked((int)dims.Skip(1).Aggregate(1L, (a, d) => a * d)))], dims)
            : throw (dims is [< 0, < 0]
                ? new DataException($"input '{name}' does not say how many numbers a row has, which a pool's column would: 'scorer score' takes it from there; to look at the model without a pool, export it with an input of [batch, N]")
                : Undeclared(name, dims));

    /// <summary>The inputs of a model as its file declares them.</summary>
    /// <exception cref="DataException">See <see cref="Declared(string, IReadOnlyList{long})"/>.</exception>
    public static IReadOnlyList<FeatureInput> Declared(ModelPackage package)
    {
        var inputs = ModelFile.FeatureInputs(package.Model).Select(v => (v.Name, Dims: DimsOf(v))).ToList();
        RequireRows(package, inputs);
        return [.. inputs.Select(input => Declared(input.Name, input.Dims) with { Range = RangeOf(package, input.Name) })];
    }

    /// <summary>The declared shape; rows of any width where the file declares none.</summary>
    private static long[] DimsOf(Graphs.Onnx.ValueInfoProto input) => input.Type.TensorType.Shape is null ? [-1, -1] : ModelFile.Dims(input);

    private static (float, float)? RangeOf(ModelPackage package, string input) => package.WholeInputs.TryGetValue(input, out var type) ? InputTypes.Range(type) : null;

    /// <summary>Refuses an input beside the rows that is one value for all of them, as a dropout's ratio or a temperature.</summary>
    private static void RequireRows(ModelPackage package, IReadOnlyList<(string Name, long[] Dims)> inputs)
    {
        if (inputs.Any(i => i.Dims is [< 0, ..]) && inputs.FirstOrDefault(i => i.Dims is [] or [1]) is { Name: { } number })
        {
            var read = Bodies.AllNodes(package.Model.Graph).FirstOrDefault(n => n.OpType == "Dropout" && n.Input.Skip(1).FirstOrDefault() == number);
            throw new DataException($"{package.Path}: input '{number}' is one value for all rows{(read is null ? "" : ", the ratio of a dropout")}, which no column of a pool is: export the model with it as a constant, or with an initializer of the input's name");
        }
    }

    /// <summary>The shape that a model takes where it is another than the given one; sides of 1 do not count, and a plain row takes any.</summary>
    private static string? Otherwise(string given, string? described, IEnumerable<long> dims)
    {
        long[] sides = [.. dims.Skip(1).Where(d => d != 1)];
        return described is not null ? (described != given ? described : null)
            : sides.Length > 1 && given.Split('x').Where(side => side != "1").ToArray() is { Length: > 1 } own && !own.SequenceEqual(sides.Select(side => $"{side}")) ? string.Join('x', sides)
            : null;
    }

    private static DataException Undeclared(string name, IReadOnlyList<long> dims) =>
        dims.Count < 2
            ? new($"input '{name}' has shape [{string.Join(", ", dims)}], expected the batch and the numbers of a row behind it: export the model with an input of [batch, 1], or [batch, N], and give its numbers as a column of lists")
            : new($"input '{name}' has shape [{string.Join(", ", dims)}], expected [batch, ...] with a free batch and fixed sizes behind: export the model with a dynamic batch axis only");

    /// <summary>Requires bytes that were made of pictures as the model takes them; a column that says nothing of itself is taken as it is.</summary>
    private static void RequirePixels(string column, PixelSpec pixels, ShardSet pool)
    {
        var told = PoolFacts.Of(pool).Pixels.GetValueOrDefault(column);
        if (told is null && column == PixelSpec.Column && !pool.HasColumn(column))
        {
            throw new DataException($"the model takes the pictures themselves, {pixels}, and the pool has no column {column}: give the folder of the pictures as the pool, or train a head on a column without --export full");
        }
        if (told is not null && told != pixels.ToJson())
        {
            throw new DataException($"column {column} was made of pictures as {told}, the model takes {pixels.ToJson()}: give the folder of the pictures as the pool");
        }
    }

    private static FeatureInput Bind(string name, long[] dims, IReadOnlyList<string> columns, ModelInput? described, ShardSet pool)
    {
        if (described?.Pixels is { } pixels)
        {
            RequirePixels(columns[0], pixels, pool);
        }
        var optional = described?.Missing == ModelInput.NaN;
        var vectors = columns.Select(c => pool.Vector(c, optional)).ToList();
        long width = vectors.Sum(v => (long)v.Width);
        if (dims.Length < 2 || dims[0] > 0 || dims.Skip(2).Any(d => d < 0) || dims is [_, < 0, _, ..])
        {
            throw Undeclared(name, dims);
        }
        var shape = dims[1] < 0 && dims.Length == 2 ? [-1, width] : dims;
        var wanted = shape.Skip(1).Aggregate(1L, (a, d) => a * d);
        if (wanted != width && vectors is [{ Shape: null } first] && pool.BeginsWith(first.Name, wanted))
        {
            (vectors, width) = ([first with { Width = (int)wanted }], wanted); // The first row is the odd one.
        }
        if (vectors is [{ Shape: { } given }] && Otherwise(given, described?.Shape, shape) is { } expected)
        {
            throw new DataException($"column {columns[0]} has vectors of {given}, input '{name}' of the model takes {expected}: the same numbers in another order are other rows; write the column in that shape, or as plain lists if they are in that order");
        }
        if (columns.Count == 1 && vectors[0].Shape is null)
        {
            PictureOrder.Require(pool, columns[0], name, shape);
        }
        return wanted == width
            ? new FeatureInput(name, vectors, [-1, .. shape[1..]])
            : throw new DataException($"column {string.Join(" + ", columns)} has vectors of {width} numbers, input '{name}' of the model takes {wanted}: {(SideOf(shape) is { } side && PoolFacts.Of(pool).Pictures.ContainsKey(columns[0]) ? $"it takes pictures of {side} x {side}: give --image-size {side} where the pool is the pictures themselves, to 'trainer import --images' otherwise; their numbers are 0 to 1, for others lay an encoder.json beside the model" : "score the pool that the model was made for, or name other columns with --features")}");
    }

    /// <summary>The side of the square pictures, grey or in colours, that an input of this shape takes; null where it takes none.</summary>
    private static long? SideOf(IReadOnlyList<long> shape) => shape is [_, 1 or 3, var height, var width] && height == width ? width : shape is [_, var h, var w, 1 or 3] && h == w ? w : null;
}
