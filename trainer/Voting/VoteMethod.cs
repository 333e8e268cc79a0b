namespace ParquetPool.Trainer.Voting;

/// <summary>How votes become labels.</summary>
internal enum VoteMethod
{
    /// <summary>Whichever agrees better with votes that it was not shown.</summary>
    Auto,

    /// <summary>Most votes win; with equal votes there is no label.</summary>
    Majority,

    /// <summary>See <see cref="Voting.DawidSkene"/>.</summary>
    DawidSkene,

    /// <summary>See <see cref="VoterFindings"/>; rows without features are labelled by Dawid and Skene's method.</summary>
    Voters,
}
