using System.Globalization;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Shards;
using ParquetPool.Storage;
using ParquetPool.Trainer.Embedding;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Training;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Pretraining;

/// <summary>Latent semantic analysis: hashed texts to the directions in which they differ most.</summary>
internal static class DirectionsRun
{
    /// <param name="path">Of the file that a killed run leaves.</param>
    public static async Task<PretrainSummary> ExecuteAsync(PretrainRequest request, ShardSet pool, IReadOnlyList<VectorColumn> columns, string path, CommandContext context)
    {
        var column = columns is [var only] ? only
            : throw new UsageException($"--method {request.Method} is for one column of hashed texts, the pool has {string.Join(", ", columns.Select(c => c.Name))}: name one with --features");
        var weights = await ShowAsync("counting", advance => TermWeights.Read(pool, column, advance, context.Stopping));
        if (weights.Rows <= request.Units || column.Width < request.Units)
        {
            throw new DataException($"the pool has {weights.Rows} rows with {column.Kind} in {column.Name}, expected more rows than --units {request.Units} and at least as many numbers: add shards or lower --units");
        }
        var directions = new LatentDirections(weights, request.Units);
        var progress = new ProgressFile(path, $"lsa 1 {weights.Sha256} {request.Units} {request.Seed}");
        if (!progress.Resume(directions.Read))
        {
            directions.Draw(request.Seed);
        }
        var before = directions.Explained.Count;
        while (!directions.Ended)
        {
            await ShowAsync($"pass {directions.Explained.Count + 1}", advance =>
            {
                directions.Pass(pool, advance, context.Stopping);
                progress.Keep(directions.Write);
                return true;
            });
        }
        var (graph, input) = NetworkOf(weights, directions);
        var model = new EmbeddingModel(
            graph, [input], directions.Count,
            new ModelTraining(weights.Rows, 0, request.Seed, directions.Explained.Count, directions.Explained.Count, 0, 0, new Dictionary<string, string>
            {
                [Recipe.Pretraining] = "lsa: TF-IDF and the leading singular directions of the pool, scaled to length 1",
                ["explained"] = directions.Explained[^1].ToString("0.####", CultureInfo.InvariantCulture),
            }),
            [.. directions.Explained.Select((explained, pass) => new Epoch(pass + 1, 0, 1 - explained, 0, 0))]);
        var (published, manifest) = EmbeddingPublisher.Publish(new ModelRegistry(request.Models), request.Task, model, context.Clock);
        progress.End();
        return new PretrainSummary(
            "pretrain", published, request.Task, manifest.Round, request.Method, weights.Rows, weights.Unusable, request.Units, directions.Explained.Count, before, manifest.Sha256, 0)
        { Explained = directions.Explained[^1] };

        Task<T> ShowAsync<T>(string what, Func<Action<long>, T> work) =>
            context.Progress.RunAsync(what, pool.CountRows(), "rows", advance => Task.Run(() => work(advance), context.Stopping));
    }

    /// <summary>One product, of the weights and the directions, and a norm.</summary>
    private static (ModelProto Graph, ModelInput Input) NetworkOf(TermWeights weights, LatentDirections directions)
    {
        var column = weights.Column;
        var graph = new GraphBuilder("network");
        var input = new ModelInput(NetworkBuilder.InputName(column.Name, [Network.Logits, Network.Embedding]), [column.Name], [-1, column.Width]) { Shape = column.Shape };
        graph.Input(input.Name, DataType.Float, -1, column.Width);
        var product = directions.Values.Select((value, at) => (float)(value * weights.Idf[at / directions.Count])).ToArray();
        var embedding = graph.Normalise(graph.Op("MatMul", [input.Name, graph.Constant("directions", product, column.Width, directions.Count)]));
        graph.Output(embedding, Network.Embedding, DataType.Float, -1, directions.Count);
        return (graph.Model, input);
    }
}
