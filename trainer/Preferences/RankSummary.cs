namespace ParquetPool.Trainer.Preferences;

/// <summary>The last line on stdout of <c>trainer rank</c>.</summary>
/// <param name="Model">The round's folder.</param>
/// <param name="Rows">Rows that stand in a pair.</param>
/// <param name="Answers">Answers learnt from.</param>
/// <param name="Equal">Those of all answers that find two rows equal.</param>
/// <param name="Incomparable">Answers of which nothing is learnt.</param>
/// <param name="HoldoutAnswers">Answers held out.</param>
/// <param name="HoldoutAgreement">The share of the held-out answers which prefer a row that the scores prefer too.</param>
/// <param name="HoldoutLoss">Of the held-out answers, in nats.</param>
internal sealed record RankSummary(
    string Model,
    string Task,
    int Round,
    int Rows,
    int Answers,
    int Equal,
    int Incomparable,
    int HoldoutAnswers,
    double HoldoutAgreement,
    double HoldoutLoss,
    int Epochs,
    int BestEpoch,
    IReadOnlyList<string> Notes,
    string Sha256,
    double Seconds);
