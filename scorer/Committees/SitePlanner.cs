using ParquetPool.Graphs;

namespace ParquetPool.Scorer.Committees;

/// <summary>Chooses the treatment of every dropout site.</summary>
/// <remarks>
/// From the last to the first and until nothing changes, each site gets the treatment for which the whole program costs least by
/// <see cref="CostModel"/>. This starts with all sites multiplied, with all gathered and with all cut, and the best end is taken. A model of
/// very many sites and nodes gets the best of these beginnings.
/// </remarks>
internal static class SitePlanner
{
    private const int MostRounds = 3;

    /// <summary>Sites times nodes beyond which trying each site would take minutes.</summary>
    private const double MostWork = 500_000;
    private const long FirstOpsetWithSplitInput = 13;

    /// <summary>The program of a member under the plans chosen.</summary>
    public static MemberProgram Plan(StochasticModel model, int members, CostModel costs)
    {
        var multiplied = Program(model, _ => Treatment.Multiply);
        MemberProgram[] starts = [multiplied, Program(model, _ => Treatment.Gather), Program(model, site => multiplied.IsShared(site.Input) ? Treatment.Gather : Treatment.Cut)];
        if ((double)model.Sites.Count * model.Graph.Model.Graph.Node.Count > MostWork)
        {
            return starts.MinBy(start => costs.Of(start, members))!;
        }
        return starts.Select(start => Improve(start, model, members, costs)).MinBy(end => end.Cost).Program;
    }

    private static MemberProgram Program(StochasticModel model, Func<DropoutSite, Treatment> treatment) =>
        new(model, [.. model.Sites.Select(s => new SitePlan(s, s.HasRows ? treatment(s) : Treatment.Multiply))]);

    private static (MemberProgram Program, double Cost) Improve(MemberProgram best, StochasticModel model, int members, CostModel costs)
    {
        var cost = costs.Of(best, members);
        var changed = true;
        for (var round = 0; changed && round < MostRounds; round++)
        {
            changed = false;
            for (var i = best.Plans.Count - 1; i >= 0; i--)
            {
                foreach (var treatment in Treatments(best.Plans[i].Site, best).Where(t => t != best.Plans[i].Treatment).ToList())
                {
                    var plans = best.Plans.ToList();
                    plans[i] = plans[i] with { Treatment = treatment };
                    var program = new MemberProgram(model, plans);
                    var other = costs.Of(program, members);
                    if (other < cost || (other == cost && treatment == Treatment.Multiply))
                    {
                        (best, cost, changed) = (program, other, true);
                    }
                }
            }
        }
        return (best, cost);
    }

    /// <summary>The treatments that a site can get, whether they pay or not.</summary>
    public static IEnumerable<Treatment> Treatments(DropoutSite site, MemberProgram program)
    {
        yield return Treatment.Multiply;
        if (!site.HasRows)
        {
            yield break; // Units are picked and cut in rows.
        }
        yield return Treatment.Gather;
        if (!program.IsShared(site.Input))
        {
            yield return Treatment.Cut;
        }
        else if (site.Dims.Count == 1 && ModelFile.Opset(program.Graph.Model) >= FirstOpsetWithSplitInput)
        {
            yield return Treatment.Stack;
        }
    }
}
