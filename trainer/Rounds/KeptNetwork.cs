using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Shards;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Rounds;

/// <summary>The network and the feature columns of a task's newest round, for a round that is asked for no others.</summary>
internal static class KeptNetwork
{
    /// <summary>The request with the newest round's network and columns; as it is where they are not kept, or there is no round.</summary>
    /// <param name="notes">For a reader; none where nothing is kept.</param>
    /// <exception cref="UsageException">The newest round was made of a given model.</exception>
    public static TrainRequest In(TrainRequest request, ShardSet pool, ModelRegistry registry, out IReadOnlyList<string> notes)
    {
        notes = [];
        if (request.Kept is not { } adapted || request.Options.From is not null || request.Continues || registry.Rounds(request.Task) is not [.., var newest])
        {
            return request;
        }
        var manifest = ModelPackage.Open(newest.Folder).Manifest!;
        if (!manifest.Training.Recipe.TryGetValue(TrainedNetwork.NetworkSetting, out var json))
        {
            throw new UsageException($"round {newest.Round} of {request.Task} was made of a given model ({manifest.Training.Recipe.GetValueOrDefault("from", "of another program")}), expected to be told how the next is made: give --from again, or --network for one from scratch");
        }
        var network = NetworkSpec.Parse(json, newest.Folder);
        notes =
        [
            $"the network of round {newest.Round} is kept ({NetworkSpec.Presets.FirstOrDefault(preset => NetworkSpec.Load(preset).ToJson() == (network with { Image = null, Members = 1 }).ToJson()) ?? "layers of its own"}{(network.Members > 1 ? $", {network.Members} members" : "")}): --network changes it",
            .. manifest.Training.Unlabelled is null || request.Learning.IsUsed ? Array.Empty<string>()
                : [$"round {newest.Round} also learnt from rows without labels, this one does not: give --learn and --unlabelled again"],
            .. manifest.Training.Recipe.TryGetValue(Recipe.FirstWeights, out var given) ? [$"round {newest.Round} started with the weights of {given}, this one starts with others: give --network and --from again"] : Array.Empty<string>(),
        ];
        string[] columns = [.. manifest.Inputs.SelectMany(i => i.Columns).Distinct()];
        return request with
        {
            Features = request.Features.Count == 0 && columns.All(pool.VectorColumns().Contains) ? columns : request.Features,
            Options = adapted(request.Options, network),
        };
    }
}
