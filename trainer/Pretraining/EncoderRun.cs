using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Encoders;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Sessions;
using ParquetPool.Shards;
using ParquetPool.Storage;
using ParquetPool.Trainer.Embedding;
using ParquetPool.Trainer.Torch;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Pretraining;

/// <summary>An encoder of texts goes on with its own pre-training, and is published as a model that reads token ids and as an encoder.</summary>
internal static class EncoderRun
{
    /// <summary>The encoder's file in the round's folder.</summary>
    public const string FileName = "encoder.onnx";

    /// <summary>The most by which ONNX Runtime's numbers may differ from libtorch's, where the largest is 1 or more relative to that.</summary>
    public const double Tolerance = 1e-3;

    private const int BatchRows = 128;
    private const int ComparedRows = 8;

    /// <param name="path">Of the file that a killed run leaves.</param>
    public static async Task<PretrainSummary> ExecuteAsync(PretrainRequest request, ShardSet pool, string path, CommandContext context)
    {
        var encoder = EncoderParts.Of(request.From ?? throw new UsageException($"--method {request.Method} is given without --from, expected minilm or an encoder's ONNX file: it goes on with an encoder's own pre-training"));
        _ = encoder.Mask; // An encoder without one is refused before rows are read.
        var column = ColumnOf(request, pool, encoder);
        var data = await context.Progress.RunAsync("reading", pool.CountRows(), "rows", advance =>
            Task.Run(() => PretrainData.Read(pool, [column], request.RowsAtMost, request.Seed, advance, context.Stopping), context.Stopping));
        using var pretext = TorchMemory.Guarded(() => new MaskedLanguage(data, encoder, column.Name, BatchRows, request), "choose a smaller encoder");
        var run = new PretextRun(pretext, data.Training.Count, request.StepsAtMost, BatchRows, request.Seed, request.PeakRate, constant: false);
        var progress = new ProgressFile(path, string.Join('\n', "masked-language 1", encoder.Sha256, data.Sha256, column.Name, Recipe.Text($"{request.Seed} {request.StepsAtMost} {request.Device}")));
        var before = progress.Resume(run.Read) ? run.Ended : 0;
        if (before > 0)
        {
            context.Progress.Say($"a run that was killed goes on after pass {before} of {run.Passes}");
        }
        while (!run.IsDone)
        {
            await BodyRun.LearnAsync(run, progress, context);
            context.Progress.Say(Recipe.Text($"pass {run.Ended} of {run.Passes}: loss {run.History[^1].TrainLoss:F3}; of the masked tokens of {data.Measured.Count:N0} other rows {100 * run.History[^1].HoldoutAccuracy:F1} % are told rightly, perplexity {Math.Exp(run.History[^1].HoldoutLoss):F2}"));
        }
        var (last, weights, graph) = (run.History[^1], pretext.Weights, pretext.Graph);
        float[][] rows = [.. data.Measured.Take(ComparedRows)];
        var (embeddings, states) = (pretext.Values(rows, graph.Embedding), pretext.Values(rows, graph.States));
        pretext.Dispose(); // What is published is made and run in the memory that it learnt in.
        var (package, own) = (graph.Package(weights), graph.Encoder(encoder, weights));
        var difference = Math.Max(Compare(Floats(package, graph.Input.Name, rows, Networks.Network.Embedding), embeddings), Compare(States(own, encoder, rows), states));
        var model = new EmbeddingModel(
            package, ColumnOrigin.Named([graph.Input], pool), graph.Units,
            new ModelTraining(0, data.Measured.Count, request.Seed, run.Ended, last.Number, last.HoldoutAccuracy, last.HoldoutLoss, RecipeOf(encoder, run, difference)) { Unlabelled = new ModelUnlabelled(data.Training.Count), Holdout = new ModelHoldout(Rounds.TrainRequest.DefaultValidation, []) },
            run.History)
        {
            Besides = folder =>
            {
                WholeFile.Write(Path.Combine(folder, FileName), ModelFile.ToBytes(own));
                encoder.Lay(folder);
            },
        };
        var (published, manifest) = EmbeddingPublisher.Publish(new ModelRegistry(request.Models), request.Task, model, context.Clock);
        progress.End();
        return new PretrainSummary("pretrain", published, request.Task, manifest.Round, request.Method, data.Training.Count, data.Unusable, graph.Units, run.Ended, before, manifest.Sha256, 0)
        {
            Steps = run.Ended * run.StepsOfAPass,
            Perplexity = Math.Round(Math.Exp(last.HoldoutLoss), 3),
            TokensTold = Math.Round(last.HoldoutAccuracy, 4),
            UnknownTokens = pretext.Told is (var unknown, > 0 and var all) ? Math.Round((double)unknown / all, 4) : null,
            Encoder = Path.Combine(published, FileName),
        };
    }

    /// <summary>The column of the encoder's own token ids.</summary>
    private static VectorColumn ColumnOf(PretrainRequest request, ShardSet pool, EncoderParts encoder)
    {
        var name = request.Features switch
        {
            [] => TokenColumn.In(pool)?.Column ?? TokenColumn.UsualName,
            [var only] => only,
            _ => throw new UsageException($"--features names {request.Features.Count} columns, expected one of token ids"),
        };
        TokenColumn.Require(encoder.Tokens, encoder.Name, pool, name);
        return pool.Vector(name);
    }

    private static float[] Floats(ModelProto model, string input, float[][] rows, string output)
    {
        using var session = new ModelSession(model);
        using var buffer = TensorBuffer.Floats(rows.Length, rows[0].Length);
        rows.SelectMany(row => row).ToArray().CopyTo(buffer.Span);
        return session.Run(new Dictionary<string, TensorBuffer> { [input] = buffer })[output].Values;
    }

    /// <summary>What the encoder's own file gives for each token.</summary>
    private static float[] States(ModelProto model, EncoderParts encoder, float[][] rows)
    {
        long[] ids = [.. rows.SelectMany(row => row).Select(id => (long)id)];
        var buffers = model.Graph.Input.ToDictionary(input => input.Name, input => TensorBuffer.Int64s(
            input.Name switch { "attention_mask" => Array.ConvertAll(ids, id => id == encoder.Tokens.Padding ? 0L : 1), "token_type_ids" => new long[ids.Length], _ => ids }, rows.Length, rows[0].Length));
        try
        {
            using var session = new ModelSession(model);
            var found = session.Run(buffers);
            return found[encoder.Spec.Output ?? model.Graph.Output[0].Name].Values;
        }
        finally
        {
            foreach (var buffer in buffers.Values)
            {
                buffer.Dispose();
            }
        }
    }

    private static double Compare(float[] found, float[] expected)
    {
        var size = Math.Max(1, expected.Max(Math.Abs));
        var apart = found.Length == expected.Length ? found.Zip(expected).Max(pair => Math.Abs((double)pair.First - pair.Second)) / size : double.NaN;
        return apart <= Tolerance ? apart
            : throw new DataException(Recipe.Text($"ONNX Runtime's numbers of what was learnt differ by {apart} from libtorch's, expected {Tolerance} at most: nothing is published; export the encoder in another way"));
    }

    private static Dictionary<string, string> RecipeOf(EncoderParts encoder, PretextRun run, double difference) => new()
    {
        [Recipe.Pretraining] = Recipe.Text($"masked-language: {encoder.Name}, SHA-256 {encoder.Sha256}, goes on with telling {MaskedTokens.Share:P0} of the tokens, of these 80 % masked, 10 % replaced; tied output weights; the new head alone for {MaskedLanguage.HeadShare:P0} of the steps"),
        ["optimiser"] = "AdamW",
        ["learningRate"] = Recipe.Text($"head {MaskedLanguage.HeadRate}, encoder {MaskedLanguage.EncoderRate}, warm-up {PretextRun.WarmupShare:P0} of the steps, cosine to 0"),
        ["batchRows"] = Recipe.Text($"{BatchRows}"),
        ["steps"] = Recipe.Text($"{run.Ended * run.StepsOfAPass} of {run.Passes * run.StepsOfAPass} at most"),
        ["checkedDifference"] = Recipe.Text($"{difference}"),
    };
}
