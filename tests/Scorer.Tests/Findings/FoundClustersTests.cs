using ParquetPool.Scorer.Calibration;
using ParquetPool.Scorer.Findings;
using ParquetPool.Scorer.Records;

namespace ParquetPool.Scorer.Tests.Findings;

public sealed class FoundClustersTests
{
    [Theory]
    [InlineData(0.7, 0.8, 0.9, 0.7, "as asked for")]
    [InlineData(null, 0.8, 0.9, 0.8, "the audit's")]
    [InlineData(null, 0.8, null, 0.8, "the audit's")]
    [InlineData(null, 0.9, 0.9, 0.9, "for precision 0.9, as estimated")]
    [InlineData(null, null, 0.9, 0.9, "for precision 0.9, as estimated")]
    [InlineData(null, null, null, 0.6, "that of the last of the 2 nearest pairs, for none was given and none could be estimated")]
    public void TheThresholdComesFromWhoeverKnowsIt(double? asked, double? audit, double? calibrated, double expected, string from)
    {
        var found = FoundClusters.Of(Audit(audit, calibrated, Pair(0, 1, 0.95), Pair(2, 3, 0.6)), asked);

        (found.Threshold, found.From).Should().Be((expected, from));
        found.All.Should().HaveCount(expected > 0.6 ? 1 : 2);
    }

    [Fact]
    public void WhereNoThresholdIsKnownCopiesWithOtherLabelsAreTheConflictsAndNotWhateverIsNearest()
    {
        var found = FoundClusters.Of(Audit(null, null, Pair(0, 1, 0.9999999, "cat", "dog"), Pair(2, 3, 1 - 1e-5, "cat", "dog"), Pair(1, 2, -0.2, "dog", "cat")), null);

        found.Conflicts.Should().ContainSingle().Which.Rows.Select(row => row.Id).Should().Equal("q0", "q1");
        found.From.Should().StartWith("that of copies");
    }

    [Fact]
    public void OnlyClustersWhoseLabelsDifferAreConflicts()
    {
        var found = FoundClusters.Of(Audit(0.5, null, Pair(0, 1, 0.95, "cat", "dog"), Pair(2, 3, 0.9, "cat", "cat")), null);

        found.Conflicts.Should().ContainSingle().Which.Rows.Select(row => row.Id).Should().Equal("q0", "q1");
    }

    private static FinishedAudit Audit(double? threshold, double? calibrated, params ListedPair[] pairs)
    {
        var summary = new AuditSummary("audit", [], 0, null, threshold, [], new AuditSpeed(
            Threads: 1,
            PairsCompared: 0,
            Recomputed: 0,
            ReadSeconds: 0,
            IndexSeconds: null,
            SearchSeconds: 0,
            Gflops: 0,
            PlainGemmGflops: null,
            Ratio: null))
        {
            Calibration = calibrated is null ? null : [new CalibratedThreshold(
                Kind: "test-test",
                WantedPrecision: 0.9,
                WantedRecall: null,
                Similarity: calibrated,
                Pairs: 1,
                Precision: 0.9,
                Interval: null,
                Recall: null,
                Lack: null)],
        };
        return new FinishedAudit("audit", new AuditReport(AuditReport.CurrentSchemaVersion, RunVersions.Current(), ["features"], null, 4, [], null, summary), pairs);
    }

    private static ListedPair Pair(int a, int b, double similarity, string? labelA = null, string? labelB = null) =>
        new(new ListedRow("test", $"q{a}", labelA, "test", a), new ListedRow("test", $"q{b}", labelB, "test", b), similarity, Exact: false);
}
