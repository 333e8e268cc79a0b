using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Trainer.Augmentation;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Tests.Training;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Tests.Augmentation;

public class AugmenterTests
{
    private const string Image = """{ "image": [1, 4, 4], "layers": [ { "type": "conv", "channels": 4 }, { "type": "globalAveragePool" }, { "type": "dense", "units": 8, "dropout": 0.2 } ] }""";

    [Fact]
    public void A_copy_is_a_function_of_seed_row_step_and_copy()
    {
        var row = Blobs.Features(1);
        var first = Vectors(seed: 1).Alter(row, 3, 5, 0);

        Vectors(seed: 1).Alter(row, 3, 5, 0).Should().Equal(first);
        Vectors(seed: 1).Alter(row, 3, 5, 70_000).Should().NotEqual(first).And.NotEqual(row, "a step may have more copies than there are numbers for");
        foreach (var other in (float[][])[Vectors(seed: 2).Alter(row, 3, 5, 0), Vectors(1).Alter(row, 4, 5, 0), Vectors(1).Alter(row, 3, 6, 0), Vectors(1).Alter(row, 3, 5, 1)])
        {
            other.Should().NotEqual(first);
        }
        row.Should().Equal(Blobs.Features(1), "the row itself stays");
    }

    [Fact]
    public void Numbers_are_a_picture_where_the_network_takes_one()
    {
        float[] picture = [.. Enumerable.Range(0, Blobs.Width).Select(i => (float)i)];
        var (asPicture, asVector) = (Of(NetworkSpec.Parse(Image, "image"), AugmentStrength.Light), Vectors(1, AugmentStrength.Light));
        var copies = Enumerable.Range(0, 50).Select(row => asPicture.Alter(picture, row, 0)).ToList();

        copies.Should().Contain(copy => copy.SequenceEqual(Enumerable.Range(0, 16).Select(i => (float)((i / 4 * 4) + 3 - (i % 4)))), "some are mirrored and no more");
        Enumerable.Range(0, 50).Select(row => asVector.Alter(picture, row, 0)).Should().OnlyContain(copy => copy[15] > copy[0], "a vector's features keep their places");
    }

    [Fact]
    public void Layers_take_pictures_channel_after_channel_however_narrow_they_are()
    {
        float[] picture = [.. Enumerable.Range(0, Blobs.Width).Select(i => (float)i)];
        var narrow = Of(NetworkSpec.Parse(Image.Replace("[1, 4, 4]", "[4, 4, 1]", StringComparison.Ordinal), "narrow"), AugmentStrength.Light);

        Enumerable.Range(0, 50).Select(row => narrow.Alter(picture, row, 0)).Should().Contain(copy => copy.SequenceEqual(picture)).And
            .NotContain(copy => copy.SequenceEqual(Enumerable.Range(0, 16).Select(i => (float)((i / 4 * 4) + 3 - (i % 4)))), "one column has nothing to mirror");
    }

    [Fact]
    public void Hashed_texts_lose_words_and_keep_their_length()
    {
        float[] text = [0.5f, 0, -0.5f, 0, 0, 0, 0.5f, 0, 0, 0, 0, 0, 0, 0, 0, 0.5f];
        var network = NetworkBuilder.Build(NetworkSpec.Load("mlp"), [new("features", Blobs.Width)], 3, new Standardisation(new float[Blobs.Width], new float[Blobs.Width]), seed: 0);
        var augmenter = Augmenter.Of(new AugmentOptions { Strength = AugmentStrength.Strong }, network, [text], seed: 1)!;
        var copies = Enumerable.Range(0, 50).Select(row => augmenter.Alter(text, row, 0)).ToList();

        copies.Should().OnlyContain(copy => Math.Abs(copy.Sum(v => v * v) - 1) < 1e-5 && copy.Zip(text).All(p => p.Second != 0 || p.First == 0));
        copies.Should().Contain(copy => copy.Count(v => v != 0) < 4).And.Contain(copy => copy.SequenceEqual(text));
    }

    [Fact]
    public void A_vector_that_a_row_lacks_is_lacking_in_its_copies()
    {
        var set = Modalities.Set(40);
        var network = NetworkBuilder.Build(NetworkSpec.Load("late-fusion"), set.Columns, set.Classes.Count, Standardisation.Of([.. set.Training.Select(r => r.Features)], 1), 0);
        var augmenter = Augmenter.Of(new AugmentOptions { Strength = AugmentStrength.Strong }, network, [.. set.Training.Select(r => r.Features)], 1)!;

        foreach (var row in set.Training)
        {
            augmenter.Alter(row.Features, 0, 0).Select(float.IsNaN).Should().Equal(row.Features.Select(float.IsNaN));
        }
    }

    [Fact]
    public void Token_ids_are_not_altered()
    {
        var spec = NetworkSpec.Parse("""{ "layers": [ { "type": "embedding", "tokens": 30, "width": 4 }, { "type": "poolSequence" }, { "type": "dropout", "rate": 0.5 } ] }""", "tokens");

        FluentActions.Invoking(() => Of(spec, AugmentStrength.Medium)).Should().Throw<UsageException>().WithMessage("--augment is medium, the network reads token ids alone, expected none*");
    }

    [Fact]
    public void Altered_rows_are_learnt_from_and_the_same_seed_gives_the_same_bytes()
    {
        TrainedNetwork Train(AugmentStrength strength) =>
            TrainRun.Execute(Blobs.Set(120), new TrainOptions { Network = NetworkSpec.Parse(Image, "image"), Epochs = 3, Augment = new() { Strength = strength } });

        var altered = Train(AugmentStrength.Strong);

        ModelFile.ToBytes(Train(AugmentStrength.Strong).Network.Forward).Should().Equal(ModelFile.ToBytes(altered.Network.Forward));
        ModelFile.ToBytes(Train(AugmentStrength.None).Network.Forward).Should().NotEqual(ModelFile.ToBytes(altered.Network.Forward));
        altered.Recipe["augment"].Should().Be("strong");
        HoldoutScore.Of(altered.HoldoutLogits, altered.Set.Holdout).Loss.Should().Be(altered.Best.HoldoutLoss, "held-out rows are measured as they are");
    }

    private static Augmenter Vectors(ulong seed, AugmentStrength strength = AugmentStrength.Medium) => Of(NetworkSpec.Load("mlp"), strength, seed);

    private static Augmenter Of(NetworkSpec spec, AugmentStrength strength, ulong seed = 1)
    {
        VectorColumn[] columns = [new("features", Blobs.Width)];
        var network = NetworkBuilder.Build(spec, columns, 3, new Standardisation(new float[Blobs.Width], new float[Blobs.Width]), seed: 0);
        return Augmenter.Of(new AugmentOptions { Strength = strength }, network, [.. Enumerable.Range(0, 30).Select(Blobs.Features), [.. Enumerable.Range(0, Blobs.Width).Select(i => (float)i)]], seed)!;
    }
}
