using ParquetPool.Errors;

namespace ParquetPool.Scorer.Selection;

/// <summary>Checks what <c>scorer select</c> is asked as far as no file is needed.</summary>
internal static class SelectCheck
{
    /// <returns>The strategy, and what is to be known of the rows.</returns>
    /// <exception cref="UsageException">The options contradict each other.</exception>
    public static (StrategyKind Kind, Needs Needs) Of(SelectOptions options)
    {
        RequireSource(options);
        SelectOptions.Ranges.Require(options);
        RequireCandidates(options);
        var kind = StrategyKind.Named(options.Strategy);
        RequireGoesWith(kind, options);
        return (kind, Needed(kind, options));
    }

    /// <exception cref="UsageException">Fewer rows would be looked at than are asked for.</exception>
    public static void RequireCandidates(SelectOptions options)
    {
        if (options.Candidates < options.Top)
        {
            throw new UsageException($"--candidates {options.Candidates} is less than --top {options.Top}, expected at least as many: raise --candidates or lower --top");
        }
    }

    private static void RequireSource(SelectOptions options)
    {
        if ((options.Scores.Count > 0) == (options.Pool.Count > 0))
        {
            throw new UsageException("expected one of --scores and --pool: a scored pool, or, before there is a label, shards without scores");
        }
        if (options.Pool.Count == 0 && options.Model is not null)
        {
            throw new UsageException($"--model {options.Model} is given without --pool: a scored pool names its model itself");
        }
        if (options.Pool.Count > 0 && options.PerClassMax is not null)
        {
            throw new UsageException($"--per-class-max {options.PerClassMax} goes by predicted classes, which the rows of --pool do not have: leave it out");
        }
    }

    /// <summary>An option that one strategy looks at is given with this one alone, and always where it must be.</summary>
    private static void RequireGoesWith(StrategyKind kind, SelectOptions options)
    {
        if (options.Hierarchy is not null)
        {
            throw new UsageException($"--hierarchy {options.Hierarchy} goes with --strategy {SelectOptions.Questions}, which asks about super-classes, got --strategy {kind.Name}: leave one of them out");
        }
        if (options.ClassCost is { } cost)
        {
            throw new UsageException($"--class-cost {cost} goes with --strategy {SelectOptions.Questions}, which weighs it against yes/no questions, got --strategy {kind.Name}: leave it out");
        }
        if (kind.Needs.HasFlag(Needs.Targets) != options.Targets.Count > 0)
        {
            throw new UsageException(options.Targets.Count > 0
                ? $"--targets goes with --strategy epig, which looks at the rows it names, got --strategy {kind.Name}: leave one of them out"
                : $"--strategy {kind.Name} asks for rows that teach about others: name those with --targets, the test split say");
        }
        if (kind.NeedsCoverage != options.Coverage is not null)
        {
            throw new UsageException(kind.NeedsCoverage
                ? $"--strategy {kind.Name} asks for rows around which others lie thinly: run 'scorer coverage' on the pool and name its folder with --coverage"
                : $"--coverage {options.Coverage} goes with --strategy rare, which asks for the rarest rows, got --strategy {kind.Name}: leave one of them out");
        }
    }

    private static Needs Needed(StrategyKind kind, SelectOptions options)
    {
        var needs = options.Needed(kind);
        return options.Column is not { } column ? needs
            : !needs.HasFlag(Needs.Embeddings) ? throw new UsageException($"--column {column} says what rows are compared by, but --strategy {kind.Name} compares none: add --no-near-duplicates or leave it out")
            : kind.Needs.HasFlag(Needs.Embeddings | Needs.MeanProbabilities) ? throw new UsageException($"--column {column} is no embedding of the model, which --strategy {kind.Name} needs: leave it out or choose another strategy")
            : needs;
    }
}
