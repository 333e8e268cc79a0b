using ParquetPool.Columns;
using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Scorer.Models;
using ParquetPool.Shards;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Scorer.Tests.Models;

/// <summary>Vectors of lists in lists are given to inputs of their shape only.</summary>
public sealed class FeatureInputTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("[[1, 2, 3], [4, 5, 6]]", true)]
    [InlineData("[[[1, 2, 3], [4, 5, 6]]]", true)]
    [InlineData("[1, 2, 3, 4, 5, 6]", true)]
    [InlineData("[[1, 2, 3, 4, 5, 6]]", true)]
    [InlineData("[[1, 2], [3, 4], [5, 6]]", false)]
    [InlineData("[[[1], [2], [3]], [[4], [5], [6]]]", true)]
    public void AnInputOfTwoTimesThreeTakesRowsOfThatShape(string vector, bool isTaken)
    {
        var pool = Pool(vector);
        var model = TestModels.Build([1, 2, 3], 3, (w, x, _) => w.Dense(w.Graph.Op("Flatten", [x]), 6, 3));

        var bind = () => FeatureInput.Bind(model, pool, []);

        if (isTaken)
        {
            bind.Should().NotThrow();
        }
        else
        {
            bind.Should().Throw<DataException>().WithMessage("*column features has vectors of 3x2, input 'features' of the model takes 2x3*");
        }
    }

    [Fact]
    public void InputsWithoutColumnsOfTheirNamesSayHowToNameThem()
    {
        var model = TestModels.Build([2], 3, (w, x, _) => w.Dense(w.Graph.Op("Concat", [x, w.Graph.Input("mask", DataType.Float, -1, 2)], Attributes.Int("axis", 1)), 4, 3));

        FluentActions.Invoking(() => FeatureInput.Bind(model, Pool("[1, 2]"), [])).Should().Throw<DataException>().WithMessage("*no column mask for the model's input 'mask'*each input (features, mask), in this order, with --features");
    }

    [Theory]
    [InlineData(false, "*input 'rate' is one value for all rows, the ratio of a dropout, which no column of a pool is: export the model with it as a constant*")]
    [InlineData(true, "*input 'rate' is one value for all rows, which no column of a pool is: export the model with it as a constant*")]
    public void AnInputThatIsOneNumberForAllRowsIsAskedForAsAConstant(bool isTemperature, string message)
    {
        var model = TestModels.Build([2], 3, (w, x, on) =>
        {
            var rate = w.Graph.Input("rate", DataType.Float, isTemperature ? new long[] { 1 } : []);
            return w.Dense(isTemperature ? w.Graph.Op("Div", [x, rate]) : w.Graph.Op("Dropout", [x, rate, on]), 2, 3);
        });

        FluentActions.Invoking(() => FeatureInput.Bind(model, Pool("[1, 2]"), [])).Should().Throw<DataException>().WithMessage(message);
        FluentActions.Invoking(() => FeatureInput.Declared(model)).Should().Throw<DataException>().WithMessage(message);
    }

    [Fact]
    public void AnInputWithoutADeclaredShapeIsAsWideAsThePoolsColumn()
    {
        var model = TestModels.Build([6], 3, (w, x, _) => w.Dense(x, 6, 3));
        model.Model.Graph.Input.Single(i => i.Name == "features").Type.TensorType.Shape = null;

        FeatureInput.Bind(model, Pool("[1, 2, 3, 4, 5, 6]"), [])[0].Dims.Should().Equal(-1, 6);
        FluentActions.Invoking(() => FeatureInput.Declared(model)).Should().Throw<DataException>().WithMessage("*'features' does not say how many numbers a row has*'scorer score' takes it from there*");
    }

    [Theory]
    [InlineData("[1, 2, 3], [1, 2], [4, 5]", 2)]
    [InlineData("[1, 2], [1, 2, 3], [4, 5]", 2)]
    [InlineData("[1, 2, 3], [1, 2, 3], [4]", null)]
    public void AnOddFirstRowDoesNotRefuseTheRowsThatFit(string vectors, int? width)
    {
        var model = TestModels.Build([2], 3, (w, x, _) => w.Dense(x, 2, 3));
        using (var duckDb = new DuckDb())
        {
            duckDb.Execute($"COPY (SELECT 'r' || i AS id, [{vectors}][i]::FLOAT[] AS features FROM range(1, 4) AS t(i)) TO {Sql.Text(folder.File("a.parquet"))} (FORMAT parquet)");
        }
        var bind = () => FeatureInput.Bind(model, ShardSet.Resolve([folder.File("a.parquet")]), [])[0];

        if (width is { } fits)
        {
            bind().Columns[0].Width.Should().Be(fits);
        }
        else
        {
            bind.Should().Throw<DataException>().WithMessage("*vectors of 3 numbers*takes 2*");
        }
    }

    [Fact]
    public void AModelTrainedOnOneShapeDoesNotScoreAnother()
    {
        var model = TestModels.Build([6], 3, (w, x, _) => w.Dense(x, 6, 3));
        ModelInput Of(string? shape) => new("features", ["features"], [-1, 6]) { Shape = shape };
        FeatureInput Bind(string? shape, string vector) => FeatureInput.Bind(model with { Manifest = Manifest(Of(shape)) }, Pool(vector), [])[0];

        Bind("2x3", "[[1, 2, 3], [4, 5, 6]]").Columns[0].Shape.Should().Be("2x3");
        Bind("2x3", "[1, 2, 3, 4, 5, 6]").Width.Should().Be(6);
        Bind(null, "[[1, 2], [3, 4], [5, 6]]").Width.Should().Be(6);
        FluentActions.Invoking(() => Bind("2x3", "[[1, 2], [3, 4], [5, 6]]")).Should().Throw<DataException>().WithMessage("*vectors of 3x2*takes 2x3*");
    }

    [Theory]
    [InlineData("3x2x2", 2, 2, 3, false)]
    [InlineData("3x2x2", 3, 2, 2, true)]
    [InlineData("2x2x3", 3, 2, 2, false)]
    [InlineData("3x2x2", 1, 3, 4, true)]
    [InlineData("3x4", 3, 4, 1, true)]
    public void PicturesGoToModelsThatTakeTheirChannelsWhereTheyAre(string picture, int a, int b, int c, bool isTaken)
    {
        using (var writer = new ShardWriter(folder.File("a.parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatList, 12)], new Provenance("test").With("picture.features", picture)))
        {
            writer.Write(1, new[] { "a" }, new float[12]);
            writer.Complete();
        }
        var model = TestModels.Build([a, b, c], 3, (w, x, _) => w.Dense(w.Graph.Op("Flatten", [x]), 12, 3));

        var bind = () => FeatureInput.Bind(model, ShardSet.Resolve([folder.File("a.parquet")]), []);

        if (isTaken)
        {
            bind.Should().NotThrow();
        }
        else
        {
            bind.Should().Throw<DataException>().WithMessage($"*column features has pictures of {picture}, input 'features' of the model takes {a}x{b}x{c}*");
        }
    }

    [Fact]
    public void PicturesOfAnotherSizeThanTheModelTakesSayWhichToGive()
    {
        using (var writer = new ShardWriter(folder.File("a.parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatList, 12)], new Provenance("test").With("picture.features", "3x2x2")))
        {
            writer.Write(1, new[] { "a" }, new float[12]);
            writer.Complete();
        }
        var model = TestModels.Build([3, 4, 4], 3, (w, x, _) => w.Dense(w.Graph.Op("Flatten", [x]), 48, 3));

        FluentActions.Invoking(() => FeatureInput.Bind(model, ShardSet.Resolve([folder.File("a.parquet")]), [])).Should().Throw<DataException>().WithMessage("*takes 48: it takes pictures of 4 x 4: give --image-size 4*");
    }

    private static ModelManifest Manifest(ModelInput input) => new()
    {
        Task = "t",
        Round = 1,
        CreatedUtc = default,
        Classes = ["a", "b", "c"],
        Inputs = [input],
        Outputs = [],
        Dropout = [],
        Sha256 = "",
        Training = new(1, 1, 0, 1, 1, 1, 1, new Dictionary<string, string>()),
    };

    private ShardSet Pool(string vector)
    {
        using var duckDb = new DuckDb();
        duckDb.Execute($"COPY (SELECT 1 AS id, {vector} AS features) TO {Sql.Text(folder.File("a.parquet"))} (FORMAT parquet)");
        return ShardSet.Resolve([folder.File("a.parquet")]);
    }
}
