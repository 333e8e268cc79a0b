using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Models;
using ParquetPool.Scorer.Records;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Comparisons;

/// <summary>A model of <c>trainer rank</c> and the committee that is made of it.</summary>
internal sealed class RankingModel : IDisposable
{
    private const int Classes = 2; // A committee takes one number a row as the logit of the second of two classes: apart they lie by it.

    private RankingModel(ModelPackage package, Committee committee) => (Package, Committee) = (package, committee);

    public ModelPackage Package { get; }

    public Committee Committee { get; }

    /// <summary>For a record.</summary>
    public RunModel Described => new(Package.Path, Package.Sha256, Package.Manifest?.Task, Package.Manifest?.Round);

    /// <summary>Opens the model and compiles its committee for a pool.</summary>
    /// <exception cref="DataException">It ranks no rows, or the pool is not one that it reads.</exception>
    public static RankingModel Open(string path, ShardSet pool, int passes, ulong seed)
    {
        var package = ModelPackage.Open(path);
        if (package.Manifest is not { IsRanking: true, Scores.Output: var output })
        {
            throw new DataException($"{package.Path} ranks no rows{(package.Manifest is { Classes.Count: > 0 and var classes } ? $": it tells {classes} classes apart" : "")}, expected a model of 'trainer rank': train one from preferences, or leave --model out for pairs at random");
        }
        var inputs = FeatureInput.Bind(package, pool, []);
        return new RankingModel(package, Committee.Compile(package with { Manifest = null, Output = new OutputChoice(output, OutputKind.Logits) }, inputs, passes, seed));
    }

    /// <summary>Each member's score of a row that <paramref name="run"/> has run.</summary>
    public void CopyScores(CommitteeRun run, int row, Span<double> scores)
    {
        Span<float> logits = stackalloc float[Classes];
        for (var member = 0; member < scores.Length; member++)
        {
            run.CopyLogits(member, row, logits);
            scores[member] = (double)logits[1] - logits[0];
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Committee.Dispose();
}
