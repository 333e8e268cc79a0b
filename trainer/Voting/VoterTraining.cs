using ParquetPool.Randomness;
using ParquetPool.Trainer.Losses;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Operators;
using ParquetPool.Trainer.Optimisers;
using ParquetPool.Trainer.Torch;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Voting;

/// <summary>Learns a <see cref="VoterNetwork"/> from votes: first what is voted, whoever votes, then what each annotator votes.</summary>
/// <remarks>Classes are learnt by their cross-entropy, grades by the ranked probability score, which knows how far apart they lie. Both parts keep the weights of the epoch whose loss is lowest on the votes of a tenth of the rows. The same votes and seed give the same weights.</remarks>
internal sealed class VoterTraining : IDisposable
{
    /// <summary>The highest rate.</summary>
    internal const float Rate = 2e-3f;

    /// <summary>The share of the rows whose votes choose the epoch.</summary>
    internal const double HeldOut = 0.1;

    private const int Tile = 256;
    private const int LeastEpochs = 5;
    private const double Unknown = 0.1; // The share of votes that teach what somebody unknown says.

    private readonly VoteTable table;
    private readonly float[][] features; // [row]
    private readonly TrainOptions options;
    private readonly TorchNetwork network;
    private readonly TrainingSession session;
    private readonly Vote[] learnt;
    private readonly Vote[] held;

    /// <param name="features">[row][feature]</param>
    /// <param name="isCounted">Of a vote's place.</param>
    /// <param name="standardisation">Of the features.</param>
    public VoterTraining(VoteTable table, float[][] features, Func<int, bool> isCounted, Standardisation standardisation, ulong seed)
    {
        (this.table, this.features) = (table, features);
        options = new TrainOptions { Seed = seed, Steps = new StepOptions { LearningRate = Rate } };
        TorchLibrary.Use(options.Device);
        var graph = VoterNetwork.Of(standardisation, table.Annotators.Count, table.Classes.Count, seed);
        network = new TorchNetwork(graph.Graph, graph.Parameters);
        session = new TrainingSession(network, new Dictionary<string, Tensor>(), options);
        Vote[] votes = [.. table.Votes.Where((_, place) => isCounted(place))];
        held = [.. votes.Where(v => Holdout.Place(table.Ids[v.Row]) < HeldOut)];
        learnt = [.. votes.Where(v => Holdout.Place(table.Ids[v.Row]) >= HeldOut)];
        if (held.Length == 0 || learnt.Length == 0)
        {
            (learnt, held) = (votes, votes);
        }
    }

    /// <summary>Learns what is voted, whoever votes.</summary>
    /// <param name="advance">Told of each step.</param>
    public void LearnHistogram(Action<long> advance, CancellationToken stopping) => Part(VoterNetwork.Histogram, advance, stopping);

    /// <summary>Learns what each annotator votes, from where the histogram stands.</summary>
    /// <param name="advance">Told of each step.</param>
    public void LearnVoters(Action<long> advance, CancellationToken stopping) => Part(VoterNetwork.Voter, advance, stopping);

    /// <summary>Grades are learnt longer: their score overfits later than a cross-entropy.</summary>
    internal static int StepsOfPart(VoteTable table) => table.Grades is null ? 1500 : 3000;

    private int Epochs => Math.Max(LeastEpochs, StepsOfPart(table) / options.Steps.Batches.Count(learnt.Length));

    /// <summary>[row, class]: what an annotator would vote.</summary>
    /// <param name="output">Of the histogram or of the voter.</param>
    /// <param name="annotator">From 1; 0 for somebody unknown.</param>
    public double[] Probabilities(string output, float[][] rows, int annotator)
    {
        var (found, classes) = (new double[rows.Length * table.Classes.Count], table.Classes.Count);
        session.Predict(pass =>
        {
            for (var start = 0; start < rows.Length; start += Tile)
            {
                using var scope = torch.NewDisposeScope();
                var (count, first) = (Math.Min(Tile, rows.Length - start), start);
                float[][] tile = [.. Enumerable.Range(0, Tile).Select(i => rows[first + (i % count)])];
                var values = network.Forward(Inputs(tile, [.. Enumerable.Repeat((long)annotator, Tile)]), [output], pass)[0];
                var probabilities = TensorConversion.ToArray<float>(torch.nn.functional.softmax(values, -1));
                for (var i = 0; i < count * classes; i++)
                {
                    found[(start * classes) + i] = probabilities[i];
                }
            }
        });
        return found;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        session.Dispose();
        network.Dispose();
    }

    private void Part(string output, Action<long> advance, CancellationToken stopping)
    {
        var batches = options.Steps.Batches;
        var rate = new LearningRate(options.Steps.LearningRate, 0, Epochs * batches.Count(learnt.Length), options.Steps.Schedule);
        var (best, state, began) = (double.PositiveInfinity, session.Snapshot(0), session.Steps);
        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            foreach (var batch in batches.Epoch(learnt.Length, options.Seed, epoch))
            {
                stopping.ThrowIfCancellationRequested();
                Vote[] votes = [.. batch.Select(place => learnt[place])];
                var step = session.Steps;
                session.Step(pass => Loss(output, votes, pass, step), rate.At(step - began));
                advance(1);
            }
            if (HeldLoss(output) is var loss && loss < best)
            {
                (best, state) = (loss, session.Snapshot(0));
            }
        }
        session.Resume(state);
    }

    private double HeldLoss(string output)
    {
        var sum = 0.0;
        session.Predict(pass =>
        {
            foreach (var votes in held.Chunk(Tile))
            {
                using var scope = torch.NewDisposeScope();
                sum += TensorConversion.ToArray<float>(Loss(output, votes, pass, step: null))[0] * votes.Length;
            }
        });
        return sum / held.Length;
    }

    /// <param name="step">By which some annotators are forgotten; null for none.</param>
    private Tensor Loss(string output, Vote[] votes, Pass pass, int? step)
    {
        long[] annotators = [.. votes.Select(v => v.Annotator + 1L)];
        if (step is { } number)
        {
            var draw = new PhiloxStream(options.Seed, Purpose.UnknownAnnotators, (uint)number);
            annotators = Array.ConvertAll(annotators, a => draw.Uniform() < Unknown ? 0 : a);
        }
        var targets = new float[votes.Length * table.Classes.Count];
        foreach (var (place, vote) in votes.Index())
        {
            targets[(place * table.Classes.Count) + vote.Class] = 1;
        }
        var logits = network.Forward(Inputs([.. votes.Select(v => features[v.Row])], annotators), [output], pass)[0];
        var wanted = TensorConversion.ToTensor(targets, votes.Length, table.Classes.Count);
        return (table.Grades is { } grades ? RankedProbability.Of(logits, wanted, TensorConversion.ToTensor(RankedProbability.Below(grades), grades.Length, grades.Length - 1)) : default(CrossEntropy).Of(logits, wanted)).mean();
    }

    private static Dictionary<string, Tensor> Inputs(float[][] rows, long[] annotators) => new()
    {
        [VoterNetwork.Features] = TensorConversion.ToTensor([.. rows.SelectMany(r => r)], rows.Length, rows[0].Length),
        [VoterNetwork.Annotator] = TensorConversion.ToTensor(annotators, annotators.Length),
    };
}
