using ParquetPool.Columns;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Grams;
using ParquetPool.Shards;

namespace ParquetPool.Shared.Tests.Contract;

/// <summary>Vectors of the same name and width that another encoder made are other rows, which their numbers do not show.</summary>
public sealed class ColumnOriginTests : IDisposable
{
    private static readonly EncodedColumn Characters = HashedText.Column(TextGramKind.Characters, 4);
    private static readonly EncodedColumn ByResNet = new("resnet18", "aa");
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_model_refuses_vectors_that_another_encoder_made()
    {
        var learnt = ColumnOrigin.Named([new ModelInput("features", ["features", "embedding"], [-1, 8])], Pool("learnt", Characters, ByResNet));

        learnt[0].Encoders.Should().Equal(new Dictionary<string, EncodedColumn> { ["features"] = Characters, ["embedding"] = ByResNet });
        Requiring(learnt, "same", Characters, ByResNet).Should().NotThrow();
        Requiring(learnt, "words", HashedText.Column(TextGramKind.Words, 4), ByResNet).Should().Throw<DataException>()
            .WithMessage("*words*a.parquet: the vectors in features were made by text-grams:words (SHA-256 *, models/m has those of text-grams:characters (SHA-256 *make them with 'trainer import --text-grams characters' and the same --text-width, or train on vectors like these");
        Requiring(learnt, "other", Characters, new("resnet18", "bb")).Should().Throw<DataException>().WithMessage("*in embedding were made by resnet18 (SHA-256 bb), models/m has those of resnet18 (SHA-256 aa)*--encoder resnet18'*");
    }

    [Fact]
    public void Shards_that_say_nothing_are_taken_as_they_are()
    {
        var learnt = ColumnOrigin.Named([new ModelInput("features", ["features", "embedding"], [-1, 8])], Pool("learnt", Characters, ByResNet));

        Requiring(learnt, "silent", null, null).Should().NotThrow();
        ColumnOrigin.Named([new ModelInput("features", ["features"], [-1, 4])], Pool("numbers", null, null))[0].Encoders.Should().BeNull();
    }

    [Fact]
    public void Two_pools_of_one_rehearsal_are_made_alike()
    {
        var pool = Pool("pool", Characters, ByResNet);
        var test = Pool("test", Characters, new("mine.onnx", "cc"));

        FluentActions.Invoking(() => ColumnOrigin.RequireAlike(pool, test, [pool.Vector("features")])).Should().NotThrow();
        FluentActions.Invoking(() => ColumnOrigin.RequireAlike(pool, test, [pool.Vector("embedding")])).Should().Throw<DataException>().WithMessage("*in embedding were made by mine.onnx*");
    }

    private Action Requiring(IReadOnlyList<ModelInput> learnt, string name, EncodedColumn? features, EncodedColumn? embedding)
    {
        var pool = Pool(name, features, embedding);
        return () => ColumnOrigin.Require(learnt, "models/m", pool, [pool.Vector("features"), pool.Vector("embedding")]);
    }

    private ShardSet Pool(string name, EncodedColumn? features, EncodedColumn? embedding)
    {
        var facts = features?.In(PoolFacts.None, "features") ?? PoolFacts.None;
        facts = embedding?.In(facts, "embedding") ?? facts;
        using var writer = new ShardWriter(folder.File(name, "a.parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatList, 4), new("embedding", ShardType.FloatList, 4)], facts.In(new Provenance("test")));
        writer.Write(1, new[] { "a" }, new float[4], new float[4]);
        writer.Complete();
        return ShardSet.Resolve([folder.File(name)]);
    }
}
