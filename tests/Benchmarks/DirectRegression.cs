using ParquetPool.Graphs;
using ParquetPool.Trainer.LayerWriting;
using ParquetPool.Trainer.Libtorch;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Operators;
using ParquetPool.Trainer.Optimisers;
using ParquetPool.Trainer.Torch;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;
using ParquetPool.Trainer.Voting;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Benchmarks;

/// <summary>What a histogram is compared with: the same layers, first weights, steps and held-out rows, but each vote is learnt as a number, by its squared error.</summary>
internal static class DirectRegression
{
    private const int Units = 64;
    private const float Dropout = 0.2f;

    /// <summary>[row of the test]: the grade expected.</summary>
    public static double[] Predict(VoteTable table, float[][] rows, float[][] tested, ulong seed)
    {
        TorchLibrary.Use(default);
        var options = new TrainOptions { Seed = seed, Steps = new StepOptions { LearningRate = VoterTraining.Rate } };
        using var network = NetworkOf(Standardisation.Of(rows, 1), seed);
        using var session = new TrainingSession(network, new Dictionary<string, Tensor>(), options);
        Vote[] held = [.. table.Votes.Where(v => Holdout.Place(table.Ids[v.Row]) < VoterTraining.HeldOut)], learnt = [.. table.Votes.Where(v => Holdout.Place(table.Ids[v.Row]) >= VoterTraining.HeldOut)];
        var (perEpoch, (best, state)) = (options.Steps.Batches.Count(learnt.Length), (double.PositiveInfinity, session.Snapshot(0)));
        var epochs = VoterTraining.StepsOfPart(table) / perEpoch;
        var rate = new LearningRate(VoterTraining.Rate, 0, epochs * perEpoch, options.Steps.Schedule);
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            foreach (var batch in options.Steps.Batches.Epoch(learnt.Length, seed, epoch))
            {
                Vote[] votes = [.. batch.Select(place => learnt[place])];
                session.Step(pass => Errors(votes, pass), rate.At(session.Steps));
            }
            var loss = 0.0;
            session.Predict(pass => loss = Errors(held, pass).item<float>());
            if (loss < best)
            {
                (best, state) = (loss, session.Snapshot(0));
            }
        }
        session.Resume(state);
        double[] predicted = [];
        session.Predict(pass => predicted = [.. Grades(tested, pass).data<float>().Select(v => (double)v)]);
        return predicted;

        Tensor Errors(Vote[] votes, Pass pass) => Grades([.. votes.Select(v => rows[v.Row])], pass).sub(TensorConversion.ToTensor([.. votes.Select(v => (float)v.Class)], votes.Length, 1)).Squared().mean();

        Tensor Grades(float[][] of, Pass pass) =>
            network.Forward(new Dictionary<string, Tensor> { [VoterNetwork.Features] = TensorConversion.ToTensor([.. of.SelectMany(r => r)], of.Length, MadeVoters.Width) }, ["grade"], pass)[0];
    }

    private static TorchNetwork NetworkOf(Standardisation standardisation, ulong seed)
    {
        var (g, first, parameters) = (new GraphBuilder("grades"), new Initialiser(seed), new List<string>());
        var x = g.Op("Mul", [g.Op("Sub", [g.Input(VoterNetwork.Features, DataType.Float, -1, MadeVoters.Width), g.Constant("mean", standardisation.Mean, MadeVoters.Width)]), g.Constant("scale", standardisation.Scale, MadeVoters.Width)]);
        x = g.Op("Clip", [x, g.Scalar(-Standardisation.Limit), g.Scalar(Standardisation.Limit)]);
        g.Output(Linear(Hidden(Hidden(x, MadeVoters.Width), Units), Units, 1), "grade", DataType.Float, -1, 1);
        return new TorchNetwork(g.Model, parameters);

        string Hidden(string value, int inputs)
        {
            var active = g.Op("Relu", [Linear(value, inputs, Units)]);
            return g.Op("Dropout", [active, g.Scalar(Dropout), g.Op("Greater", [g.Op("Size", [active]), g.Constant(Tensors.Int64("limit", [-1]))])]);
        }

        string Linear(string value, int inputs, int units)
        {
            var weights = first.Uniform((long)inputs * units, 1 / MathF.Sqrt(inputs));
            return g.Op("Gemm", [value, Kept(Tensors.Float("weight", weights, inputs, units)), Kept(Tensors.Float("shift", new float[units], units))]);
        }

        string Kept(ParquetPool.Graphs.Onnx.TensorProto values)
        {
            parameters.Add(g.Constant(values));
            return parameters[^1];
        }
    }
}
