using ParquetPool.Labels;

namespace ParquetPool.Trainer.Voting;

/// <summary>What votes come to, by the method that does best with votes it was not shown.</summary>
/// <param name="HeldOut">What the methods were compared by; null where no row has two votes, or the method was given.</param>
/// <param name="Method">Any but auto.</param>
/// <param name="Voters">What a network of voters says, where it is the method; else null.</param>
/// <param name="Labels">[row]</param>
internal sealed record WeighedVotes(DawidSkene Model, HeldOutVotes? HeldOut, VoteMethod Method, VoterFindings? Voters, IReadOnlyList<FoundLabel> Labels)
{
    public VoteTable Table => Model.Table;

    public FoundLabels Found => new(Model, Method, Voters);

    /// <param name="method">Auto to compare.</param>
    /// <param name="learn">Gives what a network learns from the votes that are counted; null for none.</param>
    public static WeighedVotes Of(VoteTable table, VoteMethod method, Func<Func<int, bool>, VoterFindings>? learn, CancellationToken stopping)
    {
        var model = DawidSkene.Of(table, stopping: stopping);
        var heldOut = method == VoteMethod.Auto ? HeldOutVotes.Of(table, learn, stopping) : null;
        method = method != VoteMethod.Auto ? method : heldOut?.Best ?? VoteMethod.Majority;
        var voters = method == VoteMethod.Voters ? learn!(_ => true) : null;
        return new WeighedVotes(model, heldOut, method, voters, [.. new FoundLabels(model, method, voters).Rows()]);
    }

    /// <summary>The consensus with these labels in the place of the majority's.</summary>
    public Consensus Applied(Consensus said)
    {
        var labels = Labels.Where(l => l.Class >= 0).ToDictionary(l => Table.Ids[l.Row], l => Table.Classes[l.Class], StringComparer.Ordinal);
        return said with { Labels = labels, Disagreements = [.. said.Disagreements.Select(d => d with { Label = labels.GetValueOrDefault(d.Id) })] };
    }

    /// <summary>How the method was chosen, for a reader.</summary>
    public string Note => HeldOut is { } held
        ? FormattableString.Invariant($"of {held.Votes:N0} votes that the labels were made without, {(Table.Grades is null ? "the share that is the label" : "the share of the variance that is explained")} is {held.Majority:F3} by majority, {held.DawidSkene:F3} by Dawid and Skene")
            + (held.Voters is { } voters ? FormattableString.Invariant($", {voters:F3} by voters") : "") + $": labels are by {NameOf(Method)}"
        : $"labels are by {NameOf(Method)}: no row has two votes by which methods could be compared";

    /// <summary>As the command line has it.</summary>
    internal static string NameOf(VoteMethod method) => method == VoteMethod.DawidSkene ? "dawid-skene" : method.ToString().ToLowerInvariant();
}
