namespace ParquetPool.Trainer.Embedding;

/// <summary>The last line on stdout of <c>trainer embed</c>.</summary>
/// <param name="Model">The round's folder.</param>
/// <param name="Rows">Rows learnt from.</param>
/// <param name="LabelledRows">Of these, rows with a label.</param>
/// <param name="MeasuredRows">Rows set aside, of which altered copies are made and sought.</param>
/// <param name="CopiesFound">Share of these copies whose own row is the nearest of all measured rows.</param>
/// <param name="CopiesFoundInFeatures">The same by the cosine of the features as they are.</param>
/// <param name="Loss">Of the copies, in nats: see <see cref="CopyScore"/>.</param>
internal sealed record EmbedSummary(
    string Model,
    string Task,
    int Round,
    int Rows,
    int LabelledRows,
    int MeasuredRows,
    double CopiesFound,
    double CopiesFoundInFeatures,
    double Loss,
    int Epochs,
    int Steps,
    string Sha256,
    double Seconds);
