using ParquetPool.Errors;
using ParquetPool.Scorer.Findings;
using ParquetPool.Scorer.Judging;
using ParquetPool.Scorer.Purging;
using ParquetPool.Scorer.Tests.Audits;
using ParquetPool.Texts;

namespace ParquetPool.Scorer.Tests.Judging;

public sealed class JudgeRunTests : IAsyncLifetime
{
    private readonly AuditFolder folder = new();

    /// <summary>q0 doubles t0 and, inside the test split, q1; q2 is near t1.</summary>
    public async ValueTask InitializeAsync()
    {
        folder.Write("train", "a", [("t0", [0, 0, 1], "x"), ("t,1", [1, 0, 0], "x"), ("both", [0, 1, 0], "x")]);
        folder.Write("test", "a", [("q0", [0, 0, 1], "x"), ("q1", [0, 0.1f, 1], "x"), ("q2", [1, 0.2f, 0.1f], "x"), ("both", [0.1f, 1, 0], "x")]);
        await AuditFolder.RunAsync(folder.Options with { Pairs = new() { Neighbours = 3 } }, TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void ACiFairListIsRead()
    {
        var summary = Judge("TestID,TrainID,Distance,Judgment", "q0,t0,0,0", "q2,\"t,1\",0.2,2", "q1,q0,0.1,1", "q1,t0,0.1,");

        (summary.Judged, summary.Conflicts).Should().Be((3, 0));
        summary.Ranges.Select(r => (r.Judgement, r.Number, r.Pairs)).Should().Equal(("exact", 0, 1), ("near", 1, 1), ("similar", 2, 1), ("different", 3, 0));
        summary.Ranges[0].Least.Should().Be(1);
        summary.Overlap.Should().BeNull();
        Rows().Should().Equal("test-train q0 t0 0 exact 1 false", "test-test q0 q1 1 near 1 false", "test-train q2 t,1 2 similar 1 false");
        File.ReadAllLines(summary.Csv).Should().HaveCount(4).And.Contain(line => line.StartsWith("q2,\"t,1\",0.2195", StringComparison.Ordinal));
        JudgeRun.Execute(folder.Out, [summary.Csv]).Judged.Should().Be(3);
    }

    [Fact]
    public async Task JudgementsOfRowsThatAreOthersByNowAreNotUsed()
    {
        Judge("TestID,TrainID,Judgment", "q0,t0,3");
        Leaks().Should().NotContain(leak => leak.Pair.Exact, "people say that q0 and t0 are different");
        folder.Write("train", "a", [("t0", [0, 0.2f, 1], "x"), ("t,1", [1, 0, 0], "x"), ("both", [0, 1, 0], "x")]);
        await AuditFolder.RunAsync(folder.Options with { Pairs = new() { Neighbours = 3 } }, TestContext.Current.CancellationToken);

        FluentActions.Invoking(Leaks).Should().Throw<DataException>().WithMessage("*judgements.parquet judges q0 and t0 at similarity 1*, the audit lists them at 0.98*the rows are others by now*");
    }

    [Fact]
    public void TheDistanceIsEuclideanBetweenVectorsOfLengthOne()
    {
        Judge("TestID,TrainID,Judgment", "q2,\"t,1\",2");

        var (a, b) = (new[] { 1, 0.2f, 0.1f }, new[] { 1f, 0, 0 });
        var length = Math.Sqrt(a.Sum(x => (double)x * x));
        var expected = Math.Sqrt(a.Zip(b, (x, y) => Math.Pow((x / length) - y, 2)).Sum());
        double.Parse(TextTable.ReadWithNumbers(Path.Combine(folder.Out, "judgements.parquet"), "distance").Single()[0]!, System.Globalization.CultureInfo.InvariantCulture).Should().BeApproximately(expected, 1e-6);
    }

    [Fact]
    public void MostJudgesDecideAndATieGoesToTheNearerToExact()
    {
        var ada = Write("ada.csv", "TestID,TrainID,Judgment", "q0,t0,0", "q1,t0,1", "q2,\"t,1\",3");
        var grace = Write("grace.csv", "TestID,TrainID,Judgment", "q0,t0,0", "q1,t0,2", "q2,\"t,1\",3");
        var both = Write("more.csv", "TestID,TrainID,Judgment,Judge", "q2,\"t,1\",0,Edsger", "q0,t0,1,Barbara");

        var summary = JudgeRun.Execute(folder.Out, [both, grace, ada]);

        summary.Judges.Should().Equal("Barbara", "Edsger", "ada", "grace");
        summary.Conflicts.Should().Be(3);
        Rows().Should().Equal("test-train q0 t0 0 exact 3 true", "test-train q1 t0 1 near 2 true", "test-train q2 t,1 3 different 3 true");
    }

    [Fact]
    public void WhereJudgementsOverlapTheSummarySaysFromWhereToWhere()
    {
        var pairs = TextTable.Read(Path.Combine(folder.Out, "pairs.parquet"), "test_id", "train_id", "kind").Where(p => p[1] != "t,1").Take(4);

        var summary = Judge(["TestID,TrainID,Judgment,Kind", .. pairs.Select((p, i) => $"{p[0]},{p[1]},{(i % 2 == 0 ? 3 : 1)},{p[2]}")]);

        summary.Overlap!.Pairs.Should().Be(4);
        summary.Overlap.To.Should().BeGreaterThan(summary.Overlap.From);
    }

    [Theory]
    [InlineData("q0,nobody,0", "*row 1*no pair of q0 and nobody*")]
    [InlineData("q0,t0,4", "*row 1: Judgment is 4, expected 0 (exact), 1 (near), 2 (similar), 3 (different)")]
    [InlineData("q0,t0,exact", "*Judgment is exact*")]
    [InlineData("q0,both,0", "*q0 and both are pairs of several kinds (test-train, test-test)*column Kind*")]
    [InlineData("q0,t0,0\nq0,t0,1", "*row 2*near here and exact before*")]
    [InlineData("", "*no judgement under the header*")]
    public void WhatCannotBeRightIsNamed(string lines, string message)
    {
        var judge = () => Judge(["TestID,TrainID,Judgment", .. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries)]);

        judge.Should().Throw<DataException>().WithMessage(message);
        File.Exists(Path.Combine(folder.Out, "judgements.parquet")).Should().BeFalse();
    }

    private IReadOnlyList<Leak> Leaks() => Leak.Of(FinishedAudit.Open(folder.Out), new PurgeOptions(folder.Out, folder.PathOf("purged")));

    private JudgeSummary Judge(params string[] lines) => JudgeRun.Execute(folder.Out, [Write("judgements.csv", lines)]);

    private string Write(string name, params string[] lines)
    {
        var path = folder.PathOf(name);
        File.WriteAllLines(path, lines);
        return path;
    }

    private IEnumerable<string> Rows() =>
        TextTable.ReadWithNumbers(Path.Combine(folder.Out, "judgements.parquet"), "kind", "test_id", "train_id", "judgement", "word", "judges", "conflict").Select(row => string.Join(' ', row));
}
