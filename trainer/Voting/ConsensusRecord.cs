namespace ParquetPool.Trainer.Voting;

/// <summary>What a finished run says of itself: <c>consensus.json</c>, written last.</summary>
/// <param name="Method">By which the labels are made.</param>
/// <param name="HeldOut">What the methods were compared by; null where no row has two votes, or the method was given.</param>
/// <param name="Labelled">Rows that have a label.</param>
/// <param name="Ties">Rows without one, for as many votes are for one label as for another.</param>
/// <param name="OtherThanMajority">Rows whose label is not what most votes say.</param>
internal sealed record ConsensusRecord(
    int SchemaVersion, IReadOnlyList<string> Classes, int Rows, int Votes, int Annotators, string Method, HeldOutVotes? HeldOut, int Labelled, int Ties, int OtherThanMajority);

/// <summary>The last line of <c>trainer consensus</c>; see <see cref="ConsensusRecord"/>.</summary>
internal sealed record ConsensusSummary(
    string Command, int Rows, int Votes, int Annotators, int Classes, string Method, HeldOutVotes? HeldOut, int Labelled, int Ties, int OtherThanMajority, double Seconds, string Labels, string AnnotatorsCsv, string Relabel)
{
    /// <summary>What a reader should know of the labels.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
