using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Models;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Scoring;

/// <summary>A model that is ready to score a pool: bound to its columns and compiled.</summary>
/// <param name="Package">With the inputs that are made for it.</param>
/// <param name="Inputs">Its inputs and the pool's columns.</param>
/// <param name="Classes">Class names in the order of the logits.</param>
/// <param name="Temperature">Of the probabilities; 1 for none.</param>
/// <param name="Key">The <see cref="ScoringKey"/>.</param>
internal sealed record ScoringModel(
    ModelPackage Package, IReadOnlyList<FeatureInput> Inputs, Committee Committee, IReadOnlyList<string> Classes, double Temperature, string Key) : IDisposable
{
    /// <summary>Makes a model ready.</summary>
    /// <param name="by">The score that rows are to be ranked by.</param>
    /// <param name="tell">Told what is assumed of the model.</param>
    /// <exception cref="UsageException">The options do not fit the model or the pool.</exception>
    /// <exception cref="DataException">The model cannot score, or a shard lacks a column.</exception>
    public static ScoringModel Of(ModelPackage package, ShardSet pool, ScoreOptions options, ScoreColumn by, Action<string> tell)
    {
        RequireClasses(package);
        var temperature = options.Probabilities.Temperature(package, options.Passes);
        (package, var features) = MadeInputs.Fed(package, pool, options.Features, tell);
        var inputs = FeatureInput.Bind(package, pool, features);
        pool.RequireColumns(new RowSchema([.. inputs.SelectMany(i => i.Columns).Distinct()]));
        var committee = Committee.Compile(package, inputs, options.Passes, options.Seed, options.Masks, options.Device, predictLosses: true);
        try
        {
            by.Require(committee.PredictsLosses);
            TellAssumed(package, inputs, committee, pool, tell);
            var classes = ClassesOf(package, committee);
            return new ScoringModel(package, inputs, committee, classes, temperature, ScoringKey.Of(package, committee, classes, options, temperature));
        }
        catch
        {
            committee.Dispose();
            throw;
        }
    }

    /// <exception cref="DataException">The model is made to compare rows, as that of <c>trainer embed</c> is.</exception>
    public static void RequireClasses(ModelPackage package)
    {
        if (package.Manifest is { Classes.Count: 0, IsRanking: false })
        {
            throw new DataException($"{package.Path} is an embedding without classes, so it gives no scores: before there are labels make a first query with scorer select --pool POOL --model MODEL --strategy typiclust, and score with a model that is trained on its labels");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Committee.Dispose();

    private static void TellAssumed(ModelPackage package, IReadOnlyList<FeatureInput> inputs, Committee committee, ShardSet pool, Action<string> tell)
    {
        if (package.Manifest is null)
        {
            tell($"output '{committee.Output.Name}' is scored as {committee.Output.Reason}");
            foreach (var given in PoolScale.Given(inputs, pool))
            {
                tell(given);
            }
        }
        if (committee.Passes > 0 && EarlyDropout.Assumed(package.Model) is { } assumed)
        {
            tell(assumed);
        }
    }

    private static IReadOnlyList<string> ClassesOf(ModelPackage package, Committee committee) =>
        package.Manifest is null ? committee.Output.Classes is { } named && named.Count == committee.Classes ? named : [.. Enumerable.Range(0, committee.Classes).Select(c => c.ToString(System.Globalization.CultureInfo.InvariantCulture))]
        : package.Manifest.Classes.Count == committee.Classes ? package.Manifest.Classes
        : throw new DataException($"the manifest beside {package.Path} names {package.Manifest.Classes.Count} classes, the model gives {committee.Classes} logits: publish the model again");
}
