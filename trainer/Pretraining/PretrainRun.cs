using System.Globalization;
using System.Security.Cryptography;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Shards;
using ParquetPool.Storage;
using ParquetPool.Trainer.Embedding;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.Training;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Pretraining;

/// <summary>The flow of <c>trainer pretrain</c>: a pool to a published model that knows its texts and no labels.</summary>
internal static class PretrainRun
{
    /// <exception cref="UsageException">The request contradicts the pool.</exception>
    /// <exception cref="DataException">A shard cannot be read, or the pool is too small.</exception>
    /// <exception cref="IOException">The model cannot be written.</exception>
    public static async Task<PretrainSummary> ExecuteAsync(PretrainRequest request, CommandContext context)
    {
        var start = context.Clock.GetTimestamp();
        ModelRegistry.CheckTask(request.Task);
        request.Check();
        var pool = ShardSet.Resolve(request.Pool);
        var column = TrainPlan.ColumnsOf(pool, request.Features) is [var only] ? only
            : throw new UsageException($"--method {request.Method} is for one column of hashed texts, the pool has {string.Join(", ", pool.VectorColumns())}: name one with --features");
        var weights = await ShowAsync("counting", advance => TermWeights.Read(pool, column, advance, context.Stopping));
        if (weights.Rows <= request.Units || column.Width < request.Units)
        {
            throw new DataException($"the pool has {weights.Rows} rows with {column.Kind} in {column.Name}, expected more rows than --units {request.Units} and at least as many numbers: add shards or lower --units");
        }
        var directions = new LatentDirections(weights, request.Units);
        var folder = Path.Combine(request.Models, request.Task);
        Directory.CreateDirectory(folder);
        var progress = new PretrainProgress(Path.Combine(folder, PretrainProgress.FileName), $"lsa 1 {weights.Sha256} {request.Units} {request.Seed}");
        var resumed = progress.Resume(directions, column.Width * request.Units);
        if (!resumed)
        {
            directions.Draw(request.Seed);
        }
        var before = directions.Explained.Count;
        while (!directions.Ended)
        {
            await ShowAsync($"pass {directions.Explained.Count + 1}", advance =>
            {
                directions.Pass(pool, advance, context.Stopping);
                progress.Keep(directions);
                return true;
            });
        }
        var (published, manifest) = Publish(request, weights, directions, context.Clock);
        progress.End();
        return new PretrainSummary(
            "pretrain", published, request.Task, manifest.Round, request.Method, weights.Rows, weights.Unusable, request.Units, directions.Explained.Count, before, directions.Explained[^1], manifest.Sha256,
            Math.Round(context.Clock.GetElapsedTime(start).TotalSeconds, 2));

        Task<T> ShowAsync<T>(string what, Func<Action<long>, T> work) =>
            context.Progress.RunAsync(what, pool.CountRows(), "rows", advance => Task.Run(() => work(advance), context.Stopping));
    }

    private static (string Folder, ModelManifest Manifest) Publish(PretrainRequest request, TermWeights weights, LatentDirections directions, TimeProvider clock)
    {
        var (graph, input) = NetworkOf(weights, directions);
        var model = ModelFile.ToBytes(graph);
        var registry = new ModelRegistry(request.Models);
        var manifest = new ModelManifest
        {
            Task = request.Task,
            Round = registry.NextRound(request.Task),
            CreatedUtc = clock.GetUtcNow(),
            Classes = [],
            Inputs = [input],
            Outputs = [new ModelOutput(Network.Embedding, [-1, directions.Count])],
            Dropout = [],
            Training = new ModelTraining(weights.Rows, 0, request.Seed, directions.Explained.Count, directions.Explained.Count, 0, 0, new Dictionary<string, string>
            {
                ["pretraining"] = "lsa: TF-IDF and the leading singular directions of the pool, scaled to length 1",
                ["explained"] = directions.Explained[^1].ToString("0.####", CultureInfo.InvariantCulture),
            }),
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(model)),
        };
        var folder = registry.Publish(request.Task, manifest.Round, temporary =>
        {
            WholeFile.Write(Path.Combine(temporary, ModelRegistry.ModelFileName), model);
            HistoryFile.Write(Path.Combine(temporary, ModelRegistry.HistoryFileName), [.. directions.Explained.Select((explained, pass) => new Epoch(pass + 1, 0, 1 - explained, 0, 0))]);
            WholeFile.Write(Path.Combine(temporary, ModelManifest.FileName), manifest.ToBytes());
        });
        return (folder, manifest);
    }

    /// <summary>One product, of the weights and the directions, and a norm.</summary>
    private static (ModelProto Graph, ModelInput Input) NetworkOf(TermWeights weights, LatentDirections directions)
    {
        var column = weights.Column;
        var graph = new GraphBuilder("network");
        var input = new ModelInput(NetworkBuilder.InputName(column.Name, [Network.Logits, Network.Embedding]), [column.Name], [-1, column.Width]) { Shape = column.Shape };
        graph.Input(input.Name, DataType.Float, -1, column.Width);
        var product = directions.Values.Select((value, at) => (float)(value * weights.Idf[at / directions.Count])).ToArray();
        var embedding = EmbeddingNetwork.Normalise(graph, graph.Op("MatMul", [input.Name, graph.Constant("directions", product, column.Width, directions.Count)]));
        graph.Output(embedding, Network.Embedding, DataType.Float, -1, directions.Count);
        return (graph.Model, input);
    }
}

/// <summary>The last line on stdout of <c>trainer pretrain</c>.</summary>
/// <param name="Model">The round's folder.</param>
/// <param name="Rows">Rows learnt from.</param>
/// <param name="Unusable">Rows left out.</param>
/// <param name="Passes">Over the pool.</param>
/// <param name="ResumedPasses">Those of them that a killed run had taken.</param>
/// <param name="Explained">Of the rows' squared length 1, that of the embedding before it is scaled.</param>
internal sealed record PretrainSummary(
    string Command, string Model, string Task, int Round, string Method, long Rows, long Unusable, int Units, int Passes, int ResumedPasses, double Explained, string Sha256, double Seconds);
