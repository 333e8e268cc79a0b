using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Torch;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.SemiSupervised;

/// <summary>Trains a network on a set and on rows without labels.</summary>
/// <remarks>The same set, rows and options give the same weights to the last bit. Held-out rows are measured by, never learnt from.</remarks>
internal static class SemiSupervisedRun
{
    private const float UsualEma = 0.999f;

    /// <summary>All epochs that a training will have, teacher and students together, and those of a generative model that is compared.</summary>
    internal static int Epochs(SemiSupervisedOptions learning, TrainOptions options, int rows) => learning.Method == LearningMethod.NoisyStudent
        ? options.EpochsFor(rows) + (learning.StudentRounds * JointTraining.Epochs(options, rows))
        : (learning.HiddenLabels.Count > 0 ? 2 : 1) * JointTraining.Epochs(options, rows);

    /// <summary>Trains.</summary>
    /// <param name="learning">Any method but labels alone.</param>
    /// <param name="ended">Called after each epoch.</param>
    /// <param name="stopping">Looked at before each step.</param>
    /// <param name="standardisation">Of the features; null for that of the training rows.</param>
    /// <exception cref="DataException">See <see cref="TrainRun.Execute"/>; or a teacher was sure of no row.</exception>
    /// <exception cref="UsageException">An option is out of range, or the network is one that this way of learning is not made for.</exception>
    public static TrainedNetwork Execute(
        TrainingSet set, UnlabelledRows unlabelled, TrainOptions options, SemiSupervisedOptions learning, Action<Epoch>? ended = null, Standardisation? standardisation = null,
        CancellationToken stopping = default)
    {
        options.Check();
        return TorchMemory.Guarded(
            () => learning.Method switch
            {
                LearningMethod.NoisyStudent => Student(set, unlabelled, options, learning, ended, standardisation, stopping),
                LearningMethod.GmDgm or LearningMethod.M2 => GenerativeRun.Execute(set, unlabelled, options, learning, ended, standardisation, stopping),
                LearningMethod.FixMatch => FixMatch(set, unlabelled, options, learning, ended, standardisation, stopping),
                _ => MixMatch(set, unlabelled, options, learning, ended, standardisation, stopping),
            },
            options.LessMemory);
    }

    /// <summary>A teacher, then students one after another, each of whom is the next one's teacher.</summary>
    private static TrainedNetwork Student(
        TrainingSet set, UnlabelledRows unlabelled, TrainOptions options, SemiSupervisedOptions learning, Action<Epoch>? ended, Standardisation? standardisation, CancellationToken stopping)
    {
        learning.Check(TrainRun.Build(set, options, standardisation));
        var teacher = TrainRun.Execute(set, options with { Calibrate = Calibrating.None }, ended, standardisation, stopping);
        for (var round = 1; round <= learning.StudentRounds; round++)
        {
            var guesses = Guessed(teacher, unlabelled, options);
            var network = TrainRun.Build(set, options, standardisation); // First weights: a student that began with the teacher's would keep its mistakes.
            using var classifier = new Classifier(network, set.Classes.Count, options);
            var step = new NoisyStudentStep(network, set, unlabelled.Rows, guesses, options);
            var number = round;
            var lineage = new Lineage(teacher.History, epoch => epoch with { StudentRound = number, PseudoLabels = guesses.Count });
            var student = JointTraining.Learn(new Trainee(network, classifier, set, options), rate => step.Take(classifier, rate), ended, stopping, lineage);
            teacher = Described(
                student, new ModelUnlabelled(unlabelled.Rows.Count) { PseudoLabels = guesses.Count },
                Recipe.Text($"noisy student {round} of {learning.StudentRounds}: guesses from {PseudoLabels.LeastConfidence} on, classes up-sampled to the most frequent with {PseudoLabels.MostCopies} copies of a row at most, the loss of guesses scaled to the running mean of the labels' loss"));
        }
        return teacher;
    }

    private static TrainedNetwork MixMatch(
        TrainingSet set, UnlabelledRows unlabelled, TrainOptions options, SemiSupervisedOptions learning, Action<Epoch>? ended, Standardisation? standardisation, CancellationToken stopping)
    {
        var averaged = options with { Steps = options.Steps with { Ema = options.Steps.Ema ?? UsualEma } };
        var network = TrainRun.Build(set, averaged, standardisation);
        learning.Check(network);
        var mixes = learning.Mixes(set.Training.Count, set.Classes.Count);
        var steps = JointTraining.Steps(averaged, set.Training.Count);
        using var classifier = new Classifier(network, set.Classes.Count, averaged);
        var step = new MixMatchStep(network, set, unlabelled.Rows, averaged, mixes, steps);
        var trained = JointTraining.Learn(new Trainee(network, classifier, set, averaged), rate => step.Take(classifier, rate), ended, stopping);
        var why = learning.Mixup == MixupChoice.Auto ? Recipe.Text($" ({set.Training.Count} labels of {set.Classes.Count} classes; from {SemiSupervisedOptions.LabelsToMix} a class on)") : "";
        return Described(
            trained, new ModelUnlabelled(unlabelled.Rows.Count),
            Recipe.Text($"MixMatch: guesses aligned with the frequencies of the labels, sharpened at {MixMatchStep.Temperature}, weight {MixMatchStep.Weight} at the end of an even rise, {(mixes ? "mixed" : "not mixed")}{why}"));
    }

    private static TrainedNetwork FixMatch(
        TrainingSet set, UnlabelledRows unlabelled, TrainOptions options, SemiSupervisedOptions learning, Action<Epoch>? ended, Standardisation? standardisation, CancellationToken stopping)
    {
        var network = TrainRun.Build(set, options, standardisation);
        learning.Check(network);
        using var classifier = new Classifier(network, set.Classes.Count, options);
        var step = new FixMatchStep(network, set, unlabelled.Rows, options);
        var trained = JointTraining.Learn(new Trainee(network, classifier, set, options), rate => step.Take(classifier, rate), ended, stopping);
        return Described(
            trained, new ModelUnlabelled(unlabelled.Rows.Count),
            Recipe.Text($"FixMatch: guesses aligned with the frequencies of the labels, learnt from {FixMatchStep.LeastConfidence} on, {FixMatchStep.Share} rows without labels for each one with"));
    }

    /// <summary>What a teacher guesses: of rows as they are, dropout off.</summary>
    private static PseudoLabels Guessed(TrainedNetwork teacher, UnlabelledRows unlabelled, TrainOptions options)
    {
        using var classifier = new Classifier(teacher.Network, teacher.Set.Classes.Count, options);
        var guesses = PseudoLabels.Of(classifier.Logits(unlabelled.Rows), teacher.Set.Classes.Count);
        return guesses.Count > 0
            ? guesses
            : throw new DataException($"the teacher is sure of none of the {unlabelled.Rows.Count} unlabelled rows, expected a probability of {Recipe.Text($"{PseudoLabels.LeastConfidence}")} or more for some: label more rows, or learn from labels alone");
    }

    private static TrainedNetwork Described(TrainedNetwork trained, ModelUnlabelled use, string how) =>
        trained with { Unlabelled = use, Recipe = new Dictionary<string, string>(trained.Recipe) { [Recipe.Learning] = how } };
}
