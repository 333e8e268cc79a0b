using ParquetPool.Trainer.Embedding;
using ParquetPool.Trainer.Layers;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Studies;
using ParquetPool.Trainer.Tests.Training;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Tests.Studies;

public sealed class RelatedTrainingTests
{
    private static readonly NetworkSpec Spec = new([new Dense(5, Dropout: 0.2f)]);
    private static readonly Standardisation AsTheyAre = new(new float[Blobs.Width], [.. Enumerable.Repeat(1f, Blobs.Width)]);

    [Fact]
    public void The_own_head_is_the_first_logits_of_both()
    {
        var both = NetworkBuilder.Build(Spec, Blobs.Columns, 7, AsTheyAre, seed: 1);
        var own = RelatedTraining.OwnHead(NetworkBuilder.Build(Spec, Blobs.Columns, 3, AsTheyAre, seed: 2), both);

        using var all = new Classifier(both, 7, new TrainOptions());
        using var few = new Classifier(own, 3, new TrainOptions());
        var rows = Rows(3);
        var (more, less) = (all.Logits(rows), few.Logits(rows));
        foreach (var (row, c) in from row in Enumerable.Range(0, rows.Length) from c in Enumerable.Range(0, 3) select (row, c))
        {
            less[(row * 3) + c].Should().BeApproximately(more[(row * 7) + c], 1e-5f);
        }
    }

    [Fact]
    public void A_step_loses_the_mean_of_both_tasks_each_by_its_own_classes()
    {
        var (own, other) = (Rows(3), Rows(4));
        var set = new TrainingSet(Blobs.Columns, ["a", "b", "c"], own, []);
        var options = new TrainOptions { Steps = new() { BatchRows = 6 } };
        var network = NetworkBuilder.Build(new NetworkSpec([new Dense(5)]), Blobs.Columns, 7, AsTheyAre, seed: 1);
        using var classifier = new Classifier(network, 7, options);
        var (ofOwn, ofOther) = (CrossEntropyOf(classifier.Logits(own), own, 0, 3), CrossEntropyOf(classifier.Logits(other), other, 3, 4));

        var losses = new RelatedStep(network, set, new PoolSample(Blobs.Columns, ["p", "q", "r", "s"], other, []), options).Take(classifier, 0.01f);

        losses.Labelled.Should().BeApproximately(ofOwn, 1e-4);
        losses.Unlabelled.Should().BeApproximately(ofOther, 1e-4);
        losses.Total.Should().BeApproximately(ofOwn, 1e-4, "the other loss is scaled to it in the first step");
    }

    private static LabelledRow[] Rows(int classes) => [.. Enumerable.Range(0, 6).Select(i => new LabelledRow($"{i}", [.. Enumerable.Range(0, Blobs.Width).Select(f => MathF.Sin((7 * i) + f + classes))], i % classes))];

    /// <summary>In nats, among some of the logits.</summary>
    private static double CrossEntropyOf(float[] logits, LabelledRow[] rows, int first, int classes) => rows.Select((row, i) =>
    {
        var of = logits.AsSpan((i * 7) + first, classes).ToArray();
        return Math.Log(of.Sum(l => Math.Exp(l))) - of[row.Class];
    }).Average();
}
