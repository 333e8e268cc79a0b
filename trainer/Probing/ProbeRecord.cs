namespace ParquetPool.Trainer.Probing;

/// <summary><c>probe.json</c>, written last.</summary>
/// <param name="Network">What the layers are.</param>
/// <param name="Units">Of a hidden layer.</param>
/// <param name="Row">The id of the row that was learnt.</param>
/// <param name="Rows">Other rows that the networks were measured on.</param>
/// <param name="Similar">The mean correlation of the other rows with the learnt one: what a network that gives everything back has of <see cref="ProbedDepth.Constant"/>.</param>
/// <param name="Depths">By depth.</param>
/// <param name="Trend">What more layers do.</param>
internal sealed record ProbeRecord(string Network, int Units, string Row, int Rows, double Similar, IReadOnlyList<ProbedDepth> Depths, string Trend);

/// <summary>The last line of stdout.</summary>
internal sealed record ProbeSummary(string Command, string Network, string Row, int Rows, IReadOnlyList<ProbedDepth> Depths, string Trend, double Seconds, string Report);
