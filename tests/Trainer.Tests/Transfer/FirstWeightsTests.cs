using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Trainer.Layers;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Publishing;
using ParquetPool.Trainer.Tests.Training;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.Transfer;

namespace ParquetPool.Trainer.Tests.Transfer;

public class FirstWeightsTests
{
    private static readonly NetworkSpec Spec = new([new Dense(12, BatchNorm: true, Dropout: 0.2f), new Dense(6, Dropout: 0.2f)]);

    [Fact]
    public void Layers_statistics_and_standardisation_are_the_given_ones_and_the_head_is_new()
    {
        var given = Given();

        var network = FirstWeights.In(Built(Spec, classes: 5), given);

        var own = Values(Built(Spec, classes: 5));
        var (found, expected) = (Values(network), given.Model.Graph.Initializer.ToDictionary(t => t.Name));
        foreach (var name in (string[])["feature_mean", "feature_scale", "dense_weight", "norm_scale", "norm_mean", "norm_variance", "dense_weight_2", "dense_bias"])
        {
            found[name].Should().Equal(Tensors.ToFloats(expected[name]), name).And.NotEqual(own[name], name);
        }
        (found["dense_weight_3"], found["dense_bias_2"]).Should().BeEquivalentTo((own["dense_weight_3"], own["dense_bias_2"]), "the given model's head is of three classes");
    }

    [Fact]
    public void A_training_starts_where_the_given_model_ended()
    {
        var set = Blobs.Set(100);
        TrainedNetwork Train(ModelPackage? given) => TrainRun.Execute(set, new TrainOptions { Network = Spec, Epochs = 1, FirstWeights = given });

        var (first, second) = (Train(null), Train(Given()));

        second.History[0].HoldoutLoss.Should().BeLessThan(first.History[0].HoldoutLoss);
        second.Recipe[Recipe.FirstWeights].Should().StartWith("blobs, round 1, in memory, SHA-256 ");
        first.Recipe.Should().NotContainKey(Recipe.FirstWeights);
    }

    [Fact]
    public void Layers_that_do_not_fit_are_named_with_both_shapes()
    {
        Starting(Spec with { Layers = [new Dense(12, BatchNorm: true), new Dense(8, Dropout: 0.2f)] }, Blobs.Columns)
            .Should().Throw<DataException>().WithMessage("--from blobs, round 1, in memory has [12, 6] in its 'dense_weight_2', the network's layers have [12, 8] there: *");
        Starting(Spec with { Layers = [.. Spec.Layers, new Dense(4)] }, Blobs.Columns)
            .Should().Throw<DataException>().WithMessage("*has [6, 3] in its 'dense_weight_3', the network's layers have [6, 4] there: *");
        Starting(Spec with { Layers = [new Dense(12), .. Spec.Layers] }, Blobs.Columns).Should().Throw<DataException>();
        Starting(Spec with { Layers = [new Dense(12, BatchNorm: true), new LayerNorm(), new Dense(6, Dropout: 0.2f)] }, Blobs.Columns)
            .Should().Throw<DataException>().WithMessage("*has no 'norm_scale_2', the network's layers have [12] there: *");
        Starting(Spec, [new VectorColumn("other", 9)]).Should().Throw<DataException>().WithMessage("*has [16] in its 'feature_mean', the network's layers have [9] there: give the --network and --features that the model was made of, or leave --network out");
        FluentActions.Invoking(() => FirstWeights.In(Built(Spec, 3), GivenModels.Vectors(Blobs.Width))).Should().Throw<DataException>().WithMessage("--from given.onnx has no 'feature_mean'*");
    }

    private static Action Starting(NetworkSpec spec, VectorColumn[] columns)
    {
        var width = columns.Sum(c => c.Width);
        var network = NetworkBuilder.Build(spec, columns, 3, new Standardisation(new float[width], new float[width]), seed: 7);
        return () => FirstWeights.In(network, Given());
    }

    private static ModelPackage Given() =>
        ModelPublisher.InMemory("blobs", 1, TrainRun.Execute(Blobs.Set(100), new TrainOptions { Network = Spec, Epochs = 20, Steps = new() { LearningRate = 5e-3f } }), 0, TimeProvider.System);

    private static Network Built(NetworkSpec spec, int classes) => NetworkBuilder.Build(spec, Blobs.Columns, classes, new Standardisation(new float[Blobs.Width], new float[Blobs.Width]), seed: 7);

    private static Dictionary<string, float[]> Values(Network network) =>
        network.Forward.Graph.Initializer.Where(t => network.Parameters.Contains(t.Name) || network.Statistics.Contains(t.Name) || NetworkBuilder.Standardises(t.Name)).ToDictionary(t => t.Name, Tensors.ToFloats);
}
